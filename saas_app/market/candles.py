"""Makes every timeframe from one base, so that no two of them can disagree. Fetches nothing."""

import numpy as np

from saas_app.market.bars import NONE, Bars
from saas_app.market.sessions import Calendar, bar_start, bar_starts
from saas_app.market.timeframes import Timeframe


def aggregate(bars: Bars, calendar: Calendar, timeframe: Timeframe) -> Bars:
    """The same trade in longer candles; a candle without trade does not exist.

    Associative: by way of any timeframe that divides this one the result is the same.
    """
    if len(bars) == 0:
        return NONE
    starts = bar_starts(calendar, timeframe, bars.time)
    first = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
    last = np.append(first[1:], len(bars)) - 1
    return Bars(
        time=starts[first],
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
    )


def closed(bars: Bars, calendar: Calendar, timeframe: Timeframe, *, now: int) -> Bars:
    """Without the candle that is still forming."""
    forming = bar_start(calendar, timeframe, now)
    return bars[: int(np.searchsorted(bars.time, forming))]
