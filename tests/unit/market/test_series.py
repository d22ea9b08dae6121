"""Indicators as a chart draws them: by their definitions, and nothing that was drawn ever moves."""

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.market.bars import NONE
from saas_app.market.board import Board
from saas_app.market.errors import UnknownIndicator
from saas_app.market.indicators.table import INDICATORS, Indicator
from saas_app.market.series import SEASON
from tests.unit.market.made import candles, walk

LONG = walk(7, 420)


def mean(values) -> float:
    return sum(values) / len(values)


def averages(values, period):
    return [
        mean(values[index - period + 1 : index + 1]) if index >= period - 1 else math.nan
        for index in range(len(values))
    ]


def exponential(values, period, begin=0):
    """Begun with the mean of the `period` values that end at `begin + period - 1`."""
    found = [math.nan] * len(values)
    found[begin + period - 1] = mean(values[begin : begin + period])
    for index in range(begin + period, len(values)):
        found[index] = found[index - 1] + 2 / (period + 1) * (values[index] - found[index - 1])
    return found


def bands(values):
    middle = averages(values, 20)
    spread = [
        math.sqrt(mean([(v - middle[i]) ** 2 for v in values[i - 19 : i + 1]])) if i >= 19 else 0.0
        for i in range(len(values))
    ]
    return (
        [m + 2 * s for m, s in zip(middle, spread, strict=True)],
        middle,
        [m - 2 * s for m, s in zip(middle, spread, strict=True)],
    )


def relative_strength(values):
    steps = [after - before for before, after in pairwise(values)]
    up, down = mean([max(s, 0) for s in steps[:14]]), mean([max(-s, 0) for s in steps[:14]])
    found = [math.nan] * 14 + [100 * up / (up + down)]
    for step in steps[14:]:
        up, down = (up * 13 + max(step, 0)) / 14, (down * 13 + max(-step, 0)) / 14
        found.append(100 * up / (up + down))
    return found


def convergence(values):
    """TA-Lib begins both averages at the slower one's first value, and tells when the signal is there."""
    quick, slow = exponential(values, 12, begin=14), exponential(values, 26)
    line = [a - b for a, b in zip(quick, slow, strict=True)]
    signal = exponential(line, 9, begin=25)
    shown = [math.nan if math.isnan(s) else v for v, s in zip(line, signal, strict=True)]
    return shown, signal, [v - s for v, s in zip(shown, signal, strict=True)]


def true_range(bars):
    ranges = [
        max(bars.high[i], bars.close[i - 1]) - min(bars.low[i], bars.close[i - 1])
        for i in range(1, len(bars))
    ]
    found = [math.nan] * 14 + [mean(ranges[:14])]
    for each in ranges[14:]:
        found.append((found[-1] * 13 + each) / 14)
    return found


NAIVE = {
    **{f"sma_{n}": lambda bars, n=n: (averages(bars.close.tolist(), n),) for n in (20, 50, 200)},
    **{f"ema_{n}": lambda bars, n=n: (exponential(bars.close.tolist(), n),) for n in (20, 50, 200)},
    "bollinger_20_2": lambda bars: bands(bars.close.tolist()),
    "rsi_14": lambda bars: (relative_strength(bars.close.tolist()),),
    "macd_12_26_9": lambda bars: convergence(bars.close.tolist()),
    "atr_14": lambda bars: (true_range(bars),),
}


@pytest.mark.parametrize("name", INDICATORS)
def test_each_indicator_is_what_its_definition_says(name):
    found = INDICATORS[name].of(LONG)
    assert len(found) == len(INDICATORS[name].lines)
    for column, naive in zip(found, NAIVE[name](LONG), strict=True):
        np.testing.assert_allclose(column, naive, rtol=1e-9, atol=1e-7)


