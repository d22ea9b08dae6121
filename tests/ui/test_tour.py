"""The guided tour over the pages: begun by the address, kept at each step, gone on with anywhere."""

import asyncio

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.market import current
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import progress, wizard
from saas_app.onboarding.tour import STEPS
from saas_app.ui import sitemap
from saas_app.ui.state.tour import PATHS, Tour
from saas_app.workspaces.roles import Role
from tests.support.billing_world import add_member, new_tenant, new_user
from tests.support.states import logged_in, tab


@pytest.fixture
def ada(database):
    current.install(Board([DemoSource()]))
    return new_tenant()


def opened(tenant, path, *, user=None, then=None):
    """The tour's state after this address was opened, and after what was done there."""

    async def play():
        page = tab(path, logged_in(tenant, user))
        await page.call(Tour, "load")
        for handler, *args in then or ():
            await page.call(Tour, handler, *args)
        return await page.of(Tour)

    return asyncio.run(play())


def kept(tenant):
    with snapshot() as session:
        return progress.of(session, tenant.owner.id, progress.TOUR)


def test_nothing_is_shown_to_who_did_not_begin(ada):
    assert opened(ada, "/dashboard").run == ""
    assert kept(ada) is None


def test_the_address_begins_it_and_leads_from_page_to_page(ada):
    shown = opened(ada, "/dashboard?tour=start")
    assert shown.run
    assert [step["id"] for step in shown.steps] == ["movers", "watched", "limits"]
    assert (shown.first, shown.before, shown.total) == (0, 0, len(STEPS))
    assert (shown.backward, shown.onward) == ("", "/charts/EURUSD?tf=H1&tour=chart")
    on_the_chart = opened(ada, shown.onward)
    assert (on_the_chart.before, on_the_chart.path) == (3, "/charts/EURUSD")
    assert on_the_chart.backward == "/dashboard?tour=limits"
    last = opened(ada, "/settings/profile?tour=preferences")
    assert (last.onward, last.backward) == ("", "/notifications?tour=notices")


def test_the_chart_of_the_tour_is_the_one_the_person_follows(ada):
    with transaction() as session:
        wizard.answer(session, ada.owner.id, "markets", ["metals"])
        wizard.answer(session, ada.owner.id, "timeframes", ["D1"])
    assert opened(ada, "/dashboard?tour=start").onward == "/charts/XAUUSD?tf=D1&tour=chart"


def test_another_device_goes_on_at_the_step_that_was_reached(ada):
    opened(ada, "/dashboard?tour=start", then=[("reach", "watched")])
    again = opened(ada, "/dashboard")
    assert (again.run != "", again.steps[again.first]["id"]) == (True, "watched")
    assert opened(ada, "/watchlists").run == ""


def test_put_away_it_stays_away_until_it_is_asked_for(ada):
    opened(ada, "/dashboard?tour=start", then=[("reach", "limits"), ("close", "limits")])
    assert opened(ada, "/dashboard").run == ""
    again = opened(ada, "/dashboard?tour=continue")
    assert again.steps[again.first]["id"] == "limits"


def test_going_on_leads_to_the_page_where_one_stopped(ada):
    opened(ada, "/watchlists?tour=add")

    async def go_on():
        page = tab("/dashboard?tour=continue", logged_in(ada))
        await page.call(Tour, "load")
        assert (await page.of(Tour)).run == ""
        assert await page.departure() == "/watchlists?tour=add"

    asyncio.run(go_on())


def test_finished_it_is_done_and_can_be_started_again(ada):
    opened(ada, "/settings/profile?tour=preferences", then=[("finish",)])
    assert progress.done(kept(ada))
    assert opened(ada, "/settings/profile").run == ""
    assert opened(ada, "/dashboard?tour=start").first == 0


@pytest.mark.parametrize("word", ["tulips", "START", "../", ""])
def test_a_word_that_means_nothing_begins_nothing(ada, word):
    assert opened(ada, f"/dashboard?tour={word}").run == ""
    assert kept(ada) is None


def test_a_step_that_is_none_is_not_kept(ada):
    opened(ada, "/dashboard?tour=start", then=[("reach", "tulips")])
    assert kept(ada).step == "movers"


def test_a_viewer_is_led_past_what_they_may_not_change(ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    shown = opened(ada, "/watchlists?tour=list", user=vera)
    assert [step["id"] for step in shown.steps] == ["list"]


def test_a_bigger_plan_is_named_where_it_has_more(ada):
    words = {step["id"]: step["text"] for step in opened(ada, "/charts/EURUSD?tour=chart").steps}
    assert "come with Pro" in words["frames"]


def test_a_stranger_is_sent_to_the_log_in(database):
    async def knock():
        page = tab("/dashboard?tour=start")
        await page.call(Tour, "load")
        assert await page.departure() == "/login?next=/dashboard"

    asyncio.run(knock())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_every_step_points_at_something_its_page_really_has(step):
    """A renamed element, or a page that does not load the tour, fails here."""
    (page,) = [page for page in sitemap.PAGES if page.title == step.page]
    assert page.path == PATHS[step.page]
    assert Tour.event_handlers["load"] in page.load
    assert f'"data-tour":"{step.anchor}"' in str(page.view().render()).replace(": ", ":").replace(
        "\\'", "'"
    )
