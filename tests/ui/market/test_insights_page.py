"""The insights page: what the plan opens with its figures, what it keeps shut, a summary in other words."""

import asyncio

import pytest

from saas_app.market import current
from saas_app.market.board import Board
from saas_app.ui import routes
from saas_app.ui.pages.market.charts import parts as charts
from saas_app.ui.pages.market.dashboard import parts as dashboard
from saas_app.ui.pages.market.insights import drawing, page
from saas_app.ui.pages.market.insights.state import Insights
from saas_app.workspaces.roles import Role
from tests.support.billing_world import add_member, new_user
from tests.support.endpoint import listening, said
from tests.support.grants import grant
from tests.support.made_market import MadeSource, candles
from tests.support.states import logged_in, tab


@pytest.fixture(autouse=True)
def short_past(board):
    current.install(Board([MadeSource(candles(1, 800), "EURUSD")]))


def opened(tenant):
    at = tab("/insights", logged_in(tenant))
    asyncio.run(at.call(Insights, "load"))
    return at, asyncio.run(at.of(Insights))


def reword(at):
    press(at, "reword")
    asyncio.run(at.background(Insights, "wait"))


def press(at, handler, *values):
    asyncio.run(at.call(Insights, handler, *values))


def test_free_sees_range_and_regime_and_which_plan_opens_the_rest(ada):
    _, seen = opened(ada)
    assert (seen.symbol, seen.timeframe, seen.data) == ("EURUSD", "H1", "Demo data")
    assert seen.regime in {"calm", "normal", "high"}
    assert {each.label for each in seen.range_figures} >= {"Forecasts judged", "Period", "Model of"}
    assert len(seen.dots) == 60
    assert seen.expected in seen.words
    assert [(each.title, each.plan) for each in seen.shut] == [
        ("What is unusual", "Pro"),
        ("Direction", "Pro"),
    ]
    assert (seen.unusual, seen.verdict, seen.calibration) == ("", "", [])
    assert (len(seen.past), seen.may_reword) == (1, False)


def test_a_bigger_plan_sees_the_gate_and_its_figures(ada):
    grant(ada, "insights", "advanced")
    _, seen = opened(ada)
    assert (seen.shut, seen.edge) == ([], False)
    assert seen.verdict.startswith("No reliable edge")
    assert (len(seen.calibration), len(seen.calibrated)) == (5, 5)
    assert seen.unusual


def test_a_chart_that_is_shut_says_what_opens_it_and_shows_nothing(ada):
    at, seen = opened(ada)
    press(at, "choose_timeframe", "M5")
    assert (bool(seen.barred), seen.lifted_by) == (True, "Pro")
    assert (seen.expected, seen.past, seen.words, seen.band) == ("", [], "", "")
    press(at, "choose_timeframe", "H1")
    assert (seen.barred, bool(seen.expected)) == ("", True)
    press(at, "choose_symbol", "NOPE")
    press(at, "choose_timeframe", "H3")
    assert (seen.symbol, seen.timeframe) == ("EURUSD", "H1")


def test_a_market_that_cannot_be_read_or_has_no_candles_says_so(ada):
    at, seen = opened(ada)
    press(at, "choose_symbol", "BTCUSD")
    assert seen.failed
    current.install(Board([MadeSource(candles(1, 800)[:0], "BTCUSD")]))
    press(at, "choose_timeframe", "H1")
    assert (seen.failed, seen.nothing) == (False, True)


def test_other_words_stay_beside_their_reason(ada, configured):
    with listening() as model:
        configured.llm_base_url, configured.llm_model = model.url, "small"
        at, seen = opened(ada)
        assert seen.may_reword
        for words, outcome in (("Calm seas.", "One prompt"), ("Up 77 % soon.", "(77)")):
            answer = {"choices": [{"message": {"content": words}}], "usage": {"total_tokens": 9}}
            model.always = said(answer)
            reword(at)
            assert outcome in seen.outcome
        assert "77" not in seen.words
        grant(ada, "ai_prompts", 0)
        reword(at)
    assert (seen.refused, seen.busy) == (True, False)


def test_a_press_waits_beside_the_page_and_another_chart_gets_no_words_of_this_one(ada, configured):
    with listening() as model:
        configured.llm_base_url, configured.llm_model = model.url, "small"
        at, seen = opened(ada)
        asyncio.run(at.background(Insights, "wait"))
        assert model.came == []
        press(at, "reword")
        assert (seen.busy, model.came) == (True, [])
        answer = {"choices": [{"message": {"content": "Calm."}}], "usage": {"total_tokens": 9}}

        def meanwhile(request):
            press(at, "choose_timeframe", "M5")
            said(answer)(request)

        model.always = meanwhile
        asyncio.run(at.background(Insights, "wait"))
        assert (seen.busy, seen.words, len(model.came)) == (False, "", 1)


def test_who_only_looks_on_is_not_offered_other_words(ada, configured):
    configured.llm_base_url, configured.llm_model = "http://127.0.0.1:9", "small"
    grant(ada, "insights", "advanced")
    victor = new_user("victor")
    add_member(ada, victor, Role.VIEWER)
    at = tab("/insights", logged_in(ada, victor))
    press(at, "load")
    seen = asyncio.run(at.of(Insights))
    assert (bool(seen.words), seen.may_reword) == (True, False)


def test_of_a_chart_that_is_shut_nothing_stays(ada, configured):
    configured.llm_base_url, configured.llm_model = "http://127.0.0.1:9", "small"
    at, seen = opened(ada)
    assert (bool(seen.shut), seen.may_reword) == (True, True)
    press(at, "choose_timeframe", "M5")
    assert (seen.shut, seen.may_reword, seen.edge) == ([], False, False)


@pytest.mark.parametrize("part", [dashboard.movers, charts.canvas])
def test_a_phone_finds_it_from_the_dashboard_and_from_a_chart(part):
    assert f'"{routes.INSIGHTS}"' in str(part().render())


def test_the_page_and_its_pictures_are_drawn():
    assert page.page() is not None
    assert (drawing.band([]), drawing.middle([]), drawing.came([])) == ("", "", [])
