"""The answers that leave the house: their exact shape, their honesty and their cache."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from saas_app.market.board import Board
from saas_app.market.errors import UnknownSymbol, UnknownTimeframe


@pytest.fixture
def board(demo, replay) -> Board:
    return Board([demo, replay])


def test_candles_have_the_promised_shape(board, wednesday):
    answer = board.candles("EURUSD", "H1", now=wednesday)
    assert list(answer) == ["symbol", "timeframe", "source", "data_kind", "candles"]
    assert (answer["symbol"], answer["timeframe"], answer["source"]) == ("EURUSD", "H1", "demo")
    assert answer["data_kind"] == "demo"
    assert list(answer["candles"][0]) == ["time", "open", "high", "low", "close", "volume"]
    assert len(answer["candles"]) == 300
    assert json.loads(json.dumps(answer)) == answer


def test_only_closed_candles_leave_in_ascending_order(board, wednesday):
    times = [candle["time"] for candle in board.candles("BTCUSD", "M5", now=wednesday)["candles"]]
    assert times == sorted(set(times))
    assert times[-1] == int(wednesday.timestamp()) // 300 * 300 - 300


def test_indicators_have_the_promised_shape(board, wednesday):
    answer = board.indicators("EURUSD", "H1", now=wednesday)
    assert (answer["symbol"], answer["timeframe"], answer["data_kind"]) == ("EURUSD", "H1", "demo")
    assert set(answer["fractals"][0]) == {"time", "kind", "price", "confirmed_at"}
    assert set(answer["horizontal"][0]) >= {"id", "side", "price", "touches", "valid_from", "state"}
    assert set(answer["diagonal"][0]) >= {"id", "side", "anchors", "touches", "valid_from", "state"}
    assert [set(anchor) for anchor in answer["diagonal"][0]["anchors"]] == [{"time", "price"}] * 2
    assert json.loads(json.dumps(answer)) == answer


def test_every_mark_lies_on_a_candle(board, wednesday):
    answer = board.indicators("XAUUSD", "H4", now=wednesday)
    times = {c["time"] for c in board.candles("XAUUSD", "H4", now=wednesday, count=5000)["candles"]}
    marks = [f["time"] for f in answer["fractals"]] + [
        f["confirmed_at"] for f in answer["fractals"]
    ]
    anchors = [anchor["time"] for line in answer["diagonal"] for anchor in line["anchors"]]
    starts = [row["valid_from"] for row in (*answer["horizontal"], *answer["diagonal"])]
    assert {*marks, *anchors, *starts} <= times


def test_fractals_on_screen_belong_to_the_candles_on_screen(board, wednesday):
    shown = board.candles("EURUSD", "H1", now=wednesday, count=100)["candles"][0]["time"]
    marks = board.indicators("EURUSD", "H1", now=wednesday, count=100)["fractals"]
    assert all(mark["time"] >= shown for mark in marks)


def test_real_prices_of_the_past_say_that_they_are(board, wednesday):
    assert board.candles("IBM", "D1", now=wednesday)["data_kind"] == "replay"
    answer = board.indicators("IBM", "D1", now=wednesday)
    assert answer["data_kind"] == "replay"
    assert answer["horizontal"]


def test_an_answer_is_kept_until_a_candle_closes(board, wednesday):
    first = board.candles("EURUSD", "H1", now=wednesday)
    levels = board.indicators("EURUSD", "H1", now=wednesday)
    assert board.candles("EURUSD", "H1", now=wednesday + timedelta(minutes=20)) is first
    assert board.indicators("EURUSD", "H1", now=wednesday + timedelta(minutes=20)) is levels
    later = board.candles("EURUSD", "H1", now=wednesday + timedelta(minutes=23))
    assert later["candles"][:-1] == first["candles"][1:]


def test_pages_of_the_past_join_without_gap_or_overlap(board, wednesday):
    newest = board.candles("EURUSD", "H1", now=wednesday, count=50)["candles"]
    older = board.candles("EURUSD", "H1", now=wednesday, count=50, before=newest[0]["time"])[
        "candles"
    ]
    assert older + newest == board.candles("EURUSD", "H1", now=wednesday, count=100)["candles"]


@pytest.mark.parametrize("before", [-5, 0, 10**30])
def test_any_integer_is_a_moment(board, wednesday, before):
    answer = board.candles("EURUSD", "H1", now=wednesday, before=before)
    newest = board.candles("EURUSD", "H1", now=wednesday)
    assert answer["candles"] == ([] if before <= 0 else newest["candles"])


@pytest.mark.parametrize(("asked", "given"), [(-1, 1), (0, 1), (1, 1), (5000, 5000), (5001, 5000)])
def test_an_answer_has_a_largest_size(board, wednesday, asked, given):
    assert len(board.candles("BTCUSD", "M5", now=wednesday, count=asked)["candles"]) == given


def test_a_board_that_kept_up_agrees_with_one_that_just_began(board, demo):
    # M5 turns its season after 1000 candles, so this walk crosses a turn.
    turn = datetime.fromtimestamp(5966 * 300_000, UTC)
    for step in range(-12, 13):
        now = turn + timedelta(minutes=5 * step, seconds=7)
        kept_up = board.indicators("BTCUSD", "M5", now=now)
        if step % 4 == 0:
            assert kept_up == Board([demo]).indicators("BTCUSD", "M5", now=now)


def test_looking_back_in_time_is_answered_as_it_was(board, demo, wednesday):
    board.indicators("BTCUSD", "H1", now=wednesday)
    earlier = wednesday - timedelta(hours=9)
    fresh = Board([demo]).indicators("BTCUSD", "H1", now=earlier)
    assert board.indicators("BTCUSD", "H1", now=earlier) == fresh


def test_before_the_first_price_the_answers_are_empty(board):
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    for _ in range(2):
        assert board.candles("IBM", "D1", now=long_ago)["candles"] == []
        answer = board.indicators("IBM", "D1", now=long_ago)
        assert (answer["fractals"], answer["horizontal"], answer["diagonal"]) == ([], [], [])


@pytest.mark.parametrize("symbol", ["eurusd", "DOGEUSD", "", "../etc"])
def test_an_unknown_market_is_not_found(board, wednesday, symbol):
    with pytest.raises(UnknownSymbol):
        board.candles(symbol, "H1", now=wednesday)


@pytest.mark.parametrize(("symbol", "frame"), [("EURUSD", "H3"), ("EURUSD", "h1"), ("IBM", "H1")])
def test_an_unknown_length_is_told_with_those_there_are(board, wednesday, symbol, frame):
    with pytest.raises(UnknownTimeframe, match="D1"):
        board.indicators(symbol, frame, now=wednesday)


def test_the_moving_end_continues_the_closed_candles(board, wednesday):
    last = board.candles("BTCUSD", "H1", now=wednesday)["candles"][-1]
    forming = board.forming_bar("BTCUSD", "H1", now=wednesday)
    assert forming.time == last["time"] + 3600
    assert forming.open == last["close"]
    assert board.quote("BTCUSD", now=wednesday).price == forming.close


def test_the_board_lists_every_market_with_its_source(board):
    assert len(board.symbols) == 20
    assert (board.source_of("EURUSD").name, board.source_of("IBM").name) == ("demo", "replay")


def test_a_market_without_a_source_is_not_on_the_board(demo, wednesday):
    with pytest.raises(UnknownSymbol):
        Board([demo]).quote("IBM", now=wednesday)
