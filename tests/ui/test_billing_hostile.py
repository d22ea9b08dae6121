"""Billing's State handlers under attack: events that no page of ours would send."""

import asyncio

import pytest

from saas_app import wiring
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.entitlements import keeping
from saas_app.market import watchlist
from saas_app.plans.features import Feature
from saas_app.ui import routes
from saas_app.ui.pages.billing.keeper import Keeper
from saas_app.ui.pages.billing.state import Billing
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def said(tenant, state, handler, *given, times=1, user=None):
    """What the page says after the last of so many events."""

    async def play():
        page = tab(routes.SETTINGS_BILLING, logged_in(tenant, user))
        for _ in range(times):
            await page.call(state, handler, *given)
        return await page.notice()

    return asyncio.run(play())


def test_keeping_a_thing_of_a_feature_that_is_none_is_refused(ada):
    assert said(ada, Keeper, "toggle", "nothing\0", 2**80) == text("error.bad_input")


def test_a_thing_that_is_not_there_cannot_be_kept(ada):
    assert "not there any more" in said(ada, Keeper, "toggle", "watchlist_items", 2**80)


def test_an_admin_chooses_what_rests_but_not_who_keeps_a_seat(ada):
    wiring.install()
    eve, ben = new_user("eve"), new_user("ben")
    add_member(ada, eve, Role.ADMIN)
    add_member(ada, ben, Role.ADMIN)
    with transaction() as session:
        thing = watchlist.add(session, ada.id, ada.owner.id, "EURUSD", "H1").id

    def offered(user, *given):
        async def play():
            page = tab(routes.SETTINGS_BILLING, logged_in(ada, user))
            await page.call(Keeper, "toggle", *given)
            return {each.feature for each in (await page.of(Keeper)).choices}

        return asyncio.run(play())

    assert "role" in said(ada, Keeper, "toggle", "seats", ben.id, user=eve).lower()
    with snapshot() as session:
        assert keeping.chosen(session, ada.id, Feature.SEATS) == frozenset()
    assert offered(eve, "watchlist_items", thing) == set()
    assert offered(ada.owner, "watchlist_items", thing) == {"seats"}


def test_an_analyst_redeems_nothing(ada):
    ben = new_user("ben")
    add_member(ada, ben)
    answer = said(ada, Billing, "redeem", {"code": "SPRING"}, user=ben)
    assert answer
    assert "role" in answer.lower()


def test_codes_cannot_be_guessed_through_the_page_either(ada, monkeypatch):
    tried: list[str] = []
    monkeypatch.setattr(
        "saas_app.billing.promotions.redeem", lambda _w, _u, code: tried.append(code)
    )
    monkeypatch.setattr(Billing, "_look_again", _nothing)
    answer = said(ada, Billing, "redeem", {"code": "GUESS"}, times=61)
    assert (len(tried), "too often" in answer) == (60, True)


async def _nothing(_state, _who) -> None:
    """Only the ration is looked at here."""
