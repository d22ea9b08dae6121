from datetime import datetime

import pytest
from sqlmodel import select

from saas_app.accounts.models import User
from saas_app.audit.models import AuditLog
from saas_app.billing import offer
from saas_app.billing.drainer import Drainer
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import sync, usage
from saas_app.market import watchlist
from saas_app.plans.features import Feature
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    invoices_of,
    new_tenant,
    subscriptions_of,
)


@pytest.fixture
def ada(shop):
    return new_tenant()


@pytest.fixture
def headers(web, ada):
    return web.as_program(ada)


@pytest.fixture
def paying(shop, ada, headers):
    buy(shop, ada)
    return headers


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    assert at.utcoffset().total_seconds() == 0
    return at


def test_plans_are_open_to_everybody_and_come_from_the_catalogue(web):
    free, pro, enterprise = web.get("/api/plans").json()["plans"]
    assert [plan["number"] for plan in (free, pro, enterprise)] == [1, 2, 3]
    assert pro["prices"] == [
        {"interval": "month", "amount_cents": 2900, "currency": "usd", "per_seat": False},
        {"interval": "year", "amount_cents": 29000, "currency": "usd", "per_seat": False},
    ]
    assert pro["trial_days"] == 14
    assert free["limits"]["watchlist_items"] == 5
    assert free["limits"]["timeframes"] == ["D1", "H1", "H4"]
    assert enterprise["checkout"] == "contact"


def test_checkout_answers_with_a_page_and_its_session(web, shop, ada, headers):
    answer = web.post("/api/checkout", json={"plan": "pro", "interval": "year"}, headers=headers)
    assert answer.status_code == 200
    assert set(answer.json()) == {"checkout_url", "session_id"}
    assert f"/c/pay/{answer.json()['session_id']}" in answer.json()["checkout_url"]
    shop.complete_checkout(answer.json()["session_id"])
    deliver_all(shop)
    assert access_of(ada).plan == "pro"
    assert subscriptions_of(ada)[0].interval == "year"


