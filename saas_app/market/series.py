"""Indicators beside candles, worked out once per closed candle for whoever asks: charts, alerts, programs.

An average remembers all that went into it, so where the past begins matters. The values of a season
are worked out from the beginning of the season before it, the same for everybody and for ever: what
was drawn at a candle stays there, however far back a chart is scrolled and whenever it is opened.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from saas_app.market.bars import Bars, Floats
from saas_app.market.feeds.port import MarketSource
from saas_app.market.indicators.table import Indicator
from saas_app.market.shelf import Shelf
from saas_app.market.timeframes import Timeframe

SEASON = 1000  # candle lengths
_SLACK = 20  # candle lengths after a season in which its last candle has closed, over holidays too


@dataclass(frozen=True, slots=True)
class _Block:
    """A season's candles with those of the season before, and what was made of them so far."""

    bars: Bars
    made: dict[str, tuple[Floats, ...]] = field(default_factory=dict[str, tuple[Floats, ...]])

    def of(self, indicator: Indicator) -> tuple[Floats, ...]:
        kept = self.made.get(indicator.name)
        if kept is None:
            kept = indicator.of(self.bars)
            for column in kept:
                column.flags.writeable = False
            self.made[indicator.name] = kept
        return kept


class SeriesShelf:
    """Safe to share between threads."""

    def __init__(self, room: int) -> None:
        self._blocks: Shelf[_Block] = Shelf(room)

    def of(
        self,
        source: MarketSource,
        symbol: str,
        frame: Timeframe,
        indicator: Indicator,
        *,
        bars: Bars,
        last: int,
        now: datetime,
    ) -> tuple[Floats, ...]:
        """The indicator's lines at these closed candles; `last` is when the newest of all opened."""
        columns = tuple(np.full(len(bars), np.nan) for _ in indicator.lines)
        seasons = bars.time // (SEASON * frame.seconds)
        for season in np.unique(seasons).tolist():
            block = self._block(source, symbol, frame, season, last=last, now=now)
            mine = np.flatnonzero(seasons == season)
            _, there, here = np.intersect1d(
                block.bars.time, bars.time[mine], assume_unique=True, return_indices=True
            )
            for column, values in zip(columns, block.of(indicator), strict=True):
                column[mine[here]] = values[there]
        return columns

    def _block(
        self,
        source: MarketSource,
        symbol: str,
        frame: Timeframe,
        season: int,
        *,
        last: int,
        now: datetime,
    ) -> _Block:
        length = SEASON * frame.seconds
        start, past = (season - 1) * length, (season + 1) * length

        def made() -> _Block:
            end = min(now, datetime.fromtimestamp(past + _SLACK * frame.seconds, UTC))
            return _Block(
                source.since(symbol, frame, start=max(0, start), end=end).between(start, past)
            )

        return self._blocks.get((symbol, frame, season, min(last, past)), made)
