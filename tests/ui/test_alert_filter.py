"""The filter of the alerts page: what it leaves out, what is kept by name, what a plan keeps shut, the same in a file."""

import asyncio
import json

import pytest

from saas_app import wiring
from saas_app.alerts import rules
from saas_app.alerts.rules import Draft
from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.core.texts import text
from saas_app.market import scanning
from saas_app.plans.decide import decide
from saas_app.plans.features import Feature
from saas_app.ui.pages.alerts import page
from saas_app.ui.pages.alerts.filter_state import AlertFilter
from saas_app.ui.pages.alerts.state import Alerts
from tests.support.billing_world import NoPost, new_tenant
from tests.support.grants import grant
from tests.support.states import logged_in, tab

pytestmark = pytest.mark.db


@pytest.fixture
def ada(database):
    wiring.install()
    tasks.install(NoPost())
    tenant = new_tenant()
    grant(tenant, "channels", ["in_app", "email"])
    with transaction() as session:
        for draft in (
            Draft("EURUSD", "H1", "fractal", {"direction": "up"}),
            Draft("XAUUSD", "H4", "crosses_down", {"price": 1900.0}, channels=("in_app", "email")),
        ):
            last = rules.create(session, tenant.id, tenant.owner.id, draft)
        rules.pause(session, tenant.id, last.key)
    return tenant


def opened(tenant):
    at = tab("/alerts", logged_in(tenant))
    for state in (Alerts, AlertFilter):
        asyncio.run(at.call(state, "load"))
    return at, asyncio.run(at.of(Alerts)), asyncio.run(at.of(AlertFilter))


def press(at, handler, *values):
    asyncio.run(at.call(AlertFilter, handler, *values))


def shown(seen):
    return [row.symbol for row in seen.rows]


def test_every_condition_leaves_out_the_other_alert_and_all_must_hold(ada):
    at, seen, asked = opened(ada)
    assert sorted(shown(seen)) == ["EURUSD", "XAUUSD"]
    assert seen.counted == ""
    for name, value, left in (
        ("symbols", "XAUUSD", ["XAUUSD"]),
        ("timeframes", "H1", ["EURUSD"]),
        ("kind", "fractal", ["EURUSD"]),
        ("channel", "email", ["XAUUSD"]),
        ("state", "paused", ["XAUUSD"]),
        ("direction", "up", ["EURUSD"]),
    ):
        press(at, "choose", name, value)
        assert (name, shown(seen)) == (name, left)
        press(at, "choose", name, "")
    press(at, "choose", "symbols", "EURUSD")
    press(at, "choose", "state", "paused")
    assert (shown(seen), seen.counted) == ([], "0 of 2 are like that.")
    press(at, "choose", "kind", "__class__")
    assert asked.chosen["kind"] == ""
    press(at, "clear")
    assert (len(seen.rows), asked.asks) == (2, 0)


def test_a_filter_is_kept_used_removed_and_put_back(ada):
    at, seen, asked = opened(ada)
    press(at, "choose", "symbols", "XAUUSD")
    press(at, "write_name", "Gold")
    press(at, "save")
    press(at, "clear")
    _, _, later = opened(ada)
    (kept,) = later.saved
    press(at, "use", kept.id)
    assert (shown(seen), asked.chosen["symbols"], asked.name) == (["XAUUSD"], "XAUUSD", "Gold")
    press(at, "remove")
    assert (asked.saved, bool(asked.undo)) == ([], True)
    press(at, "put_back")
    assert [one.title for one in asked.saved] == ["Gold"]


def test_the_file_has_what_is_shown_and_a_plan_without_files_names_the_one_with(ada):
    at, seen, _ = opened(ada)
    assert seen.files.csv == ""
    assert "Pro" in seen.files.locked
    grant(ada, "exports", ["csv", "json"])
    press(at, "choose", "symbols", "XAUUSD")
    assert seen.files.json == "/api/exports/alerts.json?symbol=XAUUSD"


def test_where_the_plan_filters_nothing_everything_is_shown_and_why(ada, monkeypatch):
    monkeypatch.setattr(
        scanning, "alert_filters", lambda standing: decide(standing, Feature.SCANNER, item="full")
    )
    at, seen, _ = opened(ada)
    press(at, "choose", "symbols", "XAUUSD")
    assert len(seen.rows) == 2
    assert (seen.no_filter.shut, seen.no_filter.title) == (True, text("alerts.no_filter"))


def test_the_page_draws():
    assert len(json.dumps(page.page().render(), default=str)) > 10000
