from dataclasses import replace

import pytest

from saas_app.billing import offer
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.settings import settings
from saas_app.market import current, symbols, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import starting_points, wizard
from saas_app.onboarding.models import Preferences
from saas_app.onboarding.questions import QUESTIONS
from saas_app.onboarding.starting_points import Chart, Suggestion
from saas_app.plans.features import Feature
from tests.support.billing_world import access_of, new_tenant, reloaded
from tests.support.grants import grant
from tests.support.made_market import MadeSource, candles
from tests.support.racing import raced

CATALOGUES = ("tidemark", "binance-dashboard", "terminal", "datilio", "signals")
BOARD = Board([DemoSource()])


@pytest.fixture
def ada(database):
    current.install(BOARD)
    return new_tenant()


def answer(ada, question, *chosen):
    with transaction() as session:
        return wizard.answer(session, ada.owner.id, question, list(chosen))


def answers(ada):
    with snapshot() as session:
        return wizard.answers(session, ada.owner.id)


def test_a_newcomer_has_an_empty_sheet_that_is_not_kept(ada):
    assert (answers(ada).step, answers(ada).markets) == (0, [])
    with snapshot() as session:
        assert wizard.finished(session, ada.owner.id) is False


def test_each_answer_is_kept_at_once_and_the_wizard_goes_on_from_there(ada):
    answer(ada, "markets", "crypto", "forex")
    assert (answers(ada).markets, answers(ada).step) == (["forex", "crypto"], 1)
    answer(ada, "alert_types", "level_touch")
    assert (answers(ada).alert_types, answers(ada).step) == (["level_touch"], 3)
    answer(ada, "experience", "daily")
    assert (answers(ada).experience, answers(ada).step) == ("daily", len(QUESTIONS))


def test_timeframes_channels_and_thresholds_are_kept(ada):
    answer(ada, "timeframes", "D1", "H4")
    answer(ada, "channels", "email", "in_app")
    with transaction() as session:
        figures = {"volume_multiple": " 2,5", "minimum_volume": "10 000"}
        wizard.answer(session, ada.owner.id, "thresholds", figures)
    kept = answers(ada)
    assert (kept.timeframes, kept.channels) == (["H4", "D1"], ["in_app", "email"])
    assert (kept.volume_multiple, kept.minimum_volume) == (2.5, 10_000)
    with snapshot() as session:
        figures = {"volume_multiple": "2.5", "minimum_volume": "10000"}
        assert wizard.typed(session, ada.owner.id) == figures


def test_the_theme_is_the_persons_own(ada):
    answer(ada, "theme", "light")
    assert reloaded(ada.owner).theme == "light"
    answer(ada, "theme")
    assert reloaded(ada.owner).theme == "light"
    with snapshot() as session:
        assert wizard.chosen(session, ada.owner.id)["theme"] == ["light"]


def test_a_question_passed_over_keeps_its_answer_and_leads_on(ada):
    answer(ada, "markets", "forex")
    with transaction() as session:
        wizard.pass_over(session, ada.owner.id, "markets")
        wizard.pass_over(session, ada.owner.id, "timeframes")
    assert (answers(ada).markets, answers(ada).timeframes, answers(ada).step) == (["forex"], [], 2)


@pytest.mark.db
def test_answers_given_at_once_in_two_tabs_are_all_kept(ada):
    choices = {"markets": "forex", "alert_types": "level_touch", "experience": "some"}
    given = list(choices.items())
    assert not any(
        isinstance(kept, Exception)
        for kept in raced(lambda number: answer(ada, *given[number % len(given)]))
    )
    sheet = answers(ada)
    assert (sheet.markets, sheet.alert_types, sheet.experience, sheet.step) == (
        ["forex"],
        ["level_touch"],
        "some",
        len(QUESTIONS),
    )


def test_going_back_changes_an_answer_and_not_how_far_one_came(ada):
    answer(ada, "markets", "forex")
    answer(ada, "alert_types", "level_touch")
    answer(ada, "markets")
    assert (answers(ada).markets, answers(ada).step) == ([], 3)


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        ("markets", ["tulips"]),
        ("markets", ["forex", "tulips"]),
        ("experience", ["new", "daily"]),
        ("experience", [""]),
        ("timeframes", ["H3"]),
        ("channels", ["pigeon"]),
        ("theme", ["pink"]),
        ("theme", ["dark", "light"]),
        ("step", ["1"]),
        ("finished_at", ["now"]),
        ("", []),
    ],
)
def test_what_is_no_choice_is_refused_and_changes_nothing(ada, question, chosen):
    answer(ada, "markets", "metals")
    with pytest.raises(Invalid) as refused:
        answer(ada, question, *chosen)
    assert question in refused.value.fields
    assert (answers(ada).markets, answers(ada).step) == (["metals"], 1)


def test_finishing_is_remembered_once_and_answers_stay_editable(ada):
    with transaction() as session:
        first = wizard.finish(session, ada.owner.id).finished_at
    with transaction() as session:
        assert wizard.finish(session, ada.owner.id).finished_at == first
        assert wizard.finished(session, ada.owner.id)
    answer(ada, "experience", "new")
    assert answers(ada).finished_at == first


