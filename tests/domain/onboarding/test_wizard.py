from dataclasses import replace

import pytest

from saas_app.billing import offer
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.settings import settings
from saas_app.entitlements import access
from saas_app.market import current, symbols, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.onboarding import starting_points, wizard
from saas_app.onboarding.wizard import QUESTIONS
from saas_app.plans.features import Feature
from tests.support.billing_world import new_tenant
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
    assert (answers(ada).alert_types, answers(ada).step) == (["level_touch"], 2)
    answer(ada, "experience", "daily")
    assert (answers(ada).experience, answers(ada).step) == ("daily", len(QUESTIONS))


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
    assert (answers(ada).markets, answers(ada).step) == ([], 2)


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        ("markets", ["tulips"]),
        ("markets", ["forex", "tulips"]),
        ("experience", ["new", "daily"]),
        ("experience", [""]),
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


def give(ada, *markets):
    with transaction() as session:
        given = starting_points.give(session, ada.id, ada.owner.id, list(markets))
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
    with snapshot() as session:
        standing = access.of(session, ada.id, clock.now())
    small = replace(standing, limits={**standing.limits, Feature.WATCHLIST_ITEMS: limit})
    assert len(starting_points.fitting(small, [])) == given
