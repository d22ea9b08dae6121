"""The chart page's state: what opens, what stays locked, what travels to the browser."""

import asyncio

import pytest

from saas_app.accounts import sessions
from saas_app.alerts import rules
from saas_app.alerts.rules import Draft
from saas_app.core import live
from saas_app.core.db import snapshot, transaction
from saas_app.market import feed, watchlist
from saas_app.onboarding import wizard
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.ui.pages.market.rows import Tick
from saas_app.ui.state import following
from saas_app.ui.state.shell import Shell
from saas_app.workspaces.roles import Role
from tests.support.billing_world import Tenant, add_member, new_user
from tests.support.grants import grant
from tests.support.states import Tab, logged_in, tab


def opened(path: str, tenant: Tenant, user=None) -> tuple[Tab, ChartState]:
    page = tab(path, logged_in(tenant, user))
    asyncio.run(page.call(ChartState, "load"))
    return page, asyncio.run(page.of(ChartState))


def test_a_chart_opens_on_one_hour_with_its_price_and_its_levels(ada):
    _, chart = opened("/charts/BTCUSD", ada)
    assert (chart.symbol, chart.timeframe, chart.missing) == ("BTCUSD", "H1", False)
    assert not chart.lock.shut
    assert chart.tick.price
    assert chart.last["close"]
    assert chart.levels
    assert chart.data_label == "Demo data"


def test_the_address_chooses_the_timeframe(ada):
    _, chart = opened("/charts/btcusd?tf=h4", ada)
    assert (chart.symbol, chart.timeframe) == ("BTCUSD", "H4")
    assert [frame.id for frame in chart.frames if frame.current] == ["H4"]


def test_every_timeframe_has_a_key_and_an_address_locked_ones_too(ada):
    _, chart = opened("/charts/BTCUSD", ada)
    assert chart.keys["1"] == "/charts/BTCUSD?tf=M5"
    assert [frame.id for frame in chart.frames if not frame.locked] == ["H1", "H4", "D1"]


@pytest.mark.parametrize("path", ["/charts/EURUSD?tf=M5", "/charts/GBPJPY", "/charts/GBPJPY?tf=D1"])
def test_a_locked_chart_names_the_plan_that_opens_it_and_sends_nothing_of_the_market(ada, path):
    _, chart = opened(path, ada)
    assert chart.lock.shut
    assert chart.lock.plan == "Pro"
    assert "Nothing was lost" in chart.lock.words
    assert (chart.tick, chart.last, chart.levels, chart.lines) == (Tick(), {}, [], [])


def test_going_from_an_open_chart_to_a_locked_one_leaves_nothing_behind(ada):
    page, chart = opened("/charts/BTCUSD", ada)
    page.go("/charts/BTCUSD?tf=M5", page.root.router.headers.cookie)
    asyncio.run(page.call(ChartState, "load"))
    assert chart.lock.shut
    assert (chart.tick, chart.last, chart.levels) == (Tick(), {}, [])


@pytest.mark.parametrize(
    "path", ["/charts/NOPE", "/charts/EURUSD?tf=W1", "/charts/", "/charts/EURUSD/x", "/elsewhere"]
)
def test_an_address_that_means_no_chart_is_said_kindly(ada, path):
    _, chart = opened(path, ada)
    assert chart.missing
    assert (chart.symbol, chart.last) == ("", {})


@pytest.mark.parametrize("symbol", ["AAPL", "FB", "GOOG", "IBM", "MSFT"])
def test_history_is_open_on_every_plan_and_says_what_it_is(ada, symbol):
    _, chart = opened(f"/charts/{symbol}", ada)
    assert (chart.timeframe, chart.lock.shut) == ("D1", False)
    assert chart.data_label == "Historical prices"
    assert chart.last == {}


def test_the_picker_marks_what_the_plan_does_not_cover(ada):
    _, chart = opened("/charts/EURUSD", ada)
    choices = {choice.id: choice.locked for group in chart.groups for choice in group.choices}
    assert len(choices) == 20
    assert (choices["EURUSD"], choices["GBPJPY"], choices["AAPL"]) == (False, True, False)


def test_a_stranger_is_sent_to_the_log_in_page_and_shown_nothing(board):
    page = tab("/charts/BTCUSD")
    asyncio.run(page.call(ChartState, "load"))
    assert asyncio.run(page.departure()) == "/login?next=/charts/BTCUSD"
    assert asyncio.run(page.of(ChartState)).last == {}


def test_adding_the_chart_puts_it_on_the_workspaces_watchlist(ada):
    page, chart = opened("/charts/BTCUSD?tf=D1", ada)
    asyncio.run(page.call(ChartState, "watch_this"))
    with snapshot() as session:
        assert [(i.symbol, i.timeframe) for i in watchlist.of(session, ada.id)] == [
            ("BTCUSD", "D1")
        ]
    assert chart.watched


def test_a_viewer_is_not_offered_the_watchlist_and_cannot_force_it(ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    page, chart = opened("/charts/BTCUSD", ada, vera)
    assert not chart.may_edit
    asyncio.run(page.call(ChartState, "watch_this"))
    assert "Nothing was changed" in asyncio.run(page.notice())
    with snapshot() as session:
        assert watchlist.of(session, ada.id) == []


def test_a_full_watchlist_is_explained_with_the_plan_that_lifts_it(ada):
    with transaction() as session:
        for symbol in ("BTCUSD", "EURUSD", "USDJPY", "US30", "XAUUSD"):
            watchlist.add(session, ada.id, ada.owner.id, symbol, "H1")
    page, chart = opened("/charts/BTCUSD?tf=D1", ada)
    asyncio.run(page.call(ChartState, "watch_this"))
    assert "Free includes 5 watchlist items and 5 are in use" in asyncio.run(page.notice())
    assert not chart.watched


def streaming(page: Tab, *steps) -> None:
    """Run the page's stream; each step is an act and what must come true after it."""

    async def play() -> None:
        stream = asyncio.create_task(page.background(ChartState, "stream"))
        await asyncio.sleep(0.05)
        try:
            for act, true in steps:
                act()
                await _until(true, stream)
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)

    asyncio.run(play())


