"""Alerts over the API: made, refused in words, tried on the past, accounted for."""

import pytest

from tests.support.billing_world import new_tenant
from tests.support.grants import grant

FORM = {"symbol": "EURUSD", "timeframe": "H1", "kind": "fractal"}


@pytest.fixture
def ada(web):
    return new_tenant()


@pytest.fixture
def headers(web, ada):
    return web.as_browser(ada)


def made(web, headers, **more):
    return web.post("/api/alerts", json={**FORM, **more}, headers=headers)


def test_an_alert_is_made_read_changed_and_deleted_and_comes_back(web, headers):
    alert = made(web, headers, note="mine").json()
    path = f"/api/alerts/{alert['key']}"
    assert (alert["status"], alert["silence"], alert["condition"]) == (
        "active", "waits", "makes a fractal either way",
    )  # fmt: skip
    assert web.get("/api/alerts", headers=headers).json()["alerts"] == [alert]
    other = {**FORM, "kind": "moves", "figures": {"percent": 2, "direction": "up"}}
    assert web.put(path, json=other, headers=headers).json()["condition"] == (
        "moves up by 2 % in 1 candles"
    )
    assert web.post(f"{path}/pause", headers=headers).json()["silence"] == "paused"
    assert web.post(f"{path}/resume", headers=headers).json()["status"] == "active"
    muted = web.post(f"{path}/mute", json={"until": "2099-01-01T00:00:00Z"}, headers=headers)
    assert muted.json()["silence"] == "muted"
    assert web.delete(path, headers=headers).status_code == 204
    assert web.get(path, headers=headers).status_code == 404
    assert web.get("/api/alerts", headers=headers).json()["alerts"] == []
    assert web.post(f"{path}/restore", headers=headers).json()["key"] == alert["key"]
    assert web.get(f"{path}/history", headers=headers).json() == {"events": []}


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"symbol": "TULIPS"}, 404, "unknown_symbol", None),
        ({"timeframe": "M7"}, 422, "unknown_timeframe", "timeframe"),
        ({"timeframe": "M5"}, 403, "needs_upgrade", None),
        ({"symbol": "AUDUSD"}, 403, "needs_upgrade", None),
        ({"channels": ["email"]}, 403, "needs_upgrade", None),
        ({"channels": ["pigeon"]}, 422, "invalid", "channels"),
        ({"channels": []}, 422, "invalid", "channels"),
        ({"kind": "tulips"}, 422, "invalid", "kind"),
        ({"kind": "crosses", "figures": {"price": 1e6}}, 422, "invalid", "price"),
        ({"frequency": "hourly"}, 422, "invalid", "frequency"),
        ({"frequency": "once_per_bar"}, 422, "invalid", "frequency"),
        ({"cooldown_seconds": 5}, 422, "invalid", "cooldown_seconds"),
        ({"note": "\x00"}, 422, "invalid", "note"),
        ({"symbol": "AAPL", "timeframe": "D1"}, 409, "no_market", None),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(
    web, headers, change, status, code, field
):
    answer = made(web, headers, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert field is None or field in answer.json()["fields"]
    assert web.get("/api/alerts", headers=headers).json()["alerts"] == []


def test_free_has_room_for_five_that_are_awake(web, headers):
    keys = [made(web, headers).json()["key"] for _ in range(5)]
    refused = made(web, headers).json()
    assert (refused["code"], refused["used"], refused["upgrade_to"]) == ("limit_reached", 5, "pro")
    web.post(f"/api/alerts/{keys[0]}/pause", headers=headers)
    assert made(web, headers).status_code == 201
    again = web.post(f"/api/alerts/{keys[0]}/resume", headers=headers)
    assert again.json()["code"] == "limit_reached"
    web.delete(f"/api/alerts/{keys[1]}", headers=headers)
    made(web, headers)
    assert web.post(f"/api/alerts/{keys[1]}/restore", headers=headers).status_code == 403


def test_what_a_smaller_plan_has_no_room_for_says_that_it_rests(web, ada, headers):
    keys = [made(web, headers).json()["key"] for _ in range(3)]
    grant(ada, "alerts_active", 2)
    shown = {
        a["key"]: a["silence"] for a in web.get("/api/alerts", headers=headers).json()["alerts"]
    }
    assert [shown[key] for key in keys] == ["waits", "waits", "resting"]


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "moves", "figures": {"percent": 0.2}, "frequency": "every"},
        {"kind": "fractal"},
        {"kind": "level_touch", "figures": {"touches": 2}},
    ],
)
def test_a_condition_is_tried_on_the_last_thirty_days_and_nothing_is_saved(web, headers, form):
    found = web.post("/api/alerts/backtest", json={**FORM, **form}, headers=headers).json()
    assert found["count"] == len(found["times"]) > 0
    assert found["times"] == sorted(found["times"])
    assert found["since"] < found["times"][0] <= found["until"]
    assert found["data_kind"] == "demo"
    assert web.get("/api/alerts", headers=headers).json()["alerts"] == []


def test_calls_by_token_count_against_the_plans_hour(web, ada):
    grant(ada, "api_requests", 2)
    program = web.as_program(ada)
    assert made(web, program).headers["X-RateLimit-Remaining"] == "1"
    assert web.get("/api/alerts", headers=program).headers["X-RateLimit-Remaining"] == "0"
    assert web.get("/api/alerts", headers=program).status_code == 429
    assert web.get("/api/alerts", headers=web.as_browser(ada)).status_code == 200
