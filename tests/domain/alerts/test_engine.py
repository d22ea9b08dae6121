"""Every move is judged once: between looks, over gaps, after deaths, by two engines, under a smaller plan."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete

from saas_app.alerts import rules
from saas_app.alerts.desk import Desk
from saas_app.alerts.engine import Engine, Overtaken
from saas_app.alerts.models import Alert, AlertEvent, AlertWatermark
from saas_app.core.db import snapshot, transaction
from saas_app.notifications import dispatch
from saas_app.workspaces.models import Membership
from tests.support.alert_world import START, World, dying
from tests.support.billing_world import new_tenant
from tests.support.grants import grant
from tests.support.scripted_market import candles

pytestmark = pytest.mark.db
NUMBERS = itertools.count()


@pytest.fixture
def ada(database):
    return new_tenant()


def walk(*prices, every=60):
    """One tick a minute."""
    return [(START + n * every, float(price), 1) for n, price in enumerate(prices)]


def looked(world, *seconds):
    return [world.look(START + second) for second in seconds]


def test_a_crossing_is_told_once_with_its_facts_and_is_over(ada):
    world = World(ada, walk(99, 99, 101, 99, 101))
    alert = world.alert(START + 30, note="the round number")
    assert looked(world, 60, 120, 180, 240) == [0, 1, 0, 0]
    (event,) = world.events(alert)
    assert (event.price, event.outcome, event.data_kind, event.late) == (
        100.0,
        "fired",
        "live",
        False,
    )
    assert event.facts["last"] == 101.0
    with snapshot() as session:
        (notice,) = dispatch.latest(session, ada.owner.id)
    assert (notice.kind, notice.data["symbol"], notice.data["note"]) == (
        "alert.fired", "BTCUSD", "the round number",
    )  # fmt: skip
    assert world.now(alert).status == "done"


def test_a_wick_between_two_looks_is_not_missed(ada):
    world = World(ada, walk(99, 99, 101, 99, 99))
    alert = world.alert(START)
    assert looked(world, 60, 239) == [0, 1]
    assert world.told(alert) == [239]


def test_what_happened_before_an_alert_was_made_is_not_its_business(ada):
    world = World(ada, walk(99, 101, 99, 99, 99, 101))
    other = world.alert(START, figures={"price": 50.0})
    looked(world, 30)
    alert = world.alert(START + 150)
    assert looked(world, 155, 200, 299, 301) == [0, 0, 0, 1]
    assert (world.told(other), world.told(alert)) == ([], [301])


def test_above_its_price_already_it_waits_until_it_is_crossed_again(ada):
    world = World(ada, walk(101, 102, 99, 101))
    alert = world.alert(START, "crosses_up")
    assert rules.waits_beyond(alert)
    assert looked(world, 60, 120, 180) == [0, 0, 1]


def test_a_lost_hour_is_judged_as_soon_as_somebody_looks_and_says_so(ada):
    world = World(ada, walk(99, *[99] * 10, 101, *[99] * 60))
    alert = world.alert(START)
    looked(world, 60)
    world.restart()
    assert looked(world, 3900) == [1]
    (event,) = world.events(alert)
    assert event.late
    # Nobody saw the very second: the candle it happened in is known.
    assert event.facts["since"] - START == 600
    assert event.at - START == 900


def test_an_hour_without_anybody_waiting_is_skipped(ada):
    world = World(ada, walk(99, *[101] * 5, *[99] * 60, 101))
    first = world.alert(START, figures={"price": 50.0})
    looked(world, 30)
    with transaction() as session:
        rules.delete(session, ada.id, first.key)
    looked(world, 60)
    alert = world.alert(START + 3700)
    assert looked(world, 3800, 3961) == [0, 1]
    assert world.told(alert) == [3961]


def test_every_time_waits_for_its_cooldown_and_writes_down_what_it_held_back(ada):
    world = World(ada, walk(99, 101, 99, 101, 99, 101))
    alert = world.alert(START, "crosses_up", frequency="every", cooldown_seconds=180)
    looked(world, *range(0, 301, 60))
    assert world.told(alert) == [60, 300]
    assert world.held(alert) == ["cooldown"]


def test_once_per_bar_tells_again_on_the_next_candle(ada):
    path = [99, 101, 99, 101, 99, 101, 99, 101]
    world = World(ada, walk(*path, every=150))
    with_hours = world.alert(START, "crosses_up", frequency="once_per_bar")
    looked(world, *range(0, 1200, 150))
    assert world.told(with_hours) == [150]
    assert set(world.held(with_hours)) == {"bar"}


def test_muted_is_written_down_and_not_told(ada):
    world = World(ada, walk(99, 101, 99, 101))
    alert = world.alert(START, "crosses_up", frequency="every")
    with transaction() as session:
        rules.mute(session, ada.id, alert.key, world.now(alert).created_at.replace(year=2100))
    looked(world, 60, 120)
    with transaction() as session:
        rules.mute(session, ada.id, alert.key, None)
    looked(world, 180)
    assert (world.held(alert), world.told(alert)) == (["muted"], [180])


def test_a_plan_that_lost_the_market_or_the_room_tells_nothing_more(ada):
    world = World(ada, walk(99, 101, 99, 101))
    old = world.alert(START, "crosses_up", frequency="every")
    young = world.alert(START, "crosses_up", frequency="every")
    grant(ada, "alerts_active", 1)
    looked(world, 60, 120)
    assert (world.told(old), world.told(young), world.held(young)) == ([60], [], ["resting"])
    grant(ada, "symbols", ["EURUSD"])
    looked(world, 180)
    assert (world.told(old), world.held(old)) == ([60], ["locked"])


def test_who_left_the_workspace_is_told_nothing_more(ada):
    world = World(ada, walk(99, 101))
    alert = world.alert(START)
    looked(world, 30)
    with transaction() as session:
        session.delete(session.get_one(Membership, (ada.id, ada.owner.id)))
    looked(world, 61)
    assert world.told(alert) == [61]
    with snapshot() as session:
        assert dispatch.latest(session, ada.owner.id) == []


def test_two_engines_tell_once(ada, monkeypatch):
    world = World(ada, walk(99, 101))
    alert = world.alert(START)
    first, second = world.engine, Engine(world.board)
    for world.engine in (first, second):
        looked(world, 30)
    looked(world, 60)
    world.engine = first
    with monkeypatch.context() as patched:
        # It looked at the alerts a moment before the other one's commit.
        patched.setattr(Desk, "refresh", lambda *_: None)
        with pytest.raises(Overtaken):
            looked(world, 61)
    first.forget()
    looked(world, 62)
    assert world.told(alert) == [60]


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_a_death_anywhere_neither_loses_nor_doubles(ada, monkeypatch, nth, after):
    world = World(ada, walk(99, 99, 101, 99))
    grant(ada, "channels", ["in_app", "email", "webhook"])
    alert = world.alert(START, channels=["in_app", "email", "webhook"])
    looked(world, 60)
    with dying(monkeypatch, nth, after=after):
        looked(world, 120, 125, 130)
    world.restart()
    looked(world, 180)
    assert len(world.told(alert)) == 1
    assert sorted(row.channel for row in world.deliveries()) == ["email", "webhook"]
    with snapshot() as session:
        assert len(dispatch.latest(session, ada.owner.id)) == 1


def oracle(path, looks, price, armed, ups):
    """Straight from the ticks: what is certain of each stretch between two looks or ends of a candle."""
    fired, asleep = [], False
    ends = range(looks[0] + 300, looks[-1], 300)
    for before, now in itertools.pairwise(sorted({*looks, *ends})):
        seen = [p for t, p, _ in path if t <= before][-1:] + [
            p for t, p, _ in path if before < t <= now
        ]
        if now <= armed:
            continue
        mirrored = seen if ups else [2 * price - each for each in seen]
        if asleep and min(mirrored) <= price - price * 0.0005:
            asleep, mirrored = False, [min(mirrored), mirrored[-1]]
        elif asleep:
            continue
        if mirrored[0] < price <= max(mirrored) or min(mirrored) < price <= mirrored[-1]:
            fired.append(now - START)
            asleep = mirrored[-1] > price - price * 0.0005
    return fired


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.integers(92, 108), min_size=5, max_size=30),
    st.integers(0, 2**16),
    st.booleans(),
)
def test_over_any_path_with_any_looks_and_deaths_it_tells_what_the_ticks_say(
    ada, monkeypatch, prices, seed, ups
):
    chance = random.Random(seed)
    tenant = new_tenant(f"path{next(NUMBERS)}")
    path = walk(*[price + 0.5 for price in prices], every=37)
    world = World(tenant, path)
    with transaction() as session:
        for table in (AlertWatermark, AlertEvent, Alert):
            session.exec(delete(table))
    kind = "crosses_up" if ups else "crosses_down"
    alert = world.alert(START, kind, frequency="every")
    # The cooldown is the rhythm's business: every crossing is written down, told or held back.
    looks = [START]
    looked(world, 0)
    for second in range(37, 37 * len(prices), 37):
        if chance.random() < 0.4:
            continue
        if chance.random() < 0.2:
            with dying(monkeypatch, 1, after=False):
                looked(world, second)
            world.restart()
            continue
        looked(world, second)
        looks.append(START + second)
    looked(world, 37 * len(prices))
    looks.append(START + 37 * len(prices))
    assert [event.at - START for event in world.events(alert)] == oracle(
        path, looks, 100.0, START, ups
    )


def test_a_closed_candle_is_judged_once_when_it_has_closed(ada):
    closes = [100.0] * 30 + [103.0, 100.0]
    world = World(ada, list(candles(closes, first=START)))
    end = 31 * 3600
    alert = world.alert(
        START + 30 * 3600 + 60, "moves", figures={"percent": 2.0, "direction": "up"}
    )
    assert looked(world, end - 2, end + 1, end + 2, end + 400) == [0, 1, 0, 0]
    (event,) = world.events(alert)
    assert (event.at - START, event.bar - START) == (end, end - 3600)
    assert event.facts["percent"] == 3.0


def test_candles_that_closed_while_nobody_looked_are_judged_one_by_one(ada):
    closes = [100.0] * 20 + [103.0, 100.0, 103.0, 100.0]
    world = World(ada, list(candles(closes, first=START)))
    alert = world.alert(START + 20 * 3600, "moves", figures={"percent": 2.0}, frequency="every")
    looked(world, 20 * 3600 + 5)
    world.restart()
    looked(world, 24 * 3600 + 5)
    assert world.told(alert) == [h * 3600 for h in (21, 22, 23, 24)]
    assert [event.late for event in world.events(alert)] == [True, True, True, False]


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_the_close_neither_loses_nor_doubles(ada, monkeypatch, after):
    world = World(ada, list(candles([100.0] * 20 + [103.0, 103.0], first=START)))
    alert = world.alert(START + 20 * 3600, "moves", figures={"percent": 2.0})
    looked(world, 20 * 3600 + 5)
    with dying(monkeypatch, 1, after=after):
        looked(world, 21 * 3600 + 1)
    world.restart()
    looked(world, 21 * 3600 + 3)
    assert len(world.told(alert)) == 1
