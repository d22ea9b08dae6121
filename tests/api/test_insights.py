"""Insights over REST: what the plan opens, with figures; nothing else leaves the server."""

import pytest

from saas_app.market import current
from saas_app.market.board import Board
from tests.support.billing_world import new_tenant
from tests.support.grants import grant
from tests.support.made_market import MadeSource, candles

CHART = "/api/insights/BTCUSD/H1"


@pytest.fixture
def ada(web):
    """On a market whose past is short to read."""
    current.install(Board([MadeSource(candles(1, 800))]))
    return new_tenant("ada")


def get(web, tenant, path=CHART):
    return web.get(path, headers=web.as_browser(tenant))


def test_free_gets_range_and_regime_with_their_figures_and_reads_what_opens_the_rest(web, ada):
    answer = get(web, ada).json()
    assert answer["range"]["low"] < answer["range"]["expected"] < answer["range"]["high"]
    assert answer["range"]["n"] > 300
    assert answer["regime"] in {"calm", "normal", "high"}
    assert (answer["anomaly"], answer["direction"]) == (None, None)
    locked = {each["part"]: each["upgrade_to"] for each in answer["locked"]}
    assert locked == {"anomaly": "pro", "direction": "pro"}
    assert (answer["data_kind"], answer["record"]["waiting"]) == ("demo", 1)
    assert get(web, ada).json()["record"]["waiting"] == 1


def test_advanced_gets_the_gate_with_its_calibration(web, ada):
    grant(ada, "insights", "advanced")
    answer = get(web, ada).json()
    assert answer["locked"] == []
    assert answer["direction"]["edge"] is False
    assert answer["direction"]["up"] is None
    assert len(answer["direction"]["calibration"]) == 5
    assert 0 <= answer["anomaly"]["range_score"] <= 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/insights/BTCUSD/M5", 403, "needs_upgrade"),
        ("/api/insights/NOPE/H1", 404, "unknown_symbol"),
        ("/api/insights/BTCUSD/H3", 422, "unknown_timeframe"),
    ],
)
def test_what_is_shut_or_unknown_is_refused(web, ada, path, status, code):
    answer = get(web, ada, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_plan_without_insights_gets_none(web, ada):
    grant(ada, "insights", "none")
    assert get(web, ada).json()["code"] == "needs_upgrade"


def test_a_market_without_candles_says_so(web, ada):
    current.install(Board([MadeSource(candles(1, 800)[:0])]))
    answer = get(web, ada)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_summary_says_only_what_the_plan_opens(web, ada):
    asking = {"json": {"reword": True}, "headers": web.as_browser(ada)}
    answer = web.post(f"{CHART}/summary", **asking).json()
    assert answer["outcome"] == "no_model"
    assert answer["facts"]["range_expected"] in answer["summary"]
    assert "judged" not in answer["facts"]
    grant(ada, "insights", "advanced")
    answer = web.post(f"{CHART}/summary", json={}, headers=web.as_browser(ada)).json()
    assert answer["outcome"] == "plain"
    assert answer["facts"]["judged"] in answer["summary"]
