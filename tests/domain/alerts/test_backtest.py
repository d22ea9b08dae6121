"""What a backtest counts is what the engine would have told, second for second."""

import pytest
import time_machine

from saas_app.alerts import backtest, rules
from saas_app.alerts.rules import Draft
from saas_app.core.db import snapshot
from tests.support.alert_world import START, World
from tests.support.billing_world import new_tenant
from tests.support.scripted_market import at, candles

pytestmark = pytest.mark.db
CLOSES = [100.0, 101, 99, 103, 98, 104, 99, 101, 97, 102, 100, 105, 96, 100, 101, 99] * 4


@pytest.mark.parametrize(
    ("kind", "figures", "more"),
    [
        ("crosses", {"price": 100.5}, {"frequency": "every"}),
        ("crosses_up", {"price": 101.5}, {"frequency": "every", "cooldown_seconds": 4 * 3600}),
        ("crosses_down", {"price": 99.5}, {"frequency": "once_per_bar"}),
        ("leaves_band", {"low": 98.5, "high": 102.5}, {"frequency": "every"}),
        ("moves", {"percent": 3.0, "direction": "up"}, {"frequency": "every"}),
        ("fractal", {}, {"frequency": "every"}),
        ("rsi_crosses", {"level": 50.0}, {"frequency": "every"}),
    ],
)
def test_it_counts_what_the_engine_tells(database, kind, figures, more):
    tenant = new_tenant()
    world = World(tenant, list(candles(CLOSES, first=START)))
    alert = world.alert(START + 1, kind, figures=figures, **more)
    end = START + len(CLOSES) * 3600
    for second in range(300, len(CLOSES) * 3600 + 1, 300):
        world.look(second + START)
    draft = Draft("BTCUSD", "H1", kind, figures, **more)
    with time_machine.travel(at(end), tick=False), snapshot() as session:
        asked = rules.tried(session, tenant.id, draft)
    found = backtest.run(world.board, asked, now=at(end))
    assert world.told(alert)
    assert [second - START for second in found.times] == world.told(alert)
