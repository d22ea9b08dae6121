"""The wizard as a page: each answer kept at once, resumed anywhere, skipped without loss."""

import asyncio

import pytest

from saas_app.core.db import snapshot
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import wizard
from saas_app.onboarding.wizard import QUESTIONS
from saas_app.ui.pages.onboarding.state import Wizard
from tests.support.billing_world import new_tenant
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    current.install(Board([DemoSource()]))
    return new_tenant()


@pytest.fixture
def opened(ada):
    """A fresh tab of the wizard each time; what it does is a coroutine of (page, state)."""
    cookie = logged_in(ada)

    def walk(doing):
        async def in_a_tab():
            page = tab("/onboarding", cookie)
            await page.call(Wizard, "load")
            await doing(page, await page.of(Wizard))

        asyncio.run(in_a_tab())

    return walk


def kept(ada):
    with snapshot() as session:
        return wizard.answers(session, ada.owner.id)


def watched(ada):
    with snapshot() as session:
        return [item.symbol for item in watchlist.of(session, ada.id)]


def test_the_whole_way_leads_to_the_dashboard_and_a_first_watchlist(ada, opened):
    async def answer_all(page, state):
        assert (state.first, state.last, state.progress) == (True, False, "Question 1 of 3")
        for chosen in (["forex"], ["level_touch", "level_break"], ["daily"]):
            for choice in chosen:
                await page.call(Wizard, "toggle", choice)
            await page.call(Wizard, "advance")
        assert await page.departure() == "/dashboard"

    opened(answer_all)
    sheet = kept(ada)
    assert (sheet.markets, sheet.alert_types) == (["forex"], ["level_touch", "level_break"])
    assert (sheet.experience, sheet.finished_at is not None) == ("daily", True)
    assert watched(ada) == ["EURUSD", "USDJPY"]


def test_another_tab_goes_on_where_this_one_stopped(ada, opened):
    async def begin(page, state):
        await page.call(Wizard, "toggle", "metals")
        await page.call(Wizard, "advance")

    async def resume(page, state):
        assert state.step == 1
        assert state.answers["markets"] == ["metals"]
        await page.call(Wizard, "back")
        assert [choice.id for choice in state.choices if choice.chosen] == ["metals"]

    opened(begin)
    opened(resume)


def test_skipping_keeps_what_was_answered_and_leads_on(ada, opened):
    async def skip(page, state):
        await page.call(Wizard, "toggle", "crypto")
        await page.call(Wizard, "advance")
        await page.call(Wizard, "skip")
        assert await page.departure() == "/dashboard"

    opened(skip)
    assert kept(ada).finished_at is not None
    assert watched(ada) == ["BTCUSD"]


def test_one_of_several_can_be_taken_back_and_one_of_one_is_replaced(opened):
    async def choose(page, state):
        for choice in ("forex", "metals", "forex"):
            await page.call(Wizard, "toggle", choice)
        assert state.answers["markets"] == ["metals"]
        await page.call(Wizard, "advance")
        await page.call(Wizard, "advance")
        assert state.several is False
        await page.call(Wizard, "toggle", "new")
        await page.call(Wizard, "toggle", "daily")
        assert state.answers["experience"] == ["daily"]

    opened(choose)


@pytest.mark.parametrize("choice", ["tulips", "", "level_touch"])
def test_what_is_not_on_offer_here_is_not_chosen(opened, choice):
    async def choose(page, state):
        await page.call(Wizard, "toggle", choice)
        assert state.answers["markets"] == []

    opened(choose)


def test_going_back_from_the_first_question_stays_there(opened):
    async def back(page, state):
        await page.call(Wizard, "back")
        assert (state.step, state.first) == (0, True)

    opened(back)


def test_whoever_is_through_can_walk_it_again_and_keeps_the_watchlist(ada, opened):
    async def through(page, state):
        await page.call(Wizard, "skip")

    async def again(page, state):
        assert state.step == 0
        await page.call(Wizard, "toggle", "crypto")
        for _ in QUESTIONS:
            await page.call(Wizard, "advance")

    opened(through)
    before = watched(ada)
    opened(again)
    assert kept(ada).markets == ["crypto"]
    assert watched(ada) == before


def test_a_stranger_sees_no_question(database):
    async def knock():
        page = tab("/onboarding")
        await page.call(Wizard, "load")
        assert (await page.of(Wizard)).ready is False
        assert await page.departure() == "/login?next=/onboarding"

    asyncio.run(knock())
