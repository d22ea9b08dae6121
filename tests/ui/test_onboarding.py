"""The wizard as a page: each answer kept at once, resumed anywhere, skipped without loss."""

import asyncio

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import wizard
from saas_app.onboarding.questions import QUESTIONS
from saas_app.ui.pages.onboarding.state import Wizard
from tests.support.billing_world import new_tenant, reloaded
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


async def choose(page, *chosen):
    for choice in chosen:
        await page.call(Wizard, "toggle", choice)
    await page.call(Wizard, "advance")


async def reach(page, state, question):
    for _ in QUESTIONS:
        if state.question == question:
            return
        await page.call(Wizard, "advance")
    raise AssertionError(f"{question} was not asked")


def test_the_whole_way_leads_to_the_dashboard_and_a_first_watchlist(ada, opened):
    async def answer_all(page, state):
        assert (state.first, state.last, state.progress) == (True, False, "Question 1 of 7")
        for chosen in (["forex"], ["H4"], ["level_touch", "level_break"]):
            await choose(page, *chosen)
        assert state.question == "thresholds"
        await page.call(Wizard, "write", "volume_multiple", "2")
        await page.call(Wizard, "advance")
        for chosen in (["in_app"], ["light"], ["daily"]):
            await choose(page, *chosen)
        assert await page.departure() == "/dashboard?tour=start"

    opened(answer_all)
    sheet = kept(ada)
    assert (sheet.markets, sheet.alert_types) == (["forex"], ["level_touch", "level_break"])
    assert (sheet.experience, sheet.finished_at is not None) == ("daily", True)
    assert (sheet.timeframes, sheet.channels, sheet.volume_multiple) == (["H4"], ["in_app"], 2.0)
    assert reloaded(ada.owner).theme == "light"
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
        await reach(page, state, "experience")
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


def test_a_locked_channel_answers_with_its_reason_and_is_not_taken(ada, opened):
    async def choose_locked(page, state):
        await reach(page, state, "channels")
        assert {each.id: each.plan for each in state.choices}["email"] == "Pro"
        await page.call(Wizard, "toggle", "email")
        assert state.answers["channels"] == []
        assert "Pro" in state.refusal
        assert state.why.startswith("/why?feature=")
        await page.call(Wizard, "toggle", "in_app")
        assert (state.answers["channels"], state.refusal) == (["in_app"], "")

    opened(choose_locked)


def test_what_a_bigger_plan_allowed_can_still_be_taken_back(ada, opened):
    with transaction() as session:
        wizard.answer(session, ada.owner.id, "channels", ["email"])

    async def take_back(page, state):
        await page.call(Wizard, "back")
        assert (state.question, state.answers["channels"]) == ("channels", ["email"])
        await page.call(Wizard, "toggle", "email")
        assert state.answers["channels"] == []

    opened(take_back)


def test_figures_that_cannot_be_stay_in_their_fields_with_the_reason_beside_each(ada, opened):
    async def mistype(page, state):
        await reach(page, state, "thresholds")
        await page.call(Wizard, "write", "volume_multiple", "lots")
        await page.call(Wizard, "write", "minimum_volume", "-5")
        await page.call(Wizard, "advance")
        assert state.question == "thresholds"
        assert [figure.value for figure in state.figures] == ["lots", "-5"]
        assert all(figure.problem for figure in state.figures)
        await page.call(Wizard, "write", "volume_multiple", "3")
        assert [bool(figure.problem) for figure in state.figures] == [False, True]
        await page.call(Wizard, "pass_over")
        assert state.question == "channels"
        await page.call(Wizard, "back")
        assert [figure.value for figure in state.figures] == ["", ""]

    opened(mistype)
    assert kept(ada).volume_multiple is None


@pytest.mark.parametrize(("number", "figure"), [("step", "9"), ("", ""), ("finished_at", "now")])
def test_only_the_fields_there_are_can_be_written(opened, number, figure):
    async def write(page, state):
        before = dict(state.written)
        await page.call(Wizard, "write", number, figure)
        assert state.written == before

    opened(write)


def test_one_question_is_passed_over_and_its_marks_are_forgotten(ada, opened):
    async def pass_one(page, state):
        await page.call(Wizard, "toggle", "crypto")
        await page.call(Wizard, "pass_over")
        assert (state.question, state.answers["markets"]) == ("timeframes", [])

    opened(pass_one)
    assert (kept(ada).markets, kept(ada).step) == ([], 1)


def test_a_theme_is_the_persons_own_at_once(ada, opened):
    async def see_the_light(page, state):
        await reach(page, state, "theme")
        assert state.theme == "dark"
        await page.call(Wizard, "toggle", "light")
        assert reloaded(ada.owner).theme == "light"

    opened(see_the_light)


def test_a_stranger_sees_no_question(database):
    async def knock():
        page = tab("/onboarding")
        await page.call(Wizard, "load")
        assert (await page.of(Wizard)).ready is False
        assert await page.departure() == "/login?next=/onboarding"

    asyncio.run(knock())
