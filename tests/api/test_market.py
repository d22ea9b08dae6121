"""Candles, levels and the watchlist over REST: what a plan covers, in the promised shapes, or why not."""

import pytest

from saas_app.workspaces.roles import Role
from tests.support.billing_world import Tenant, add_member, new_tenant, new_user
from tests.support.grants import grant

FIVE = ("BTCUSD", "EURUSD", "USDJPY", "US30", "XAUUSD")
CANDLES = "/api/candles/EURUSD/H1"
INDICATORS = "/api/indicators/EURUSD/H1"
SERIES = f"{INDICATORS}/series?names=sma_20,macd_12_26_9&limit=5"


@pytest.fixture
def ada(database) -> Tenant:
    return new_tenant("ada")


def add(web, headers, symbol: str, timeframe: str = "H1"):
    return web.post(
        "/api/watchlist", json={"symbol": symbol, "timeframe": timeframe}, headers=headers
    )


def listed(web, headers) -> list[str]:
    return [item["symbol"] for item in web.get("/api/watchlist", headers=headers).json()["items"]]


def test_candles_come_in_the_promised_shape(web, ada):
    answer = web.get(f"{CANDLES}?limit=5", headers=web.as_browser(ada)).json()
    assert {name: answer[name] for name in ("symbol", "timeframe", "source", "data_kind")} == {
        "symbol": "EURUSD",
        "timeframe": "H1",
        "source": "demo",
        "data_kind": "demo",
    }
    assert len(answer["candles"]) == 5
    assert set(answer["candles"][0]) == {"time", "open", "high", "low", "close", "volume"}
    times = [candle["time"] for candle in answer["candles"]]
    assert times == sorted(set(times))


def test_older_candles_join_the_newer_ones_without_a_gap(web, ada):
    headers = web.as_browser(ada)
    ten = web.get(f"{CANDLES}?limit=10", headers=headers).json()["candles"]
    older = web.get(f"{CANDLES}?limit=4&before={ten[5]['time']}", headers=headers).json()
    assert older["candles"] == ten[1:5]


def test_indicators_come_in_the_promised_shape(web, ada):
    answer = web.get(INDICATORS, headers=web.as_browser(ada)).json()
    assert answer["data_kind"] == "demo"
    assert set(answer["fractals"][0]) == {"time", "kind", "price", "confirmed_at"}
    assert {"id", "side", "price", "touches", "valid_from", "state"} <= set(answer["horizontal"][0])
    assert {"id", "side", "anchors", "touches", "valid_from", "state"} <= set(answer["diagonal"][0])


def test_indicators_as_series_are_part_of_a_plan_with_advanced_charts(web, ada):
    headers = web.as_browser(ada)
    refused = web.get(SERIES, headers=headers)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (403, "needs_upgrade")
    assert (problem["feature"], problem["upgrade_to"]) == ("charts", "pro")
    grant(ada, "charts", "advanced")
    answer = web.get(SERIES, headers=headers).json()
    assert len(answer["time"]) == 5
    assert [one["name"] for one in answer["series"]] == ["sma_20", "macd_12_26_9"]
    assert [line["name"] for line in answer["series"][1]["lines"]] == [
        "macd",
        "signal",
        "histogram",
    ]
    assert [len(line["values"]) for line in answer["series"][1]["lines"]] == [5, 5, 5]
    assert len(web.get(f"{INDICATORS}/series?limit=1", headers=headers).json()["series"]) == 10
    unknown = web.get(f"{INDICATORS}/series?names=sma_20,nope", headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_indicator")


@pytest.mark.parametrize("kind", ["candles", "indicators"])
@pytest.mark.parametrize(
    ("chart", "feature", "item"),
    [
        ("EURUSD/M5", "timeframes", "M5"),
        ("GBPJPY/H1", "symbols", "GBPJPY"),
        ("GBPJPY/M5", "symbols", "GBPJPY"),
    ],
)
def test_what_the_plan_does_not_cover_is_refused_with_limit_and_plan(
    web, ada, kind, chart, feature, item
):
    answer = web.get(f"/api/{kind}/{chart}", headers=web.as_browser(ada))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "needs_upgrade")
    assert (problem["feature"], problem["item"], problem["upgrade_to"]) == (feature, item, "pro")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "candles" not in problem


