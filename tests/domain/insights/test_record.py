"""The forward record: published once, closed once, never improved."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from saas_app.core.db import snapshot, transaction
from saas_app.insights import outlook, record
from saas_app.insights.models import Forecast
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from tests.support.made_market import MadeSource, candles
from tests.support.racing import raced

pytestmark = pytest.mark.db

CHART = ("BTCUSD", "H1")


@pytest.fixture
def source():
    return MadeSource(candles(1, 700))


@pytest.fixture
def board(source, database):
    return Board([source])


def look(board, now):
    seen = outlook.of(board, *CHART, now=now)
    return record.kept(board, seen, now=now)


def test_a_forecast_is_published_once_whoever_looks(board, source):
    now = source.closed(600)
    got = raced(lambda _: look(board, now), 4)
    assert [each for each in got if isinstance(each, Exception)] == []
    seen = look(board, now)
    assert (seen.settled, seen.waiting, seen.covered) == (0, 1, None)
    told = outlook.of(board, *CHART, now=now).range
    (row,) = seen.newest
    assert (row.low, row.expected, row.high) == (told.low, told.expected, told.high)
    assert (row.candle, row.fitted_at) == (int(source.bars.time[599]), told.fitted_at)
    assert (row.data_kind, row.source, row.came) == ("demo", "made", None)


def test_it_is_held_against_what_came_when_its_candles_are_over_and_not_before(board, source):
    look(board, source.closed(600))
    assert look(board, source.closed(605)).settled == 0
    seen = look(board, source.closed(606))
    assert (seen.settled, seen.waiting) == (1, 2)
    first = seen.newest[-1]
    after = source.bars[600:606]
    assert first.came == pytest.approx(after.high.max() - after.low.min())
    assert first.rose == (after.close[-1] > source.bars.close[599])
    assert seen.inside == int(first.low <= first.came <= first.high)
    assert seen.covered == seen.inside


def test_what_was_published_and_closed_is_never_written_again(board, source):
    now = source.closed(600)
    look(board, now)
    with transaction() as session:
        session.exec(update(Forecast).values(low=1.0, expected=2.0, high=3.0))
    later = source.closed(606)
    look(board, later)
    with transaction() as session:
        session.exec(update(Forecast).where(col(Forecast.low) == 1.0).values(came=2.5))
    look(board, later)
    with snapshot() as session:
        row = session.exec(select(Forecast).where(Forecast.low == 1.0)).one()
        assert (row.expected, row.high, row.came) == (2.0, 3.0, 2.5)


def test_the_job_closes_what_nobody_looks_at_and_leaves_what_it_cannot_know(board, source):
    look(board, source.closed(600))
    assert record.settle_due(board, now=source.closed(605)) == 0
    # The market moved to another source: its candles say nothing about this forecast.
    assert record.settle_due(Board([DemoSource()]), now=source.closed(610)) == 0
    assert record.settle_due(Board([]), now=source.closed(610)) == 0
    assert record.settle_due(board, now=source.closed(610)) == 1
    assert record.settle_due(board, now=source.closed(610)) == 0


def test_a_record_of_more_than_a_year_ago_is_forgotten(board, source):
    now = source.closed(600)
    look(board, now)
    with transaction() as session:
        assert record.purge(session) == 0
        session.exec(update(Forecast).values(published_at=now - timedelta(days=5000)))
    with transaction() as session:
        assert record.purge(session) == 1
