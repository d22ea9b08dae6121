"""An engine that stands still is noticed, and one without work is not late."""

import pytest

from saas_app.alerts import beat, history, rules
from saas_app.alerts.history import Silence
from saas_app.core.db import snapshot, transaction
from tests.support.alert_world import START, World
from tests.support.billing_world import new_tenant
from tests.support.scripted_market import at

pytestmark = pytest.mark.db


def late(second):
    with snapshot() as session:
        return beat.late_since(session, at(START + second))


def test_an_engine_that_stands_still_is_late_after_a_minute_and_a_half(database):
    tenant = new_tenant()
    world = World(tenant, [(START, 99.0, 1)])
    alert = world.alert(START)
    assert (late(90), late(91)) == (None, at(START))
    world.look(START + 5)
    assert late(95) is None
    assert late(96) == at(START + 5)
    with snapshot() as session:
        scene = history.scene(session, tenant.id, at(START + 96))
    assert history.silence(alert, scene) is Silence.LATE


def test_where_nobody_waits_for_a_price_nothing_is_late(database):
    tenant = new_tenant()
    world = World(tenant, [(START, 99.0, 1)])
    assert late(10_000) is None
    alert = world.alert(START)
    world.look(START + 5)
    with transaction() as session:
        rules.delete(session, tenant.id, alert.key)
    world.alert(START + 6, "fractal")
    assert late(10_000) is None
    # The watermark is of before: who comes now has not waited yet.
    world.alert(START + 10_000)
    assert late(10_050) is None
