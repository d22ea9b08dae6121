"""The scanner's page: what the plan opens and names shut, sorting, filters that are kept, and undo."""

import asyncio
import json

import pytest

from saas_app.market import scanner as market_scanner
from saas_app.market import symbols
from saas_app.ui.pages.market.scanner import looks, page
from saas_app.ui.pages.market.scanner.state import Scanner
from tests.support.billing_world import Tenant, new_tenant
from tests.support.grants import grant
from tests.support.states import Tab, logged_in, tab

TWO = ["EURUSD", "XAUUSD"]


@pytest.fixture(autouse=True)
def two_charts(monkeypatch):
    """A small market: reading every chart takes its time, and is the domain's matter."""
    charts = [(m.id, f) for m in symbols.traded() if m.id in {*TWO, "GBPJPY"} for f in ("H1", "M5")]
    monkeypatch.setattr(market_scanner, "charts", lambda _markets: charts)
    monkeypatch.setattr(looks, "_WAIT_SECONDS", 60.0)


def opened(tenant: Tenant) -> tuple[Tab, Scanner]:
    at = tab("/scanner", logged_in(tenant))
    asyncio.run(at.call(Scanner, "load"))
    return at, asyncio.run(at.of(Scanner))


def press(at: Tab, handler: str, *values) -> None:
    asyncio.run(at.call(Scanner, handler, *values))


def shown(seen: Scanner) -> list[str]:
    return [line.key for line in seen.lines]


def test_free_sees_its_charts_in_basic_columns_and_what_would_open_the_rest(ada):
    _, seen = opened(ada)
    assert shown(seen) == ["EURUSD-H1", "XAUUSD-H1"]
    locked = {head.column: head.opens for head in seen.heads if head.why}
    assert set(locked) == set(market_scanner.FULL) - set(market_scanner.BASIC)
    assert set(locked.values()) == {"Pro"}
    cells = dict(zip(market_scanner.FULL, seen.lines[0].cells, strict=True))
    assert cells["rsi"].words == "locked"
    assert cells["price"].words[0].isdigit()
    assert {one.name for one in seen.shut} == {"GBPJPY", "M5"}
    assert "60" in seen.every
    assert (seen.files.csv, "Pro" in seen.files.locked) == ("", True)
    assert {line.data for line in seen.lines} == {"Demo data"}


def test_a_filter_about_a_shut_column_rests_and_says_so(ada):
    at, seen = opened(ada)
    press(at, "choose", "min_multiple", "1000")
    assert (len(seen.lines), bool(seen.ignored)) == (2, True)
    grant(ada, "scanner", "full")
    press(at, "refresh")
    assert (seen.lines, seen.ignored) == ([], "")


def test_a_filter_about_a_shut_market_rests_in_that_part_and_its_file_asks_for_the_open_one(ada):
    at, seen = opened(ada)
    grant(ada, "exports", ["csv"])
    press(at, "choose", "symbols", "XAUUSD")
    press(at, "choose", "symbols", "EURUSD")
    assert seen.ignored == ""
    grant(ada, "symbols", ["EURUSD"])
    press(at, "refresh")
    assert (shown(seen), bool(seen.ignored)) == (["EURUSD-H1"], True)
    assert seen.files.csv.endswith("scanner.csv?symbol=EURUSD")
    press(at, "choose", "symbols", "EURUSD")
    assert (shown(seen), bool(seen.ignored)) == (["EURUSD-H1"], True)


def test_columns_sort_both_ways(ada):
    at, seen = opened(ada)
    press(at, "sort", "price")
    assert shown(seen) == ["XAUUSD-H1", "EURUSD-H1"]
    press(at, "sort", "price")
    assert shown(seen) == ["EURUSD-H1", "XAUUSD-H1"]
    assert next(h.sorted for h in seen.heads if h.column == "price") == "ascending"
    press(at, "sort", "__class__")
    assert seen.sort_by == "price"


def test_filters_are_kept_used_renamed_removed_and_put_back(ada):
    at, seen = opened(ada)
    press(at, "choose", "symbols", "XAUUSD")
    assert shown(seen) == ["XAUUSD-H1"]
    grant(ada, "exports", ["csv", "json"])
    press(at, "refresh")
    assert seen.files.csv.endswith("scanner.csv?symbol=XAUUSD")
    press(at, "write_name", "Gold")
    press(at, "save")
    press(at, "clear")
    assert len(seen.lines) == 2
    (kept,) = seen.saved
    press(at, "use", kept.id)
    assert (shown(seen), seen.name) == (["XAUUSD-H1"], "Gold")
    press(at, "write_name", "Metal")
    press(at, "rename")
    assert [one.title for one in seen.saved] == ["Metal"]
    press(at, "remove")
    assert (seen.saved, bool(seen.undo)) == ([], True)
    press(at, "put_back")
    assert ([one.title for one in seen.saved], seen.undo) == (["Metal"], "")


def test_what_is_no_number_stays_beside_its_reason_and_nonsense_is_not_taken(ada):
    at, seen = opened(ada)
    for written in ("many", "-1", "nan", "1e99", "0,5", "1,00"):
        press(at, "choose", "min_volume", written)
        assert seen.problems["min_volume"], written
    press(at, "choose", "min_volume", "1,000")
    assert seen.problems == {}
    press(at, "choose", "symbols", "NOPE")
    press(at, "choose", "direction", "sideways")
    assert (seen.chosen_markets, seen.direction) == ([], "")
    press(at, "save")
    assert (seen.refused, seen.saved) == (True, [])


def test_another_persons_filter_is_not_found(ada):
    at, seen = opened(ada)
    press(at, "choose", "direction", "up")
    press(at, "write_name", "Mine")
    press(at, "save")
    mallory, hers = opened(new_tenant("mallory"))
    press(mallory, "use", seen.saved[0].id)
    assert (hers.direction, asyncio.run(mallory.notice())) != ("up", "")
    assert hers.used == ""


def test_a_plan_without_the_scanner_is_told_which_has_it(ada):
    grant(ada, "scanner", "none")
    _, seen = opened(ada)
    assert (seen.ready, seen.lines, bool(seen.barred)) == (True, [], True)
    assert seen.lifted_by == "Pro"


def test_an_open_page_is_not_read_more_often_than_the_plan_says(ada, monkeypatch):
    at, _ = opened(ada)
    reads = []
    rows = looks.rows
    monkeypatch.setattr(looks, "rows", lambda *args: reads.append(1) or rows(*args))
    press(at, "write_name", "x")
    press(at, "choose", "direction", "up")
    press(at, "write_name", "y")
    press(at, "save")  # looks again, and the minute is not over
    assert len(reads) == 1


def test_the_page_draws():
    assert len(json.dumps(page.page().render(), default=str)) > 10000
