"""The fractal against its definition read aloud, and against an independent library."""

import numpy as np
import pytest
from hypothesis import given, settings

from saas_app.market.bars import NONE
from saas_app.market.indicators import atr, fractals
from saas_app.market.timeframes import Timeframe
from tests.unit.market.made import candles, mirrored, walk


def naive(bars):
    """Candle by candle and neighbour by neighbour, as the definition says it."""
    found = []
    high, low = bars.high.tolist(), bars.low.tolist()
    for i in range(2, len(bars) - 2):
        if all(high[i] > high[i + k] for k in (1, 2)) and all(
            high[i] >= high[i - k] for k in (1, 2)
        ):
            found.append((i, "up", high[i]))
        if all(low[i] < low[i + k] for k in (1, 2)) and all(low[i] <= low[i - k] for k in (1, 2)):
            found.append((i, "down", low[i]))
    return found


@settings(max_examples=200, deadline=None)
@given(bars=candles())
def test_the_fractals_are_those_of_the_definition_ties_included(bars):
    assert [tuple(fractal) for fractal in fractals.find(bars)] == naive(bars)


def test_of_a_plateau_the_last_candle_counts():
    assert np.flatnonzero(fractals.tops(np.array([1.0, 2, 3, 3, 2, 1]))).tolist() == [3]


def test_a_plateau_of_three_counts_too():
    assert np.flatnonzero(fractals.tops(np.array([1.0, 3, 3, 3, 2, 1]))).tolist() == [3]


def test_the_last_two_candles_confirm_and_are_not_confirmed():
    rising_then_one_down = np.array([1.0, 2, 3, 4, 5, 4])
    assert not fractals.tops(rising_then_one_down).any()
    assert np.flatnonzero(fractals.tops(np.append(rising_then_one_down, 3.0))).tolist() == [4]


@given(bars=candles(most=60))
def test_upside_down_ups_are_downs(bars):
    other = {"up": "down", "down": "up"}
    turned = {(f.bar, other[f.direction], -f.price) for f in fractals.find(mirrored(bars))}
    assert turned == {tuple(fractal) for fractal in fractals.find(bars)}


@pytest.mark.parametrize("symbol", ["EURUSD", "BTCUSD"])
def test_without_ties_talib_finds_the_same(demo, wednesday, symbol):
    talib = pytest.importorskip("talib", reason="TA-Lib is an optional oracle")
    bars = demo.history(symbol, Timeframe.H4, end=wednesday, count=2000)
    jitter = np.random.default_rng(1).uniform(0, 1e-9, (2, len(bars)))
    high, low = bars.high + jitter[0], bars.low - jitter[1]
    ups, downs = fractals.tops(high), fractals.tops(-low)
    marks = talib.FRACTAL(high, low, leftbars=2, rightbars=2)
    marks = marks if isinstance(marks, tuple) else (marks,)
    confirmed = np.zeros(len(bars), dtype=bool)
    for mark in marks:
        confirmed |= np.asarray(mark) != 0
    assert np.array_equal(np.flatnonzero(confirmed), np.flatnonzero(ups | downs) + 2)


def test_the_average_true_range_is_talibs(demo, wednesday):
    talib = pytest.importorskip("talib", reason="TA-Lib is an optional oracle")
    bars = demo.history("XAUUSD", Timeframe.H1, end=wednesday, count=1500)
    theirs = talib.ATR(bars.high.copy(), bars.low.copy(), bars.close.copy(), timeperiod=14)
    assert np.allclose(atr.wilder(bars), theirs, rtol=1e-12, equal_nan=True)


@pytest.mark.parametrize(("candles_seen", "known"), [(0, 0), (14, 0), (15, 1), (16, 2)])
def test_a_range_needs_fourteen_ranges_before_it(candles_seen, known):
    bars = walk(3, candles_seen) if candles_seen else NONE
    assert np.isfinite(atr.wilder(bars)).sum() == known
