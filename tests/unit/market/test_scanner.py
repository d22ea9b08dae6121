"""One row of the scanner: what the closed candle says, the price of now, and nothing made up."""

import numpy as np
import pytest

from saas_app.market import bars, scanner
from saas_app.market.bars import Bar
from saas_app.market.board import Board
from saas_app.market.indicators import atr, oscillators, regime
from saas_app.market.indicators import study as studies
from saas_app.market.indicators.regime import Regime
from tests.support.scripted_market import ScriptedSource, at, candles

HOUR = 3600
FIRST = 1_790_000_000 // HOUR * HOUR


def moving(*spans: float) -> bars.Bars:
    """Candles around 100, each as high as told."""
    return bars.of(
        [
            Bar(FIRST + index * HOUR, 100.0, 100 + span / 2, 100 - span / 2, 100.0, 50)
            for index, span in enumerate(spans)
        ]
    )


def test_a_row_agrees_with_the_indicators_it_is_made_of(demo, wednesday):
    board = Board([demo])
    row = scanner.row(board, "EURUSD", "H4", now=wednesday)
    study = board.studied("EURUSD", "H4", now=wednesday, use=lambda known: known)
    span = float(atr.wilder(study.bars)[-1])
    assert row.rsi == pytest.approx(float(oscillators.rsi(study.bars)[-1]))
    assert row.volume_multiple == pytest.approx(
        row.volume / float(oscillators.usual_volume(study.bars)[-1])
    )
    assert row.distance == pytest.approx(abs(row.level - row.price) / span)
    levels = board.indicators("EURUSD", "H4", now=wednesday)["horizontal"]
    nearest = min(levels, key=lambda level: abs(level["price"] - row.price))
    assert (row.side, row.level) == (nearest["side"], pytest.approx(nearest["price"], abs=1e-4))
    assert row.price == board.quote("EURUSD", now=wednesday).price
    assert (row.source, row.data_kind, row.candle) == ("demo", "demo", study.time(-1))
    assert (row.open_interest, row.liquidations) == (None, None)


def test_a_candle_is_read_once_whoever_asks(demo, wednesday, monkeypatch):
    board, read = Board([demo]), []
    said_by = scanner.said_by
    monkeypatch.setattr(scanner, "said_by", lambda study: read.append(1) or said_by(study))
    for second in (0, 1, 20):
        scanner.row(board, "XAUUSD", "D1", now=wednesday.replace(second=second))
    # Another base candle later, and still the same day's candle.
    scanner.row(board, "XAUUSD", "D1", now=wednesday.replace(minute=50))
    assert len(read) == 1


def test_a_market_without_a_past_says_nothing():
    row = scanner.row(Board([ScriptedSource([])]), "BTCUSD", "H1", now=at(FIRST))
    assert (row.price, row.change, row.rsi, row.level, row.regime, row.direction) == (None,) * 6
    assert (row.source, row.data_kind, row.candle) == ("scripted", "live", 0)


def test_a_source_of_futures_fills_its_columns():
    class Futures(ScriptedSource):
        def open_interest(self, _symbol, *, now):
            return 1200.0

        def liquidations(self, _symbol, *, now):
            return None

    source = Futures(candles([100.0, 101.0], first=FIRST))
    row = scanner.row(Board([source]), "BTCUSD", "H1", now=at(FIRST + 2 * HOUR))
    assert (row.open_interest, row.liquidations) == (1200.0, None)


@pytest.mark.parametrize(
    ("closes", "direction"),
    [
        ([100 + index for index in range(40)], "up"),
        ([100 - index for index in range(40)], "down"),
        ([100 + index % 2 for index in range(40)], "flat"),
    ],
)
def test_direction_is_where_the_close_lies_beside_its_average(closes, direction):
    made = [Bar(FIRST + i * HOUR, c, c + 2, c - 2, float(c), 50) for i, c in enumerate(closes)]
    assert scanner.said_by(studies.begin(bars.of(made), 0.01)).direction == direction


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([2.0] * 40, None),
        ([*[1.0] * 200, *[5.0] * 30], Regime.HIGH),
        ([*[5.0] * 200, *[1.0] * 40], Regime.CALM),
        (
            list(np.tile([*[1.0] * 30, *[3.0] * 30, *[5.0] * 30, *[3.0] * 30], 3)[:280]),
            Regime.NORMAL,
        ),
    ],
)
def test_a_regime_is_a_rank_among_the_candles_before(spans, expected):
    made = moving(*spans)
    assert regime.of(made, atr.wilder(made)) == expected
