"""How far a price has come: against which earlier price, and when a shut market opens again."""

from datetime import UTC, datetime, timedelta

import pytest

from saas_app.market import movement
from saas_app.market.board import Board
from saas_app.market.sessions import Calendar


@pytest.fixture
def board(demo, replay) -> Board:
    return Board([demo, replay])


def test_a_move_is_measured_against_the_price_a_day_before(board, wednesday):
    moved = movement.of(board, "BTCUSD", now=wednesday)
    yesterday = board.candles("BTCUSD", "M5", now=wednesday - timedelta(days=1), count=1)
    before = yesterday["candles"][0]["close"]
    assert moved.before == before
    assert moved.change == pytest.approx(moved.quote.price / before - 1)


def test_a_shut_market_is_measured_from_its_last_trade(board):
    in_the_break = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    moved = movement.of(board, "XAUUSD", now=in_the_break)
    traded = datetime.fromtimestamp(moved.quote.at, UTC)
    assert traded == in_the_break - timedelta(minutes=30, seconds=1)
    before = board.candles("XAUUSD", "M5", now=traded - timedelta(days=1), count=1)
    assert moved.before == before["candles"][0]["close"]


def test_history_is_measured_against_the_day_before(board, wednesday):
    last_two = board.candles("IBM", "D1", now=wednesday, count=2)["candles"]
    moved = movement.of(board, "IBM", now=wednesday)
    assert (moved.before, moved.quote.price) == (last_two[0]["close"], last_two[1]["close"])


def test_the_largest_moves_come_first_whichever_way_they_went(board, wednesday):
    names = ["BTCUSD", "EURUSD", "USDCHF", "XAUUSD"]
    found = movement.largest(board, names, now=wednesday, count=3)
    sizes = [abs(moved.change) for moved in found]
    everyone = [abs(movement.of(board, name, now=wednesday).change) for name in names]
    assert sizes == sorted(everyone, reverse=True)[:3]


@pytest.mark.parametrize(
    ("calendar", "opens"),
    [
        (Calendar.FX_WEEK, datetime(2026, 11, 22, 22, tzinfo=UTC)),
        (Calendar.DAILY_BREAK, datetime(2026, 11, 22, 23, tzinfo=UTC)),
        (Calendar.ALWAYS, None),
        (Calendar.ARCHIVE, None),
    ],
)
def test_a_shut_market_says_when_it_opens(calendar, opens, saturday):
    assert movement.next_opening(calendar, saturday) == opens


def test_an_open_market_has_no_opening_to_wait_for(wednesday):
    assert movement.next_opening(Calendar.FX_WEEK, wednesday) is None