@pytest.mark.parametrize("symbol", ["AAPL", "FB", "GOOG", "IBM", "MSFT"])
def test_history_is_open_on_the_free_plan(web, ada, symbol):
    answer = web.get(f"/api/candles/{symbol}/D1?limit=1", headers=web.as_browser(ada))
    assert (answer.status_code, answer.json()["data_kind"]) == (200, "replay")


def test_a_plan_that_grows_opens_and_one_that_shrinks_closes(web, ada):
    headers = web.as_browser(ada)
    grant(ada, "timeframes", ["+", "M5"])
    assert web.get("/api/candles/EURUSD/M5", headers=headers).status_code == 200
    grant(ada, "timeframes", ["H1"])
    assert web.get("/api/candles/EURUSD/M5", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/candles/NOPE/H1", 404, "unknown_symbol"),
        ("/api/candles/EURUSD/W1", 422, "unknown_timeframe"),
        ("/api/candles/AAPL/H1", 422, "unknown_timeframe"),
        (f"{CANDLES}?limit=0", 422, "invalid"),
        (f"{CANDLES}?limit=5001", 422, "invalid"),
        (f"{CANDLES}?before=-1", 422, "invalid"),
        (f"{CANDLES}?before=99999999999999999999", 422, "invalid"),
        ("/api/indicators/EURUSD/h1", 422, "unknown_timeframe"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(web, ada, path, status, code):
    answer = web.get(path, headers=web.as_browser(ada))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("path", [CANDLES, INDICATORS, "/api/watchlist"])
def test_a_stranger_gets_no_prices(web, path):
    assert web.get(path).status_code == 401


def test_calls_by_token_count_against_the_hour_and_pages_do_not(web, ada):
    by_token = web.get(f"{CANDLES}?limit=1", headers=web.as_program(ada))
    assert by_token.headers["X-RateLimit-Limit"] == "60"
    assert by_token.headers["X-RateLimit-Remaining"] == "59"
    assert (
        "X-RateLimit-Limit"
        not in web.get(f"{CANDLES}?limit=1", headers=web.as_browser(ada)).headers
    )


def test_the_sixth_item_is_refused_with_limit_use_and_plan(web, ada):
    headers = web.as_browser(ada)
    assert [add(web, headers, symbol).status_code for symbol in FIVE] == [201] * 5
    answer = add(web, headers, "EURUSD", "D1")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "limit_reached")
    assert (problem["limit"], problem["used"], problem["upgrade_to"]) == (5, 5, "pro")
    assert "Free includes 5 watchlist items and 5 are in use" in problem["detail"]
    assert listed(web, headers) == list(FIVE)


def test_the_same_chart_twice_is_a_conflict(web, ada):
    headers = web.as_browser(ada)
    add(web, headers, "EURUSD")
    answer = add(web, headers, "EURUSD")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_watched")


def test_the_order_is_the_workspaces_and_must_name_every_item(web, ada):
    headers = web.as_browser(ada)
    ids = [add(web, headers, symbol).json()["id"] for symbol in FIVE[:3]]
    assert web.put("/api/watchlist", json={"ids": ids[::-1]}, headers=headers).status_code == 204
    assert listed(web, headers) == list(FIVE[:3])[::-1]
    assert web.put("/api/watchlist", json={"ids": ids[:2]}, headers=headers).status_code == 404


def test_mallory_cannot_touch_adas_list_and_learns_nothing_of_it(web, ada):
    mine = web.as_browser(ada)
    item = add(web, mine, "EURUSD").json()["id"]
    theirs = web.as_browser(new_tenant("mallory"))
    foreign = web.delete(f"/api/watchlist/{item}", headers=theirs)
    missing = web.delete("/api/watchlist/999999", headers=theirs)
    assert (foreign.status_code, foreign.json()["detail"]) == (404, missing.json()["detail"])
    assert listed(web, theirs) == []
    assert listed(web, mine) == ["EURUSD"]


def test_vera_may_look_and_not_change(web, ada):
    add(web, web.as_browser(ada), "EURUSD")
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    headers = web.as_browser(ada, vera)
    assert listed(web, headers) == ["EURUSD"]
    assert add(web, headers, "BTCUSD").status_code == 403
