"""The watchlist page's state: the limit said kindly, undo, order, and what a role or a plan forbids."""

import asyncio

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.market import watchlist
from saas_app.ui.pages.market.watchlists.state import Watchlists
from saas_app.workspaces.roles import Role
from tests.support.billing_world import Tenant, add_member, new_tenant, new_user
from tests.support.grants import grant
from tests.support.states import Tab, logged_in, tab

FIVE = ("BTCUSD", "EURUSD", "USDJPY", "US30", "XAUUSD")


def opened(tenant: Tenant, user=None) -> tuple[Tab, Watchlists]:
    page = tab("/watchlists", logged_in(tenant, user))
    asyncio.run(page.call(Watchlists, "load"))
    return page, asyncio.run(page.of(Watchlists))


def press(page: Tab, handler: str, *values) -> None:
    asyncio.run(page.call(Watchlists, handler, *values))


def watch(tenant: Tenant, *markets: str, timeframe: str = "H1") -> None:
    with transaction() as session:
        for symbol in markets:
            watchlist.add(session, tenant.id, tenant.owner.id, symbol, timeframe)


def kept(tenant: Tenant) -> list[str]:
    with snapshot() as session:
        return [item.symbol for item in watchlist.of(session, tenant.id)]


def test_what_is_watched_comes_with_its_price_and_what_kind_of_price_it_is(ada):
    watch(ada, "BTCUSD")
    watch(ada, "AAPL", timeframe="D1")
    _, page = opened(ada)
    assert [(i.symbol, i.data, i.locked) for i in page.items] == [
        ("BTCUSD", "Demo data", False),
        ("AAPL", "Historical prices", False),
    ]
    assert page.ticks["BTCUSD"].price
    assert page.items[0].spark


def test_an_empty_list_is_ready_and_empty(ada):
    _, page = opened(ada)
    assert (page.ready, page.items, page.meter.used) == (True, [], "0 / 5")


def test_adding_keeps_the_choice_and_counts(ada):
    tab_, page = opened(ada)
    press(tab_, "choose_symbol", "XAUUSD")
    press(tab_, "choose_timeframe", "D1")
    press(tab_, "add")
    assert [(i.symbol, i.timeframe) for i in page.items] == [("XAUUSD", "D1")]
    assert (page.symbol, page.timeframe, page.meter.used) == ("XAUUSD", "D1", "1 / 5")
    assert not page.refused


def test_the_sixth_is_refused_beside_the_form_with_the_plan_that_lifts_it(ada):
    watch(ada, *FIVE)
    tab_, page = opened(ada)
    press(tab_, "choose_timeframe", "D1")
    press(tab_, "add")
    assert page.refused
    assert page.answer.startswith("Free includes 5 watchlist items and 5 are in use.")
    assert page.lifted_by == "Pro"
    assert (page.symbol, page.timeframe) == ("EURUSD", "D1")
    assert kept(ada) == list(FIVE)


@pytest.mark.parametrize(
    ("used", "state", "plan"), [(3, "ok", ""), (4, "near", "Pro"), (5, "full", "Pro")]
)
def test_the_meter_warns_at_four_fifths_and_names_what_lifts_it(ada, used, state, plan):
    watch(ada, *FIVE[:used])
    _, page = opened(ada)
    assert (page.meter.state, page.meter.plan) == (state, plan)


def test_a_market_of_a_bigger_plan_is_refused_with_the_same_kindness(ada):
    tab_, page = opened(ada)
    press(tab_, "choose_symbol", "GBPJPY")
    press(tab_, "add")
    assert (page.refused, page.lifted_by, page.symbol) == (True, "Pro", "GBPJPY")
    assert "Nothing was lost" in page.answer
    assert kept(ada) == []


def test_history_offers_days_only(ada):
    tab_, page = opened(ada)
    press(tab_, "choose_symbol", "IBM")
    assert ([frame.id for frame in page.frames], page.timeframe) == (["D1"], "D1")


