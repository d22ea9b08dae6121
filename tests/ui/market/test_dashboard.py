"""The dashboard's state: only what the plan covers moves here."""

import asyncio

from saas_app.core.db import transaction
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.ui.pages.market.dashboard.state import Dashboard
from tests.support.billing_world import Tenant
from tests.support.grants import grant
from tests.support.made_market import MadeSource, candles
from tests.support.states import logged_in, tab


def opened(tenant: Tenant) -> Dashboard:
    page = tab("/dashboard", logged_in(tenant))
    asyncio.run(page.call(Dashboard, "load"))
    return asyncio.run(page.of(Dashboard))


def test_movers_are_markets_of_the_plan_the_liveliest_first(ada):
    page = opened(ada)
    assert {m.symbol for m in page.movers} == {"BTCUSD", "EURUSD", "USDJPY", "US30", "XAUUSD"}
    moves = [float(m.change.replace("\N{MINUS SIGN}", "-").removesuffix(" %")) for m in page.movers]
    assert [abs(move) for move in moves] == sorted((abs(move) for move in moves), reverse=True)


def test_a_smaller_plan_shows_fewer_movers(ada):
    grant(ada, "symbols", ["BTCUSD"])
    assert [mover.symbol for mover in opened(ada).movers] == ["BTCUSD"]


def test_a_market_that_no_source_serves_moves_nowhere(ada):
    current.install(Board([MadeSource(candles(1, 100), "EURUSD")]))
    page = opened(ada)
    assert (page.ready, page.movers) == (True, [])


def test_a_card_of_a_locked_chart_has_neither_price_nor_line(ada):
    with transaction() as session:
        for symbol in ("BTCUSD", "EURUSD"):
            watchlist.add(session, ada.id, ada.owner.id, symbol, "H1")
    grant(ada, "symbols", ["BTCUSD"])
    page = opened(ada)
    assert [(i.symbol, i.locked, bool(i.spark)) for i in page.items] == [
        ("BTCUSD", False, True),
        ("EURUSD", True, False),
    ]
    assert set(page.ticks) == {"BTCUSD"}


def test_the_limits_say_which_plan_they_belong_to(ada):
    page = opened(ada)
    assert "Free" in page.usage_lead
    assert [(meter.label, meter.used) for meter in page.meters] == [("Watchlist items", "0 / 5")]


def test_demo_data_says_so(ada):
    assert opened(ada).data_label == "Demo data"