@given(bars=candles(least=1, most=260), known=st.integers(1, 260))
def test_what_was_drawn_stays_where_it_is_when_candles_follow(bars, known):
    for indicator in INDICATORS.values():
        earlier, later = indicator.of(bars[:known]), indicator.of(bars)
        for before, after in zip(earlier, later, strict=True):
            np.testing.assert_array_equal(before, after[:known])


@pytest.fixture
def board(demo, replay) -> Board:
    return Board([demo, replay])


def drawn(answer) -> dict[str, dict[int, float | None]]:
    return {
        f"{one['name']}.{line['name']}": dict(zip(answer["time"], line["values"], strict=True))
        for one in answer["series"]
        for line in one["lines"]
    }


def test_a_value_belongs_to_each_candle_of_the_chart(board, wednesday):
    answer = board.series("EURUSD", "H1", ["rsi_14", "bollinger_20_2"], now=wednesday, count=100)
    candles = board.candles("EURUSD", "H1", now=wednesday, count=100)["candles"]
    assert answer["time"] == [candle["time"] for candle in candles]
    assert [(one["name"], one["pane"]) for one in answer["series"]] == [
        ("rsi_14", "own"),
        ("bollinger_20_2", "price"),
    ]
    values = drawn(answer)
    assert set(values) == {
        "rsi_14.rsi",
        *(f"bollinger_20_2.{n}" for n in ("upper", "middle", "lower")),
    }
    assert all(0 <= value <= 100 for value in values["rsi_14.rsi"].values() if value is not None)
    assert None not in values["rsi_14.rsi"].values()


@pytest.mark.parametrize("before", [False, True])
def test_however_far_back_one_looks_a_candle_has_one_value(board, wednesday, before):
    names = list(INDICATORS)
    wide = drawn(board.series("BTCUSD", "H4", names, now=wednesday, count=2500))
    edge = int((wednesday - timedelta(days=200)).timestamp()) if before else None
    part = drawn(board.series("BTCUSD", "H4", names, now=wednesday, count=40, before=edge))
    assert all(values.items() <= wide[line].items() for line, values in part.items())


def test_nothing_drawn_moves_when_a_season_turns(demo, wednesday):
    turn = int(wednesday.timestamp()) // (SEASON * 3600) * SEASON * 3600
    before = wednesday + timedelta(seconds=turn - int(wednesday.timestamp()) - 1)
    names = ["ema_200", "macd_12_26_9", "atr_14"]
    old = drawn(Board([demo]).series("EURUSD", "H1", names, now=before, count=300))
    new = drawn(Board([demo]).series("EURUSD", "H1", names, now=wednesday, count=3000))
    assert all(values.items() <= new[line].items() for line, values in old.items())


def test_the_first_candles_of_a_market_have_no_value_yet(board, wednesday):
    first = drawn(board.series("IBM", "D1", ["sma_200"], now=wednesday, count=5000))
    values = list(first["sma_200.average"].values())
    assert values[:199] == [None] * 199
    assert None not in values[199:]


def test_an_indicator_is_worked_out_once_for_each_closed_candle(demo, wednesday, monkeypatch):
    asked: list[int] = []

    def counted(bars):
        asked.append(len(bars))
        return (bars.close.copy(),)

    monkeypatch.setitem(INDICATORS, "rsi_14", Indicator("rsi_14", "own", ("rsi",), counted))
    board = Board([demo])
    for minutes, seasons in ((0, 1), (5, 1), (10, 1), (60, 2)):
        board.series(
            "BTCUSD", "H1", ["rsi_14"], now=wednesday + timedelta(minutes=minutes), count=50
        )
        assert len(asked) == seasons


def test_a_name_that_we_do_not_have_is_told_which_ones_there_are(board, wednesday):
    with pytest.raises(UnknownIndicator, match="sma_20"):
        board.series("EURUSD", "H1", ["sma_21"], now=wednesday)


def test_no_candles_have_no_values():
    assert all(len(one.of(NONE)[0]) == 0 for one in INDICATORS.values())
