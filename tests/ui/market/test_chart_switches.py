"""The switches of a chart: remembered, resting while the plan lacks them, and never forced."""

import asyncio

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.market import layout
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.workspaces.roles import Role
from tests.support.billing_world import add_member, new_user
from tests.support.grants import grant
from tests.ui.market.test_chart import opened

USUAL = ["volume", "levels", "lines", "fractals", "list"]


def turned(page, *names: str) -> None:
    for name in names:
        asyncio.run(page.call(ChartState, "turn", name))


def switches(chart: ChartState) -> dict[str, tuple[bool, bool]]:
    return {one.name: (one.on, one.locked) for bank in chart.banks for one in bank.switches}


def test_on_free_indicators_are_in_sight_and_locked_with_the_plan_that_opens_them(ada):
    page, chart = opened("/charts/BTCUSD", ada)
    assert chart.shown == USUAL
    assert switches(chart)["rsi_14"] == (False, True)
    assert switches(chart)["volume"] == (True, False)
    assert [bank.locked for bank in chart.banks] == [False, True, True]
    assert chart.log_scale.locked
    assert (chart.basic.shut, chart.basic.plan) == (True, "Pro")
    turned(page, "rsi_14", "log_scale", "volume")
    assert "Pro" in asyncio.run(page.notice())
    assert chart.shown == USUAL[1:]


def test_what_is_switched_on_is_there_on_every_chart_and_device(ada):
    grant(ada, "charts", "advanced")
    page, chart = opened("/charts/BTCUSD", ada)
    assert not chart.basic.shut
    turned(page, "rsi_14", "sma_20", "log_scale", "volume", "sma_20")
    assert chart.shown == [*USUAL[1:], "rsi_14", "log_scale"]
    _, elsewhere = opened("/charts/XAUUSD?tf=D1", ada)
    assert elsewhere.shown == chart.shown


def test_a_smaller_plan_lets_them_rest_and_forgets_nothing(ada):
    grant(ada, "charts", "advanced")
    page, _ = opened("/charts/BTCUSD", ada)
    turned(page, "rsi_14")
    grant(ada, "charts", "basic")
    _, chart = opened("/charts/BTCUSD", ada)
    assert (chart.shown, switches(chart)["rsi_14"]) == (USUAL, (False, True))
    grant(ada, "charts", "advanced")
    assert "rsi_14" in opened("/charts/BTCUSD", ada)[1].shown


@pytest.mark.parametrize("name", ["", "sma_21", "volume,levels"])
def test_what_is_no_switch_changes_nothing(ada, name):
    page, chart = opened("/charts/BTCUSD", ada)
    turned(page, name)
    assert chart.shown == USUAL
    with snapshot() as session:
        assert layout.of(session, ada.owner.id) == layout.USUAL


def test_a_viewer_arranges_their_own_chart_and_is_offered_no_alert(ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    page, chart = opened("/charts/BTCUSD", ada, vera)
    assert chart.new_alert == ""
    turned(page, "list")
    assert not chart.listed
    _, owners = opened("/charts/BTCUSD?tf=H4", ada)
    assert (owners.listed, owners.new_alert) == (
        True,
        "/alerts?symbol=BTCUSD&tf=H4&price=",
    )


def test_each_level_says_since_when_it_is_known_by_the_viewers_clock(ada):
    with transaction() as session:
        session.merge(ada.owner).time_zone = "Asia/Tokyo"
    _, chart = opened("/charts/BTCUSD", ada)
    assert chart.levels
    assert all("Since " in row.since and row.since.endswith("JST") for row in chart.levels)
    assert chart.priced_at.startswith("Price of ")