@pytest.mark.parametrize("symbol", ["NOPE", "", "__class__"])
def test_a_market_that_does_not_exist_cannot_be_chosen(ada, symbol):
    tab_, page = opened(ada)
    press(tab_, "choose_symbol", symbol)
    assert page.symbol == "EURUSD"


@pytest.mark.parametrize("wrong", [["EURUSD"], 7, None, {"a": 1}])
def test_a_choice_of_the_wrong_type_changes_nothing(ada, wrong):
    tab_, page = opened(ada)
    press(tab_, "choose_symbol", wrong)
    assert page.symbol == "EURUSD"
    assert "nothing was changed" in asyncio.run(tab_.notice())


def test_a_removed_item_can_be_put_back_where_it_was(ada):
    watch(ada, *FIVE[:3])
    tab_, page = opened(ada)
    press(tab_, "remove", page.items[1].id)
    assert kept(ada) == ["BTCUSD", "USDJPY"]
    assert page.undo == "EURUSD on H1 was removed."
    press(tab_, "put_back")
    assert kept(ada) == ["BTCUSD", "EURUSD", "USDJPY"]
    assert page.undo == ""


def test_putting_back_twice_adds_nothing(ada):
    watch(ada, "BTCUSD")
    tab_, page = opened(ada)
    press(tab_, "remove", page.items[0].id)
    press(tab_, "put_back")
    press(tab_, "put_back")
    assert kept(ada) == ["BTCUSD"]


def test_what_a_smaller_plan_no_longer_covers_stays_marked_and_shows_no_price(ada):
    grant(ada, "symbols", ["+", "GBPJPY"])
    watch(ada, "GBPJPY")
    grant(ada, "symbols", ["EURUSD"])
    tab_, page = opened(ada)
    assert [(i.symbol, i.locked, i.spark) for i in page.items] == [("GBPJPY", True, "")]
    assert page.ticks == {}
    press(tab_, "remove", page.items[0].id)
    press(tab_, "put_back")
    assert kept(ada) == ["GBPJPY"]


def test_items_move_one_place_and_stop_at_the_ends(ada):
    watch(ada, *FIVE[:3])
    tab_, page = opened(ada)
    first = page.items[0].id
    press(tab_, "move", first, 1)
    assert kept(ada) == ["EURUSD", "BTCUSD", "USDJPY"]
    press(tab_, "move", first, -1)
    press(tab_, "move", first, -1)
    assert kept(ada) == ["BTCUSD", "EURUSD", "USDJPY"]
    assert (page.items[0].first, page.items[2].last) == (True, True)


@pytest.mark.parametrize("step", [2, 0, "1", None])
def test_a_step_that_is_neither_up_nor_down_is_refused(ada, step):
    watch(ada, *FIVE[:3])
    tab_, page = opened(ada)
    press(tab_, "move", page.items[0].id, step)
    assert kept(ada) == list(FIVE[:3])


def test_mallory_can_neither_remove_nor_move_what_is_adas(ada):
    watch(ada, *FIVE[:2])
    _, adas = opened(ada)
    theirs, page = opened(new_tenant("mallory"))
    for handler, values in (("remove", ()), ("move", (1,))):
        press(theirs, handler, adas.items[0].id, *values)
        assert "not on your watchlist" in asyncio.run(theirs.notice())
    assert page.items == []
    assert kept(ada) == list(FIVE[:2])


def test_vera_looks_and_changes_nothing(ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    watch(ada, *FIVE[:2])
    tab_, page = opened(ada, vera)
    assert not page.may_edit
    assert [item.symbol for item in page.items] == list(FIVE[:2])
    for handler, values in (
        ("add", ()),
        ("remove", (page.items[0].id,)),
        ("move", (page.items[0].id, 1)),
        ("put_back", ()),
    ):
        press(tab_, handler, *values)
    assert kept(ada) == list(FIVE[:2])


def test_a_stranger_sees_nothing(board):
    page = tab("/watchlists")
    asyncio.run(page.call(Watchlists, "load"))
    assert asyncio.run(page.departure()) == "/login?next=/watchlists"
    assert not asyncio.run(page.of(Watchlists)).ready
