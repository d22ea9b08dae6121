"""The scanner and the exports over REST: what the plan covers, filtered, in files that do no harm."""

import csv
import io
import json

import pytest

from saas_app.alerts import rules
from saas_app.alerts.rules import Draft
from saas_app.core.db import transaction
from saas_app.market import current, exported
from saas_app.market.board import Board
from tests.support.billing_world import Tenant, new_tenant
from tests.support.grants import grant
from tests.support.made_market import MadeSource, candles

ONE = "symbol=EURUSD&timeframe=H4"


@pytest.fixture
def ada(database) -> Tenant:
    return new_tenant("ada")


@pytest.fixture
def full(ada) -> Tenant:
    """With the whole scanner and both kinds of export, by contract."""
    grant(ada, "scanner", "full")
    grant(ada, "exports", ["csv", "json"])
    return ada


def get(web, tenant, path):
    return web.get(path, headers=web.as_browser(tenant))


def test_the_free_plan_scans_its_charts_in_basic_columns_and_names_what_is_shut(web, ada):
    answer = get(web, ada, "/api/scanner?timeframe=H1").json()
    assert {row["symbol"] for row in answer["rows"]} == {
        "BTCUSD",
        "EURUSD",
        "USDJPY",
        "US30",
        "XAUUSD",
    }
    assert {row["timeframe"] for row in answer["rows"]} == {"H1"}
    row = answer["rows"][0]
    assert (row["source"], row["data_kind"]) == ("demo", "demo")
    assert row["price"] is not None
    assert answer["columns"] == ["price", "change", "volume", "direction"]
    assert {row[name] for row in answer["rows"] for name in ("rsi", "level", "side")} == {None}
    locked = {each["column"]: each["upgrade_to"] for each in answer["locked"] if each["column"]}
    assert (locked["rsi"], locked["open_interest"]) == ("pro", "pro")
    shut = {each["item"] for each in answer["locked"] if not each["column"]}
    assert {"GBPJPY", "M5"} <= shut
    assert answer["refresh_seconds"] == 60


def test_a_market_that_no_source_serves_is_left_out(web, ada):
    current.install(Board([MadeSource(candles(1, 100), "EURUSD")]))
    answer = get(web, ada, "/api/scanner?timeframe=H1").json()
    assert [row["symbol"] for row in answer["rows"]] == ["EURUSD"]
    assert "GBPJPY" not in {each["item"] for each in answer["locked"]}


@pytest.mark.parametrize(
    ("asked", "feature", "item"),
    [
        ("symbol=GBPJPY", "symbols", "GBPJPY"),
        ("timeframe=M5", "timeframes", "M5"),
        ("min_multiple=2", "scanner", "full"),
        ("max_distance=1", "scanner", "full"),
        ("regime=high", "scanner", "full"),
    ],
)
def test_what_the_plan_keeps_shut_cannot_be_asked_about(web, ada, asked, feature, item):
    answer = get(web, ada, f"/api/scanner?{asked}")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["upgrade_to"]) == (
        403,
        "needs_upgrade",
        "pro",
    )
    assert (problem["feature"], problem["item"]) == (feature, item)


@pytest.mark.parametrize(
    ("asked", "status"),
    [("symbol=NOPE", 404), ("timeframe=M7", 422), ("min_volume=-1", 422), ("min_volume=nan", 422)],
)
def test_what_means_nothing_is_said_to(web, ada, asked, status):
    assert get(web, ada, f"/api/scanner?{asked}").status_code == status


def test_filters_combine_over_the_full_scanner(web, full):
    (row,) = get(web, full, f"/api/scanner?{ONE}").json()["rows"]
    assert row["rsi"] is not None
    assert row["distance"] >= 0
    keeps = f"{ONE}&direction={row['direction']}&min_volume={row['volume']}&max_distance=1e6"
    assert len(get(web, full, f"/api/scanner?{keeps}").json()["rows"]) == 1
    assert get(web, full, f"/api/scanner?{keeps}&min_multiple=1e6").json()["rows"] == []


def test_a_file_of_the_scanner_has_the_rows_and_where_they_come_from(web, full):
    answer = get(web, full, f"/api/exports/scanner.csv?{ONE}")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    seen = get(web, full, f"/api/scanner?{ONE}").json()["rows"][0]
    assert (row["symbol"], row["source"], row["data_kind"]) == ("EURUSD", "demo", "demo")
    assert float(row["rsi"]) == pytest.approx(seen["rsi"])
    assert row["open_interest"] == ""
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="scanner-2')
    (row,) = get(web, full, f"/api/exports/scanner.json?{ONE}").json()
    assert (row["data_kind"], row["liquidations"]) == ("demo", None)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_of_candles_is_the_chart(web, full, form):
    answer = get(web, full, f"/api/exports/candles.{form}?symbol=EURUSD&timeframe=H4&limit=3")
    rows = (
        json.loads(answer.text)
        if form == "json"
        else list(csv.DictReader(io.StringIO(answer.text)))
    )
    chart = get(web, full, "/api/candles/EURUSD/H4?limit=3").json()["candles"]
    assert [float(row["close"]) for row in rows] == [candle["close"] for candle in chart]
    assert {(row["symbol"], row["timeframe"], row["data_kind"]) for row in rows} == {
        ("EURUSD", "H4", "demo")
    }
    assert 'filename="EURUSD-H4-2' in answer.headers["content-disposition"]


def test_a_file_of_alerts_is_filtered_and_no_note_becomes_a_formula(web, full):
    with transaction() as session:
        for kind, note in (("fractal", '=HYPERLINK("x")'), ("volume", "plain")):
            draft = Draft("EURUSD", "H1", kind, note=note)
            rules.create(session, full.id, full.owner.id, draft)
    rows = list(csv.DictReader(io.StringIO(get(web, full, "/api/exports/alerts.csv").text)))
    assert {row["note"] for row in rows} == {'\'=HYPERLINK("x")', "plain"}
    assert {row["data_kind"] for row in rows} == {"demo"}
    (row,) = get(web, full, "/api/exports/alerts.json?kind=volume").json()
    assert (row["kind"], row["source"], row["note"]) == ("volume", "demo", "plain")


def test_without_exports_a_file_is_refused_in_words_with_the_plan(web, ada):
    for path in ("scanner.csv", "alerts.json", "candles.csv?symbol=EURUSD&timeframe=H1"):
        answer = get(web, ada, f"/api/exports/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "needs_upgrade")
        assert answer.json()["upgrade_to"] == "pro"
        assert "Pro" in answer.json()["detail"]
    assert get(web, ada, "/api/exports/alerts.exe").status_code == 422


def test_an_export_does_not_reach_beyond_the_plans_charts(web, full):
    answer = get(web, full, "/api/exports/candles.csv?symbol=GBPJPY&timeframe=H1")
    assert (answer.status_code, answer.json()["item"]) == (403, "GBPJPY")


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_words_is_a_formula(bad):
    sheet = exported.written("csv", ("a", "b"), [{"a": bad, "b": -1.5}])
    row = list(csv.reader(io.StringIO(sheet, newline="")))[1]
    assert row == [f"'{bad}", "-1.5"]
