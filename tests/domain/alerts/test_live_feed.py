"""Alerts on a live feed: a gap is filled first, then judged, and nothing is told twice."""

import pytest

from saas_app.alerts.engine import Engine
from saas_app.market import current
from saas_app.market.board import Board
from saas_app.market.feeds.stored import StoredSource
from tests.support.alert_world import START, World
from tests.support.billing_world import new_tenant
from tests.support.taped import SOURCE, flat, push, tick

pytestmark = pytest.mark.db


@pytest.fixture
def world(database, tasks_inline):
    made = World(new_tenant(), {})
    made.source = StoredSource(SOURCE)
    made.restart()
    push([flat(START - 300, 99.0)])
    tick(START + 5, 99.0)
    return made


def looks(world, second):
    """With what the feed wrote since: the tape's end is looked up anew."""
    world.source = StoredSource(SOURCE)
    world.board = world.engine.board = Board([world.source])
    current.install(world.board)
    return world.look(second)


def test_a_price_that_came_in_a_gap_is_judged_once_it_is_filled(world):
    alert = world.alert(START + 6, "crosses_up", figures={"price": 100.0})
    assert looks(world, START + 10) == 0
    # The bridge was away while the price went over the line and back; it comes back at 910.
    tick(START + 910, 99.0)
    assert looks(world, START + 911) == 0
    push([flat(START, 99.0), flat(START + 300, 99.0, high=101.0), flat(START + 600, 99.0)])
    assert looks(world, START + 912) == 1
    assert len(world.told(alert)) == 1
    world.engine = Engine(world.board)
    assert looks(world, START + 913) == 0
