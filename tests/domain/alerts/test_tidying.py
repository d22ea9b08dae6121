"""The end of an alert's life makes room; what was deleted is gone after a month with all that hung on it."""

from datetime import timedelta

import pytest

from saas_app.alerts import rules, tidying
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from tests.support.alert_world import START, World
from tests.support.billing_world import new_tenant
from tests.support.scripted_market import at

pytestmark = pytest.mark.db
DAY = timedelta(days=1)


@pytest.fixture
def world(database):
    return World(new_tenant(), [(START, 99.0, 1), (START + 60, 101.0, 1)])


def tidied(what, moment):
    with transaction() as session:
        return what(session, moment)


def test_an_alert_whose_time_is_over_takes_no_room_and_tells_nothing(world):
    alert = world.alert(START, days=3)
    born = alert.expires_at - 3 * DAY
    assert tidied(tidying.expire, born + 3 * DAY - timedelta(seconds=1)) == 0
    assert tidied(tidying.expire, born + 3 * DAY) == 1
    with snapshot() as session:
        assert rules.count(session, world.tenant.id) == 0
    world.look(START + 30)
    world.look(START + 61)
    assert world.events() == []


def test_what_was_deleted_is_forgotten_after_a_month(world):
    alert = world.alert(START, channels=["in_app"])
    world.look(START + 30)
    world.look(START + 61)
    assert len(world.events()) == 1
    with transaction() as session:
        rules.delete(session, world.tenant.id, alert.key).deleted_at = at(START)
    assert tidied(tidying.forget, at(START) + 30 * DAY) == 0
    assert tidied(tidying.forget, at(START) + 30 * DAY + timedelta(seconds=1)) == 1
    assert world.events() == []
    with transaction() as session, pytest.raises(NotFound):
        rules.restore(session, world.tenant.id, alert.key)