async def _until(true, stream: asyncio.Task) -> None:
    for _ in range(200):
        if true():
            return
        if stream.done() and stream.exception():
            raise stream.exception()
        await asyncio.sleep(0.01)
    raise AssertionError("never happened")


def beat() -> None:
    live.HUB.bump(feed.QUOTES)


def test_each_beat_moves_the_last_candle_of_an_open_chart(ada):
    page, chart = opened("/charts/BTCUSD", ada)
    chart.last, chart.tick = {}, Tick()
    streaming(page, (beat, lambda: "close" in chart.last))
    assert chart.tick.price


def test_a_locked_chart_hears_the_beat_and_sends_nothing(ada):
    page, chart = opened("/charts/BTCUSD?tf=M5", ada)

    async def listen() -> None:
        stream = asyncio.create_task(page.background(ChartState, "stream"))
        for _ in range(5):
            beat()
            await asyncio.sleep(0.03)
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)

    asyncio.run(listen())
    assert (chart.lock.shut, chart.last, chart.tick) == (True, {}, Tick())


def test_a_locked_page_opens_by_itself_when_the_plan_grows_and_closes_when_it_lapses(ada):
    page, chart = opened("/charts/BTCUSD?tf=M5", ada)
    streaming(
        page,
        (lambda: grant(ada, "timeframes", ["+", "M5"]), lambda: "close" in chart.last),
        (lambda: grant(ada, "timeframes", ["H1"]), lambda: chart.lock.shut),
    )
    assert (chart.last, chart.tick, chart.levels) == ({}, Tick(), [])
    assert "was closed" in asyncio.run(page.notice())


def test_a_plan_that_ends_by_itself_closes_the_page_at_the_next_look(ada, monkeypatch):
    monkeypatch.setattr(following, "LOOK_AGAIN_SECONDS", 0.05)
    grant(ada, "timeframes", ["+", "M5"])
    page, chart = opened("/charts/BTCUSD?tf=M5", ada)
    assert chart.last
    silent = lambda: grant(ada, "timeframes", ["H1"], announced=False)  # noqa: E731 — an act among acts
    streaming(page, (silent, lambda: chart.lock.shut))
    assert chart.last == {}


def test_a_session_that_ends_takes_the_chart_with_it(ada, monkeypatch):
    monkeypatch.setattr(following, "LOOK_AGAIN_SECONDS", 0.05)
    page, chart = opened("/charts/BTCUSD", ada)

    def revoked() -> None:
        with transaction() as session:
            sessions.end_all(session, ada.owner)

    streaming(page, (revoked, lambda: chart.last == {}))
    assert asyncio.run(page.departure()) == "/charts/BTCUSD"


def test_a_stream_of_an_earlier_opening_ends(ada):
    page, _ = opened("/charts/BTCUSD", ada)

    async def play() -> None:
        stream = asyncio.create_task(page.background(ChartState, "stream"))
        await asyncio.sleep(0.05)
        await page.call(ChartState, "load")
        beat()
        await asyncio.wait_for(stream, 2)

    asyncio.run(play())


def test_a_chart_opens_on_the_first_timeframe_the_viewer_chose(ada):
    with transaction() as session:
        wizard.answer(session, ada.owner.id, "timeframes", ["M5", "D1"])
    assert opened("/charts/XAUUSD", ada)[1].timeframe == "D1"
    assert opened("/charts/XAUUSD?tf=H4", ada)[1].timeframe == "H4"


def test_the_rail_leads_to_the_chart_one_would_begin_with(ada):
    def rail():
        page = tab("/dashboard", logged_in(ada))
        asyncio.run(page.call(Shell, "load"))
        return asyncio.run(page.of(Shell)).chart

    assert rail() == "/charts/EURUSD?tf=H1"
    with transaction() as session:
        wizard.answer(session, ada.owner.id, "markets", ["crypto"])
    assert rail() == "/charts/BTCUSD?tf=H1"


def test_the_chart_shows_where_alerts_wait_and_what_leads_to_its_candles(ada):
    with transaction() as session:
        for draft in (
            Draft("BTCUSD", "H4", "enters_band", {"low": 70000.0, "high": 71000.0}),
            Draft("BTCUSD", "H1", "fractal"),
            Draft("EURUSD", "H1", "crosses", {"price": 1.2}),
        ):
            rules.create(session, ada.id, ada.owner.id, draft)
    page, chart = opened("/charts/BTCUSD", ada)
    assert [line["price"] for line in chart.alerts] == [70000.0, 71000.0]
    assert (chart.files.csv, "Pro" in chart.files.locked) == ("", True)
    grant(ada, "exports", ["csv", "json"])
    asyncio.run(page.call(ChartState, "load"))
    assert chart.files.csv == "/api/exports/candles.csv?symbol=BTCUSD&timeframe=H1"
    page.go("/charts/GBPJPY", logged_in(ada))
    asyncio.run(page.call(ChartState, "load"))
    assert chart.alerts == []
