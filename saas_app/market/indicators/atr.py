"""Average true range as Wilder defined it; the yardstick of every distance here."""

import numpy as np

from saas_app.market.bars import Bars, Floats

PERIOD = 14


def wilder(bars: Bars, period: int = PERIOD) -> Floats:
    """NaN until there are `period` true ranges, the first of which belongs to the second candle."""
    average = np.full(len(bars), np.nan)
    if len(bars) <= period:
        return average
    ranges = true_ranges(bars)
    average[period] = ranges[1 : period + 1].mean()
    for index in range(period + 1, len(bars)):
        average[index] = (average[index - 1] * (period - 1) + ranges[index]) / period
    return average


def true_ranges(bars: Bars) -> Floats:
    """NaN for the first candle, which has no close before it."""
    before = np.concatenate([[np.nan], bars.close[:-1]])
    reach = np.maximum(np.abs(bars.high - before), np.abs(bars.low - before))
    return np.maximum(bars.high - bars.low, reach)
