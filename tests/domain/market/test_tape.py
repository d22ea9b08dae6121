"""Candles on the tape: never a hole, never changed, the same for every process and every timeframe."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from saas_app.core.db import snapshot, transaction
from saas_app.market import scanner, symbols
from saas_app.market.board import Board
from saas_app.market.candles import aggregate, closed
from saas_app.market.errors import Gap
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.port import DataKind, Derivatives
from saas_app.market.feeds.stored import StoredSource
from saas_app.market.tape import reading, writing
from saas_app.market.tape.models import TapeBar
from saas_app.market.timeframes import BASE, Timeframe
from tests.support.taped import SOURCE, flat, push, rows, tick

START = 1_800_000_000 - 1_800_000_000 % 86_400
NOW = datetime(2026, 11, 18, 14, 37, 22, tzinfo=UTC)


def at(second):
    return datetime.fromtimestamp(START + second, UTC)


def source():
    """As a process sees it that has just begun."""
    return StoredSource(SOURCE)


@pytest.mark.db
@pytest.mark.parametrize("symbol", ["EURUSD", "BTCUSD"])
def test_every_timeframe_is_made_from_the_one_base_from_the_symbols_own_day(database, symbol):
    base = DemoSource().history(symbol, BASE, end=NOW, count=2500)
    push(rows(base), symbol, until=int(NOW.timestamp()) // 300 * 300)
    calendar, live, again = symbols.everything()[symbol].calendar, source(), source()
    assert (live.kind, isinstance(live, Derivatives)) == (DataKind.LIVE, True)
    for frame in Timeframe:
        whole = closed(aggregate(base, calendar, frame), calendar, frame, now=int(NOW.timestamp()))
        # The tape begins inside its first long candle: that one is not whole.
        whole = whole.between(int(base.time[0]), 2**40)
        found = live.since(symbol, frame, start=0, end=NOW)
        assert found == whole
        assert live.history(symbol, frame, end=NOW, count=5) == whole.last(5)
        assert again.history(symbol, frame, end=NOW, count=9999) == whole
        start = int(whole.time[len(whole) // 2]) + 1
        assert live.since(symbol, frame, start=start, end=NOW) == whole.between(start, 2**40)


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=14)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spans=SPANS)
def test_however_candles_are_told_the_tape_is_one_stretch_without_a_hole(database, spans):
    """Repeated, overlapping, out of order: it is what it would be told in one go, or refused."""
    name = f"mt5-{hash(tuple(spans))}"
    moments = set()
    for first, count in spans:
        told = [flat(START + n * 300, 100 + n) for n in range(first, first + count) if n % 7]
        ends = {"begin": START + first * 300, "until": START + (first + count) * 300}
        joins = not moments or not (first > max(moments) + 1 or first + count < min(moments))
        if joins:
            moments |= set(range(first, first + count))
            push(told, source=name, **ends)
        else:
            with pytest.raises(Gap):
                push(told, source=name, **ends)
    with snapshot() as session:
        kept = session.exec(
            select(TapeBar.time).where(TapeBar.source == name).order_by(TapeBar.time)
        ).all()
    assert moments == set(range(min(moments), max(moments) + 1))
    assert kept == [START + n * 300 for n in sorted(moments) if n % 7]


@pytest.mark.db
def test_what_was_shown_is_never_changed(database):
    push([flat(START), flat(START + 600)])
    again = push([flat(START, 105.0), flat(START + 300), flat(START + 600)])
    assert again == (0, 1, 1, 1)  # none added, one repeated, one different, one late
    assert source().history("BTCUSD", BASE, end=at(900), count=9).close.tolist() == [100.0, 100.0]


@pytest.mark.db
def test_a_hole_is_refused_and_says_where_to_go_on(database):
    push([flat(START)])
    with pytest.raises(Gap) as refused:
        push([flat(START + 900)])
    assert refused.value.facts == {"symbol": "BTCUSD", "until": START + 300}
    with pytest.raises(Gap):
        push([flat(START - 900)])
    push([flat(START - 300)])
    push([flat(START + 300), flat(START + 600), flat(START + 900)])
    assert len(source().history("BTCUSD", BASE, end=at(1200), count=9)) == 5


@pytest.mark.db
def test_a_candle_has_closed_when_the_clock_says_so_and_the_tape_reaches_its_end(database):
    push([flat(START + n * 300) for n in range(11)])
    late = at(3603)
    assert len(source().history("BTCUSD", Timeframe.H1, end=late, count=9)) == 0
    assert source().forming_bar("BTCUSD", Timeframe.H1, now=late) is None
    push([flat(START + 3300)])
    assert len(source().history("BTCUSD", Timeframe.H1, end=late, count=9)) == 1
    assert len(source().history("BTCUSD", Timeframe.H1, end=at(3599), count=9)) == 0
    assert len(source().history("BTCUSD", BASE, end=at(1799), count=99)) == 5


def test_a_candle_that_arrives_a_while_after_its_close_is_scanned_at_once(database, monkeypatch):
    monkeypatch.setattr(reading, "_FRESH_SECONDS", -1)
    board = Board([source()])
    push([flat(START)])
    assert scanner.row(board, "BTCUSD", "M5", now=at(600)).candle == START
    push([flat(START + 300)])
    assert scanner.ready(board, "BTCUSD", "M5", now=at(603)) is False
    assert scanner.row(board, "BTCUSD", "M5", now=at(603)).candle == START + 300


@pytest.mark.db
def test_prices_make_the_forming_candle(database):
    push([flat(START)])
    for second, price in ((301, 101.0), (330, 104.0), (360, 99.0), (359, 98.0), (299, 500.0)):
        tick(START + second, price)
    live, now = source(), at(370)
    assert live.forming_bar("BTCUSD", BASE, now=now) == (START + 300, 101.0, 104.0, 98.0, 99.0, 4)
    assert live.forming_bar("BTCUSD", Timeframe.H1, now=now)[:5] == (START, 100, 104, 98, 99)
    quote = live.quote("BTCUSD", now=now)
    assert (quote.price, quote.at, quote.is_open) == (99.0, START + 360, True)
    assert (quote.source, quote.kind) == ("mt5", DataKind.LIVE)
    assert live.quote("BTCUSD", now=at(2000)).is_open is False  # nobody has heard of it for long
    push([flat(START + 300, 101.0, high=104.0, low=97.0, close=99.5)])
    assert source().forming_bar("BTCUSD", BASE, now=at(601)) is None
    assert source().quote("BTCUSD", now=at(601)).price == 99.0


@pytest.mark.db
def test_while_candles_are_missing_nothing_forms(database):
    push([flat(START)])
    tick(START + 900, 120.0)
    assert source().forming_bar("BTCUSD", BASE, now=at(910)) is None
    assert source().quote("BTCUSD", now=at(910)).price == 120.0
    push([flat(START + 300), flat(START + 600)])
    assert source().forming_bar("BTCUSD", BASE, now=at(910)).close == 120.0


@pytest.mark.db
def test_a_market_nobody_spoke_of_has_nothing(database):
    live = source()
    assert len(live.history("BTCUSD", BASE, end=NOW, count=5)) == 0
    assert live.quote("BTCUSD", now=NOW) is None
    assert live.forming_bar("BTCUSD", BASE, now=NOW) is None
    assert live.open_interest("BTCUSD", now=NOW) is None
    assert live.liquidations("BTCUSD", now=NOW) is None


@pytest.mark.db
def test_what_futures_tell_besides(database):
    with transaction() as session:
        writing.open_interest(session, SOURCE, "BTCUSD", 5000.0, START + 60)
        writing.open_interest(session, SOURCE, "BTCUSD", 4000.0, START + 30)
        for second in (0, 10, 90_000):
            writing.liquidation(session, SOURCE, "BTCUSD", 250.0, START + second)
    assert source().open_interest("BTCUSD", now=at(100)) == 5000.0
    assert source().open_interest("BTCUSD", now=at(100) + timedelta(days=2)) is None
    assert source().liquidations("BTCUSD", now=at(100)) == 750.0
    assert source().liquidations("BTCUSD", now=at(90_001)) == 250.0
    with transaction() as session:
        assert writing.purge(session, before=START + 600) == 1
