"""Pages that keep themselves fresh without a market beat: the signed-in frame and the billing page."""

import asyncio

import pytest
from sqlmodel import select

from saas_app.accounts import sessions
from saas_app.accounts.models import LoginSession
from saas_app.accounts.own_data import deletion
from saas_app.accounts.people import addressee
from saas_app.audit.trail import NOWHERE
from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.entitlements import usage
from saas_app.market import watchlist
from saas_app.notifications import dispatch
from saas_app.plans.features import Feature
from saas_app.teams import members
from saas_app.ui.pages.billing.state import Billing
from saas_app.ui.state import following, shell
from saas_app.ui.state.shell import Shell
from tests.support.billing_world import NoPost, add_member, new_tenant
from tests.support.grants import grant
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database, monkeypatch):
    tasks.install(NoPost())
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    monkeypatch.setattr(following, "LOOK_AGAIN_SECONDS", 0.05)
    return new_tenant()


def watching(tenant, state, act, seen, cookie=""):
    """Open a page of this state, do `act` beside it, wait until it is `seen`; the tab."""
    page = tab("/settings/billing", cookie or logged_in(tenant))

    async def play():
        await page.call(state, "load")
        stream = asyncio.create_task(page.background(state, "watch"))
        await asyncio.sleep(0.02)
        await asyncio.to_thread(act)
        shown = await page.of(state)
        async with asyncio.timeout(3):
            while not (seen(shown) if seen else stream.done()):  # noqa: ASYNC110 — looked at from outside
                await asyncio.sleep(0.005)
        stream.cancel()

    asyncio.run(play())
    return page


def end_sessions_of(tenant):
    with transaction() as session:
        sessions.end_all(session, tenant.owner)


def test_the_frame_shows_what_the_person_was_told_meanwhile(ada):
    def told():
        with transaction() as session:
            dispatch.notify(session, addressee(ada.owner), key="k", kind="billing.paused")

    watching(ada, Shell, told, lambda shell: shell.unread == 1)


def test_the_billing_page_shows_a_limit_that_grew(ada):
    watching(
        ada,
        Billing,
        lambda: grant(ada, "watchlist_items", 77),
        lambda billing: any("77" in row.used for row in billing.meters),
    )


def test_a_session_that_ends_takes_the_bills_with_it(ada):
    page = watching(ada, Billing, lambda: end_sessions_of(ada), lambda billing: not billing.ready)
    assert asyncio.run(page.of(Billing)).meters == []
    assert asyncio.run(page.departure()) == "/settings/billing"


def test_the_frame_opens_the_page_again_for_a_session_that_ended(ada, monkeypatch):
    """Which leads to the log-in, or shows it under a newer cookie than the socket's."""
    monkeypatch.setattr(shell, "_ON_ITS_WAY_SECONDS", 0.01)
    page = watching(ada, Shell, lambda: end_sessions_of(ada), None)
    assert asyncio.run(page.departure()) == "/settings/billing"


def test_who_is_sent_away_sees_the_open_page_begin_anew_in_their_own_workspace(ada, monkeypatch):
    monkeypatch.setattr(shell, "_ON_ITS_WAY_SECONDS", 0.01)
    ben = new_tenant("ben")
    add_member(ben, ada.owner)
    cookie = logged_in(ben, ada.owner)

    def sent_away():
        with transaction() as session:
            members.remove(session, ben.id, ben.owner.id, ada.owner.id, NOWHERE)

    page = watching(ben, Shell, sent_away, None, cookie)
    assert asyncio.run(page.departure()) == "/settings/billing"


def test_a_step_up_leaves_the_page_alone_until_the_log_in_ends(ada, monkeypatch):
    """A page that asked for the proof still holds what it has to show or send."""
    monkeypatch.setattr(shell, "_ON_ITS_WAY_SECONDS", 0.01)
    asked = []
    goes_on = sessions.goes_on
    monkeypatch.setattr(
        sessions, "goes_on", lambda *given: asked.append(goes_on(*given)) or asked[-1]
    )

    def steps_up():
        with transaction() as session:
            row = session.exec(select(LoginSession)).one()
            sessions.renew(session, row.digest, "otp")

    page = watching(ada, Shell, steps_up, lambda _: len(asked) > 1)
    assert asked[0] is True
    assert asyncio.run(page.departure()) == ""


def test_the_frame_says_first_that_the_account_is_about_to_close(ada):
    def wished():
        with transaction() as session:
            deletion.request(session, ada.owner.id)

    watching(ada, Shell, wished, lambda shown: "closes on" in shown.banner.text)


@pytest.mark.parametrize("state", [Shell, Billing])
def test_of_watches_that_a_script_starts_one_is_left(ada, state):
    page = tab("/settings/billing", logged_in(ada))

    async def play():
        await page.call(state, "load")
        many = [asyncio.create_task(page.background(state, "watch")) for _ in range(5)]
        await asyncio.sleep(0.3)
        left = [one for one in many if not one.done()]
        for one in left:
            one.cancel()
        return len(left)

    assert asyncio.run(play()) == 1


@pytest.mark.parametrize("state", [Shell, Billing])
def test_a_watch_of_an_earlier_opening_ends(ada, state):
    page = tab("/settings/billing", logged_in(ada))

    async def play():
        await page.call(state, "load")
        earlier = asyncio.create_task(page.background(state, "watch"))
        await asyncio.sleep(0.02)
        await page.call(state, "load")
        await asyncio.wait_for(earlier, 3)

    asyncio.run(play())