def test_asking_again_gives_the_same_page(web, headers):
    first, second = (
        web.post("/api/checkout", json={"plan": "pro"}, headers=headers).json() for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize(
    ("order", "field", "says"),
    [
        ({"plan": "gold"}, "plan", "Choose pro"),
        ({"plan": "free"}, "plan", "Choose pro"),
        ({"plan": "enterprise"}, "plan", "by contract"),
        ({"plan": "pro", "interval": "week"}, "interval", "'month' or 'year'"),
        ({"plan": "pro", "seats": 2}, "seats", "leave seats at 1"),
        ({"plan": "pro", "seats": 0}, "seats", "greater than or equal to 1"),
        ({"plan": None}, "plan", "string"),
        ({}, "plan", "required"),
    ],
)
def test_each_order_that_cannot_be_is_refused_in_its_own_words(web, headers, order, field, says):
    answer = web.post("/api/checkout", json=order, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert says in answer.json()["fields"][field]


def test_row_06_a_second_purchase_is_refused_and_says_what_runs(web, paying):
    order = {"plan": "pro", "interval": "year"}
    answer = web.post("/api/checkout", json=order, headers=paying)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_subscribed")
    assert "Nothing was ordered" in answer.json()["detail"]


def test_a_workspace_without_a_subscription_is_on_free(web, headers):
    answer = web.get("/api/subscription", headers=headers).json()
    assert (answer["plan"], answer["status"], answer["seats"]) == ("free", "none", 1)
    nothing = ("interval", "trial_end", "current_period_end", "cancel_at", "grace_until")
    assert [answer[name] for name in nothing] == [None] * 5


def test_a_subscription_says_where_it_stands(web, shop, ada, paying):
    answer = web.get("/api/subscription", headers=paying).json()
    (row,) = subscriptions_of(ada)
    assert (answer["plan"], answer["status"], answer["interval"]) == ("pro", "trialing", "month")
    assert instant(answer["trial_end"]) == row.trial_end_at
    assert instant(answer["current_period_end"]) == instant(answer["next_charge_at"])
    assert (answer["cancel_at"], answer["grace_until"]) == (None, None)
    assert answer["amount_cents"] == 2900


def test_a_failed_payment_says_until_when_the_plan_stays(web, shop, ada, paying):
    shop.fault(fail_next_charge=1)
    advance(shop, "16d")
    deliver_all(shop)
    answer = web.get("/api/subscription", headers=web.as_program(ada)).json()
    assert (answer["plan"], answer["status"]) == ("pro", "past_due")
    assert instant(answer["grace_until"]) == access_of(ada).grace_until
    shop.fault(clear=True)


def test_cancelling_keeps_the_plan_until_the_end_and_can_be_taken_back(web, ada, paying):
    answer = web.put("/api/subscription/cancel", headers=paying)
    assert answer.json()["cancel_at"] == answer.json()["current_period_end"]
    assert answer.json()["next_charge_at"] is None
    assert answer.json()["plan"] == "pro"
    again = web.put("/api/subscription/resume", headers=paying).json()
    assert (again["cancel_at"], again["status"]) == (None, "trialing")


def test_cancelling_at_once_ends_in_free(web, ada, paying):
    answer = web.put("/api/subscription/cancel", json={"immediate": True}, headers=paying).json()
    assert (answer["plan"], answer["status"]) == ("free", "canceled")


def test_there_is_nothing_to_cancel_without_a_subscription(web, headers):
    answer = web.put("/api/subscription/cancel", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_subscription")


def test_invoices_are_shown_newest_first_with_their_documents(web, shop, ada, paying):
    advance(shop, "16d")
    deliver_all(shop)
    newest, first = web.get("/api/invoices", headers=web.as_program(ada)).json()["invoices"]
    assert (newest["status"], newest["total_cents"], first["total_cents"]) == ("paid", 2900, 0)
    assert newest["number"]
    assert newest["hosted_url"].startswith("http")
    assert instant(newest["paid_at"]) >= instant(first["created_at"])
    assert len(invoices_of(ada)) == 2


def test_usage_counts_what_is_used_of_each_limit(web, ada, headers):
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    for timeframe in ("H1", "H4", "D1"):
        web.post(
            "/api/watchlist", json={"symbol": "EURUSD", "timeframe": timeframe}, headers=headers
        )
    with transaction() as session:
        watchlist.add(session, ada.id, ada.owner.id, "US30", "H1")
    answer = web.get("/api/user/usage", headers=headers).json()
    (line,) = [line for line in answer["usage"] if line["feature"] == "watchlist_items"]
    assert (line["used"], line["amount"], line["limit"], line["left"]) == (4, 4, 5, 1)
    assert line["warning"] == 0.8
    assert isinstance(line["id"], int)
    assert line["user_id"] == ada.owner.id
    assert abs((instant(line["timestamp"]) - clock.now()).total_seconds()) < 60


# --- the other names ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/create-checkout-session", "/api/purchase/plan"])
@pytest.mark.parametrize("plan_id", [2, "pro"])
def test_a_plan_is_bought_by_number_or_name_and_by_months(web, shop, ada, headers, path, plan_id):
    answer = web.post(path, json={"plan_id": plan_id, "duration_months": 12}, headers=headers)
    assert answer.status_code == 200, answer.text
    shop.complete_checkout(answer.json()["session_id"])
    deliver_all(shop)
    assert [(s.plan, s.interval) for s in subscriptions_of(ada)] == [("pro", "year")]


def test_a_purchase_answers_with_the_plan_which_is_none_until_it_is_paid(web, headers):
    answer = web.post("/api/purchase/plan", json={"plan_id": 2}, headers=headers).json()
    assert answer["user_plan"] is None
    assert answer["checkout_url"].startswith("http")


@pytest.mark.parametrize("path", ["/api/create-checkout-session", "/api/purchase/plan"])
@pytest.mark.parametrize("months", [0, -1, 3, 13, 2**70])
def test_a_duration_that_is_not_sold_names_those_that_are(web, headers, path, months):
    answer = web.post(path, json={"plan_id": 2, "duration_months": months}, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1, 12" in answer.json()["fields"]["duration_months"]


@pytest.mark.parametrize("months", ["1", 1.5, True, None, [1]])
def test_a_duration_is_a_whole_number(web, headers, months):
    body = {"plan_id": 2, "duration_months": months}
    answer = web.post("/api/purchase/plan", json=body, headers=headers)
    assert answer.status_code == 422
    assert "duration_months" in answer.json()["fields"]


@pytest.mark.parametrize("plan_id", [99, True, None, 1.5, [2], {"id": 2}])
def test_a_plan_that_is_none_is_refused_under_the_callers_own_name(web, headers, plan_id):
    answer = web.post("/api/purchase/plan", json={"plan_id": plan_id}, headers=headers)
    assert answer.status_code == 422
    assert "plan_id" in answer.json()["fields"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 50_000, b"\xff\xfe", b"null"])
def test_a_broken_order_is_refused_in_the_usual_words(web, headers, body):
    answer = web.post(
        "/api/purchase/plan", content=body, headers={**headers, "Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refused_purchase_has_the_shape_of_every_refusal(web, paying):
    answer = web.post("/api/purchase/plan", json={"plan_id": 2}, headers=paying)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "already_subscribed"


def test_an_order_by_the_versioned_name_has_the_usual_shape(web, headers):
    answer = web.post(
        "/api/v1/billing/create-checkout-session",
        json={"plan": "pro", "interval": "month"},
        headers=headers,
    )
    assert set(answer.json()) == {"checkout_url", "session_id"}


def test_the_status_by_its_versioned_name_is_the_subscription(web, paying):
    canonical = web.get("/api/subscription", headers=paying).json()
    assert web.get("/api/v1/billing/subscription-status", headers=paying).json() == canonical


def test_a_persons_plan_is_nothing_or_a_row_with_integers(web, shop, ada, headers):
    assert web.get("/api/user/plan", headers=headers).json() == {"user_plan": None}
    buy(shop, ada)
    plan = web.get("/api/user/plan", headers=headers).json()["user_plan"]
    (row,) = subscriptions_of(ada)
    assert set(plan) == {"id", "plan_id", "is_active", "start_date", "end_date"}
    assert (plan["id"], plan["plan_id"], plan["is_active"]) == (row.id, 2, True)
    assert instant(plan["start_date"]) == row.started_at
    assert instant(plan["end_date"]) == row.current_period_end_at


def test_cancelling_by_the_old_name_answers_with_the_status(web, ada, paying):
    answer = web.post("/api/user/cancel_plan", headers=paying)
    assert answer.json() == {"status": "trialing"}
    assert subscriptions_of(ada)[0].ends_at is not None
    at_once = web.post("/api/user/cancel_plan", json={"immediate": True}, headers=paying)
    assert at_once.json() == {"status": "canceled"}


def test_an_ended_plan_is_not_active(web, ada, paying):
    web.put("/api/subscription/cancel", json={"immediate": True}, headers=paying)
    assert web.get("/api/user/plan", headers=paying).json()["user_plan"]["is_active"] is False


def test_the_old_names_ask_who_calls(web):
    for verb, path in (
        ("get", "/api/user/plan"),
        ("post", "/api/user/cancel_plan"),
        ("get", "/api/v1/billing/subscription-status"),
    ):
        answer = web.request(verb, path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
    ordered = web.post("/api/purchase/plan", json={"plan_id": 2})
    assert ordered.status_code == 401


def test_an_old_name_is_no_way_around_the_origin_check(web, ada, paying):
    cookie = web.as_browser(ada)["Cookie"]
    for path in ("/api/user/cancel_plan", "/api/purchase/plan"):
        answer = web.post(
            path, json={}, headers={"Cookie": cookie, "Origin": "https://evil.example"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert subscriptions_of(ada)[0].ends_at is None


def test_a_drainer_started_later_finds_what_checkout_left(web, shop, ada, headers):
    """No success page, no event yet: the webhook alone is enough."""
    started = web.post("/api/checkout", json={"plan": "pro"}, headers=headers).json()
    shop.complete_checkout(started["session_id"])
    assert access_of(ada).plan == "free"
    deliver_all(shop)
    Drainer(sync.customer).drain()
    assert access_of(ada).plan == "pro"


def test_a_decision_is_explained_to_members_and_the_past_to_staff(web, ada, headers):
    answer = web.get("/api/entitlements/symbols?item=ETHUSD", headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["allowed"], answer.json()["upgrade_to"]) == (False, "pro")
    unknown = web.get("/api/entitlements/wishes", headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_feature")
    assert "symbols" in unknown.json()["detail"]


def test_staff_may_ask_about_any_workspace_at_any_time_and_leave_a_trace(web, ada):
    sam = new_tenant("sam")
    with transaction() as session:
        session.get_one(User, sam.owner.id).is_staff = True
    staff = web.as_program(sam)
    path = f"/api/admin/workspaces/{ada.id}/entitlements/symbols?at=2020-01-01T00:00:00Z"
    answer = web.get(path, headers=staff)
    assert (answer.status_code, answer.json()["plan"]) == (200, "free")
    assert answer.json()["at"].startswith("2020-01-01")
    with snapshot() as session:
        events = session.exec(select(AuditLog.event)).all()
    assert "staff.entitlement_read" in events
    naive = path.replace("Z", "")
    assert web.get(naive, headers=staff).status_code == 422
    assert web.get(path.replace(f"/{ada.id}/", "/999999/"), headers=staff).status_code == 404


def plan_form(**values):
    return {
        "id": "elite",
        "name": "Elite",
        "tagline": "Everything, sooner.",
        "extends": "pro",
        "prices": [
            {"interval": "month", "amount_cents": 4900},
            {"interval": "year", "amount_cents": 49000},
        ],
        "limits": {"watchlist_items": 100},
        **values,
    }


@pytest.fixture
def staff(staff):
    """What they sell is taken back: the catalogue in memory outlives a test."""
    yield staff
    offer.put("tidemark", None)


def test_staff_see_what_a_new_plan_would_change_then_sell_it(web, staff, ada, headers):
    looked = web.post("/api/plans", json=plan_form(dry_run=True), headers=staff).json()
    assert looked == {
        "applied": False,
        "version": 0,
        "catalogue": [
            "+ plan elite (generation 1)",
            "~ plan enterprise (generation 1), rank: 2 → 3",
        ],
        "stripe": [
            "created product elite",
            "created price tidemark_elite_month_v1",
            "created price tidemark_elite_year_v1",
        ],
        "people": [],
    }
    assert "elite" not in web.get("/api/plans").text
    done = web.post("/api/plans", json=plan_form(), headers=staff).json()
    assert (done["applied"], done["version"]) == (True, 1)
    assert [p["id"] for p in web.get("/api/plans").json()["plans"]] == [
        "free",
        "pro",
        "elite",
        "enterprise",
    ]
    page = web.post("/api/checkout", json={"plan": "elite"}, headers=headers)
    assert page.status_code == 200


def test_a_plan_that_does_not_fit_is_refused_with_every_fault_named(web, staff):
    wrong = plan_form(trial_days=90, limits={"watchlist_items": -3, "wishes": 1})
    answer = web.post("/api/plans", json=wrong, headers=staff)
    assert answer.status_code == 422
    assert {key.rpartition(".")[2] for key in answer.json()["fields"]} >= {
        "trial_days",
        "watchlist_items",
        "wishes",
    }
    assert (
        web.post("/api/plans", json=plan_form(dry_run=True), headers=staff).json()["version"] == 0
    )