def give(ada, *markets, timeframes=(), **more):
    answered = {"markets": list(markets), "timeframes": list(timeframes), **more}
    kept = Preferences(user_id=ada.owner.id, updated_at=clock.now(), **answered)
    with transaction() as session:
        given = starting_points.give(session, ada.id, ada.owner.id, kept)
        return given, [(item.symbol, item.timeframe) for item in watchlist.of(session, ada.id)]


@pytest.mark.parametrize(
    ("markets", "watched"),
    [
        (["forex"], {"EURUSD", "USDJPY"}),
        (["metals", "crypto"], {"XAUUSD", "BTCUSD"}),
        (["indices"], {"US30"}),
    ],
)
def test_a_first_watchlist_holds_the_markets_one_follows_and_may_see(ada, markets, watched):
    given, items = give(ada, *markets)
    assert {symbol for symbol, _ in items} == watched
    assert given == len(items)


def test_whoever_follows_nothing_in_particular_gets_some_of_everything(ada):
    assert give(ada)[0] == 3


def test_a_list_in_use_stays_as_it_is(ada):
    with transaction() as session:
        watchlist.add(session, ada.id, ada.owner.id, "US30", "H1")
    assert give(ada, "forex") == (0, [("US30", "H1")])


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("markets", [(), ("forex", "metals", "indices", "crypto"), ("crypto",)])
def test_on_every_catalogue_the_first_watchlist_fits_the_free_plan(ada, name, markets):
    settings().catalog = name
    given, items = give(ada, *markets)
    limit = offer.catalogue().default.limits.get(Feature.WATCHLIST_ITEMS, 0)
    assert given == len(items) <= (3 if limit is None else min(3, limit))
    assert (given > 0) == (limit != 0)
    assert all(symbols.find(symbol) for symbol, _ in items)


@pytest.mark.parametrize(("limit", "given"), [(0, 0), (1, 1), (2, 2), (3, 3), (None, 3)])
def test_a_first_watchlist_never_asks_for_more_than_the_plan_holds(ada, limit, given):
    standing = access_of(ada)
    small = replace(standing, limits={**standing.limits, Feature.WATCHLIST_ITEMS: limit})
    assert len(starting_points.fitting(small, [], [])) == given


@pytest.mark.parametrize(
    ("timeframes", "first"),
    [(["H4", "D1"], "H4"), (["D1"], "D1"), (["M5", "D1"], "D1"), (["M5"], "H1"), ([], "H1")],
)
def test_the_first_timeframe_one_chose_and_may_see_is_the_charts(ada, timeframes, first):
    """Free has no M5: what a plan does not open is passed over, never offered."""
    assert {frame for _, frame in give(ada, "forex", timeframes=timeframes)[1]} == {first}
    standing = access_of(ada)
    assert first_chart(ada, markets=["metals"], timeframes=timeframes) == Chart("XAUUSD", first)
    wanted = starting_points.preferred(standing, "XAUUSD", timeframes)
    assert wanted == (first if first in timeframes else None)


def test_nothing_begins_with_a_market_that_no_source_serves(ada):
    current.install(Board([MadeSource(candles(1, 100), "EURUSD")]))
    assert first_chart(ada, markets=["metals"]) == Chart("EURUSD", "H1")
    assert starting_points.fitting(access_of(ada), ["metals"], []) == []


def test_a_first_chart_is_found_when_none_of_the_wanted_markets_is_open(ada):
    grant(ada, "symbols", ["BTCUSD"])
    assert first_chart(ada, markets=["metals"]) == Chart("BTCUSD", "H1")
    grant(ada, "symbols", [])
    assert first_chart(ada) is None


def test_who_follows_nothing_in_particular_begins_with_the_usual_market(ada):
    assert first_chart(ada) == Chart("EURUSD", "H1")
    assert first_chart(ada, timeframes=["D1"]) == Chart("EURUSD", "D1")
    grant(ada, "symbols", ["US30"])
    assert first_chart(ada) == Chart("US30", "H1")


def first_chart(ada, **answered):
    kept = Preferences(user_id=ada.owner.id, updated_at=clock.now(), **answered)
    return starting_points.first_chart(access_of(ada), kept, usual="EURUSD")


def suggested(ada, **answered):
    kept = Preferences(user_id=ada.owner.id, updated_at=clock.now(), **answered)
    return starting_points.suggestion(access_of(ada), kept, usual="EURUSD")


def test_a_first_alert_is_suggested_from_the_answers(ada):
    found = suggested(
        ada,
        markets=["crypto"],
        timeframes=["H4"],
        alert_types=["level_break", "volume_spike"],
        volume_multiple=2.0,
    )
    assert found == Suggestion(Chart("BTCUSD", "H4"), "level_break", 2.0, None)


def test_who_asked_for_no_alert_is_suggested_none(ada):
    assert suggested(ada, markets=["crypto"]) is None
