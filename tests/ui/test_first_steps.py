"""The checklist on the dashboard: what remains, put away and brought back, and the suggested alert."""

import asyncio

import pytest

from saas_app.accounts import picture
from saas_app.accounts.models import User
from saas_app.accounts.second_factor.models import Totp
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.core.texts import has
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import checklist, progress, wizard
from saas_app.onboarding.progress import TOUR, TUTORIAL
from saas_app.ui import sitemap
from saas_app.ui.state.first_steps import HREFS, FirstSteps
from tests.support.billing_world import new_tenant
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    current.install(Board([DemoSource()]))
    return new_tenant()


def opened(tenant, *acts):
    async def play():
        page = tab("/dashboard", logged_in(tenant))
        await page.call(FirstSteps, "load")
        for act in acts:
            await page.call(FirstSteps, act)
        return await page.of(FirstSteps)

    return asyncio.run(play())


def answered(tenant, **given):
    with transaction() as session:
        for question, chosen in given.items():
            wizard.answer(session, tenant.owner.id, question, chosen)
        wizard.finish(session, tenant.owner.id)


def left(state):
    return [step.id for step in state.steps if not step.done]


def test_a_newcomer_sees_what_remains_and_how_much_is_done(ada):
    state = opened(ada)
    assert state.shown
    assert left(state) == ["wizard", "tutorial", "tour", "watchlist", "second_factor", "picture"]
    assert state.count == "1 of 7 done"


def test_what_is_done_is_marked_as_it_is_done(ada):
    answered(ada)
    with transaction() as session:
        watchlist.add(session, ada.id, ada.owner.id, "EURUSD", "H1")
        progress.finish(session, ada.owner.id, TOUR)
    assert left(opened(ada)) == ["tutorial", "second_factor", "picture"]


def test_the_list_is_gone_when_all_is_done(ada):
    answered(ada)
    with transaction() as session:
        watchlist.add(session, ada.id, ada.owner.id, "EURUSD", "H1")
        for what in (TOUR, TUTORIAL):
            progress.finish(session, ada.owner.id, what)
        picture.store(session, ada.owner.id, b"a picture")
        at = clock.now()
        session.add(
            Totp(user_id=ada.owner.id, sealed_secret="sealed", created_at=at, confirmed_at=at)
        )
    assert not opened(ada).shown


def test_who_is_new_to_it_is_proposed_the_tutorial_first(ada):
    answered(ada, experience=["new"])
    assert opened(ada).steps[0].id == "tutorial"


def test_who_trades_every_day_is_not_proposed_the_tutorial(ada):
    answered(ada, experience=["daily"])
    assert "tutorial" not in left(opened(ada))


def test_put_away_it_stays_away_until_it_is_called_back(ada):
    state = opened(ada, "dismiss")
    assert (state.shown, state.put_away) == (False, True)
    assert not opened(ada).shown
    opened(ada, "recall")
    assert opened(ada).shown


def test_a_name_is_a_step_for_who_has_none(ada):
    with transaction() as session:
        session.get_one(User, ada.owner.id).name = ""
    assert "name" in left(opened(ada))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"alert_types": ["level_touch"]}, "EURUSD H1 touches its nearest level"),
        (
            {
                "markets": ["metals"],
                "timeframes": ["D1"],
                "alert_types": ["level_break"],
                "thresholds": {"volume_multiple": "2", "minimum_volume": "10000"},
            },
            "XAUUSD D1 closes beyond its nearest level, volume ≥ 2\N{MULTIPLICATION SIGN}, at least 10,000 a day",
        ),
        (
            {"alert_types": ["volume_spike"], "thresholds": {"volume_multiple": "2.5"}},
            "EURUSD H1 trades far more than usual, volume ≥ 2.5\N{MULTIPLICATION SIGN}",
        ),
        ({}, ""),
    ],
)
def test_the_first_alert_is_suggested_in_words(ada, given, words):
    answered(ada, **given)
    assert opened(ada).alert.words == words


def test_the_suggestion_leads_to_its_chart(ada):
    answered(ada, markets=["crypto"], timeframes=["H4"], alert_types=["price_cross"])
    assert opened(ada).alert.href == "/charts/BTCUSD?tf=H4"


def test_every_step_that_is_shown_has_a_page_of_its_own_and_its_words():
    paths = {page.path for page in sitemap.PAGES}
    assert set(HREFS) == {item.id for item in checklist.ITEMS}
    for item in checklist.ITEMS:
        assert all(has(f"first_steps.{item.id}.{part}") for part in ("title", "text", "action"))
    assert {href.partition("?")[0] for href in HREFS.values()} <= paths
