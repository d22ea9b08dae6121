"""The practice page: step by step, resumed at its lesson, through once and for all."""

import asyncio

import pytest

from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.onboarding import progress, tutorial
from saas_app.ui.pages.tutorial.state import Tutorial
from tests.support.billing_world import new_tenant
from tests.support.states import logged_in, tab

LESSONS = [lesson.id for lesson in tutorial.lessons()]


@pytest.fixture
def ada(database):
    return new_tenant()


def walked(tenant, *acts):
    async def play():
        page = tab("/tutorial", logged_in(tenant))
        await page.call(Tutorial, "load")
        for act in acts:
            await page.call(Tutorial, act)
        return await page.of(Tutorial)

    return asyncio.run(play())


def kept(tenant):
    with snapshot() as session:
        return progress.of(session, tenant.owner.id, progress.TUTORIAL)


TO_THE_ALERT = ["leap"] * LESSONS.index("alert")


def test_it_begins_with_what_it_is_and_says_that_it_is_history(ada):
    state = walked(ada)
    assert (state.lesson, state.first, state.steps) == ("candles", True, "Lesson 1 of 8")
    assert "history" in state.words
    assert state.given["found"]["fractals"] == state.given["found"]["horizontal"] == []


def test_a_step_is_a_candle(ada):
    one, two = walked(ada), walked(ada, "step")
    assert len(two.given["candles"]) == len(one.given["candles"]) + 1


def test_the_alert_is_placed_by_the_person_and_speaks_when_its_time_comes(ada):
    waiting = walked(ada, *TO_THE_ALERT)
    assert (waiting.lesson, waiting.waits) == ("alert", True)
    assert walked(ada, "step").lesson == "alert"
    armed = walked(ada, "arm")
    assert (armed.lesson, armed.armed, armed.fired) == ("waiting", True, "")
    assert [alert["fired"] for alert in armed.given["found"]["alerts"]] == [False]
    spoken = walked(ada, "leap")
    assert str(tutorial.level_price()) in spoken.fired
    assert [alert["fired"] for alert in spoken.given["found"]["alerts"]] == [True]


def test_another_device_goes_on_at_the_same_lesson(ada):
    walked(ada, "leap", "leap")
    assert kept(ada).step == "fractal"
    assert walked(ada).lesson == "fractal"


def test_nothing_is_kept_but_the_lesson(ada):
    walked(ada, *["step"] * 2)
    assert (kept(ada).step, kept(ada).finished_at) == ("turn", None)


def test_through_it_is_done_and_may_be_walked_again_without_being_undone(ada):
    state = walked(ada, *TO_THE_ALERT, "arm", "leap", "leap")
    assert state.last
    assert progress.done(kept(ada))
    again = walked(ada, "leap")
    assert again.lesson == "turn"
    assert progress.done(kept(ada))


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_has_its_words(lesson):
    assert text(f"tutorial.{lesson}.title")
    assert text(f"tutorial.{lesson}.text")


def test_a_stranger_is_sent_to_the_log_in(database):
    async def knock():
        page = tab("/tutorial")
        await page.call(Tutorial, "load")
        await page.call(Tutorial, "step")
        assert (await page.of(Tutorial)).given == {}
        assert await page.departure() == "/login?next=/tutorial"

    asyncio.run(knock())
