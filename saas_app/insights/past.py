"""What each candle knew when it closed: the figures that every forecast starts from. Pure; looks back only."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from saas_app.market.bars import Bars, Floats

SPANS = (1, 6, 24)  # candles: a moment, a session, a day of hours
LEAST_RANGE = 1e-7  # of the price: a candle that stood still has a variance all the same
_HOURS = 24


def variance(high: Floats, low: Floats) -> Floats:
    """Parkinson's estimate from a candle's extremes: a close-to-close one sees far less."""
    spread = np.maximum(np.log(high / low), LEAST_RANGE)
    return spread * spread / (4.0 * np.log(2.0))


def range_of(log_variance: Floats, price: float) -> Floats:
    """The distance from low to high, in money, that such a variance stands for."""
    return price * np.sqrt(np.exp(log_variance) * 4.0 * np.log(2.0))


def by_ranges(bars: Bars) -> Floats:
    """A row for each candle: how far prices went lately, and the hour."""
    seen = variance(bars.high, bars.low)
    return np.column_stack([*(np.log(average(seen, span)) for span in SPANS), hours(bars)])


def by_volumes(bars: Bars) -> Floats:
    traded = np.log(np.maximum(bars.volume.astype(np.float64), 1.0))
    return np.column_stack([*(average(traded, span) for span in SPANS), hours(bars)])


def hours(bars: Bars) -> Floats:
    """A column for each hour of the day; those in which no candle opens stay empty."""
    opened = bars.time // 3600 % _HOURS
    return (opened[:, None] == np.arange(_HOURS)[None, :]).astype(np.float64)


def average(values: Floats, span: int) -> Floats:
    """Over the last `span` values, fewer at the beginning.

    Each window is added up by itself: a running sum would carry its rounding along, and with it the
    place where the history begins.
    """
    padded = np.concatenate([np.full(span - 1, np.nan), values])
    return np.nanmean(sliding_window_view(padded, span), axis=1) if len(values) else values


def next_log_variance(bars: Bars, horizon: int) -> Floats:
    """Of the next `horizon` candles taken as one; NaN where they have not all closed."""
    found = np.full(len(bars), np.nan)
    if len(bars) > horizon:
        highs = sliding_window_view(bars.high[1:], horizon).max(axis=1)
        lows = sliding_window_view(bars.low[1:], horizon).min(axis=1)
        found[: len(highs)] = np.log(variance(highs, lows))
    return found


def next_log_volume(bars: Bars) -> Floats:
    found = np.full(len(bars), np.nan)
    found[:-1] = np.log(np.maximum(bars.volume[1:].astype(np.float64), 1.0))
    return found
