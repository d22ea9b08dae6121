"""The alerts page: a form that keeps what was typed, a list that says why, a past that can be read."""

import asyncio

import pytest

from saas_app import wiring
from saas_app.alerts import rules
from saas_app.alerts.rules import Draft
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from saas_app.ui.pages.alerts.state import Alerts
from tests.support.billing_world import NoPost, new_tenant
from tests.support.grants import grant
from tests.support.states import logged_in, tab

pytestmark = pytest.mark.db


@pytest.fixture
def ada(database):
    wiring.install()
    tasks.install(NoPost())
    return new_tenant()


def opened(tenant, *calls, path="/alerts"):
    """Open the page, call its handlers in turn; the state."""

    async def play():
        page = tab(path, logged_in(tenant))
        await page.call(Alerts, "load")
        for name, *arguments in calls:
            await page.call(Alerts, name, *arguments)
        return await page.of(Alerts)

    return asyncio.run(play())


def made(tenant, **more):
    with transaction() as session:
        draft = Draft("EURUSD", "H1", "fractal", **more)
        return rules.create(session, tenant.id, tenant.owner.id, draft)


def kept(tenant):
    with snapshot() as session:
        return rules.of(session, tenant.id)


def test_an_alert_is_made_from_the_form_and_stands_on_the_list(ada):
    page = opened(
        ada,
        ("choose_kind", "moves"),
        ("write", "percent", "2.5"),
        ("write", "direction", "down"),
        ("choose_frequency", "every"),
        ("create", {"note": "  mind the gap "}),
    )
    (alert,) = kept(ada)
    assert (alert.kind, alert.figures["percent"], alert.figures["direction"]) == (
        "moves",
        2.5,
        "down",
    )
    assert (alert.frequency, alert.note) == ("every", "mind the gap")
    (row,) = page.rows
    assert (row.sentence, row.badge) == ("moves down by 2.5 % in 1 candles", "Waits")
    assert not page.refused


def test_a_refusal_names_the_field_and_keeps_what_was_written(ada):
    page = opened(ada, ("write", "price", "abc"), ("create", {}))
    assert kept(ada) == []
    (field,) = page.fields
    assert (field.value, field.problem) == ("abc", "Write a number.")
    assert page.refused
    mended = opened(ada, ("write", "price", "abc"), ("create", {}), ("write", "price", "1.1"))
    assert mended.fields[0].problem == ""


def test_a_locked_market_says_which_plan_has_it(ada):
    page = opened(ada, ("choose_symbol", "AUDUSD"), ("choose_kind", "fractal"), ("create", {}))
    assert (page.refused, page.lifted_by, kept(ada)) == (True, "Pro", [])


def test_the_chart_leads_here_with_its_market_and_price(ada):
    page = opened(ada, path="/alerts?symbol=XAUUSD&tf=H4&price=2000.5")
    assert (page.symbol, page.timeframe) == ("XAUUSD", "H4")
    assert page.fields[0].value == "2000.5"


def test_trying_it_says_how_often_and_saves_nothing(ada):
    page = opened(ada, ("choose_kind", "fractal"), ("try_it",))
    assert "in the last 30 days" in page.answer
    assert "Demo data" in page.answer
    assert kept(ada) == []


def test_pause_mute_and_wait_again(ada):
    key = made(ada).key
    page = opened(ada, ("act", key, "pause"))
    assert (page.rows[0].badge, page.rows[0].sleeps) == ("Paused", True)
    page = opened(ada, ("act", key, "resume"), ("act", key, "mute"))
    assert (page.rows[0].badge, page.rows[0].muted) == ("Muted", True)
    assert opened(ada, ("act", key, "unmute")).rows[0].badge == "Waits"


def test_what_was_deleted_by_mistake_comes_back(ada):
    key = made(ada).key
    page = opened(ada, ("delete", key))
    assert page.rows == []
    assert "EURUSD" in page.undo
    key = made(ada).key
    page = opened(ada, ("delete", key), ("put_back",))
    assert ([row.key for row in page.rows], page.undo) == ([key], "")


def test_somebody_elses_alert_is_not_there(ada):
    key = made(ada).key
    mallory = new_tenant("mallory")
    for call in (("delete", key), ("act", key, "pause"), ("open", key)):
        page = opened(mallory, call)
        assert (page.rows, page.events) == ([], [])
    assert kept(ada)[0].status == "active"


def test_only_ways_that_the_plan_has_are_offered(ada):
    assert [each.id for each in opened(ada).channels] == ["in_app"]
    grant(ada, "channels", ["in_app", "email"])
    page = opened(ada, ("toggle_channel", "email"), ("toggle_channel", "sms"))
    assert page.wanted == ["in_app", "email"]


def test_what_rests_is_explained(ada):
    made(ada)
    made(ada)
    grant(ada, "alerts_active", 1)
    newest = opened(ada).rows[0]
    assert newest.badge == "Rests"
    assert newest.why.startswith("/why?feature=alerts_active")
