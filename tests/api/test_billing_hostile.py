"""Billing under attack over REST: what no row can hold is refused, and nothing breaks for later."""

import pytest
from sqlmodel import select

from saas_app.audit.models import AuditLog
from saas_app.core.db import snapshot, transaction
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Role
from tests.support.billing_world import buy, new_tenant, subscriptions_of

pytestmark = pytest.mark.db
NUL = "\0"


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


@pytest.fixture
def headers(web, ada):
    return web.as_program(ada)


def test_a_quote_that_no_database_can_look_up_is_not_there(web, headers):
    asked = web.put("/api/subscription/upgrade", json={"quote": f"q{NUL}"}, headers=headers)
    assert asked.status_code == 404


def test_words_that_no_database_keeps_do_not_break_every_later_sync(web, ada, headers):
    details = {"name": f"Ada{NUL}Ltd", "email": "ada@example.com"}
    kept = web.put("/api/billing/details", json=details, headers=headers)
    assert (kept.status_code, kept.json()["name"]) == (200, "Ada Ltd")
    said = {"comment": f"bye{NUL}now"}
    assert web.put("/api/subscription/cancel", json=said, headers=headers).status_code == 200
    assert subscriptions_of(ada)[0].cancel_comment == "bye now"
    assert web.put("/api/subscription/resume", headers=headers).status_code == 200


def test_an_address_with_what_cannot_be_seen_is_none(web, headers):
    details = {"name": "Ada", "email": f"ada{NUL}@example.com"}
    answer = web.put("/api/billing/details", json=details, headers=headers)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["email"])


@pytest.mark.parametrize("wish", [{}, {"interval": "year"}, {"seats": 3}])
def test_without_a_subscription_there_is_nothing_that_could_stay_as_it_is(web, shop, wish):
    ben = web.as_program(new_tenant("ben"))
    answer = web.put("/api/subscription/upgrade", json=wish, headers=ben)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_subscription")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"]
)
def test_a_moment_that_no_calendar_of_ours_holds_is_refused(web, ada, staff, moment):
    for path, name in (
        ("/api/admin/revenue", "until"),
        ("/api/admin/revenue", "since"),
        (f"/api/admin/workspaces/{ada.id}/entitlements/seats", "at"),
    ):
        answer = web.get(path, params={name: moment}, headers=staff)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [name])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"limits": {"sms": None}}, "limits.sms"),
        ({"limits": {"sms": [None]}}, "limits.sms"),
        ({"name": f"El{NUL}ite"}, "name"),
        ({"tagline": 'x"\n[[plans]]\nid = "own"'}, "tagline"),
    ],
)
def test_a_plan_that_no_catalogue_can_say_is_refused_by_its_field(web, staff, change, field):
    form = {"id": "elite", "name": "Elite", "tagline": "More.", "extends": "pro", **change}
    answer = web.post("/api/plans", json=form, headers=staff)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["fields"]) == [f"catalogue.plans[elite].{field}"]


def test_whoever_looks_at_the_books_with_a_token_of_staff_leaves_a_trace(web, staff):
    assert web.get("/api/admin/revenue", headers=staff).status_code == 200
    with snapshot() as session:
        events = session.exec(select(AuditLog.event)).all()
    assert "staff.revenue_read" in events


def test_a_quote_of_another_workspace_and_of_a_lost_role_confirms_nothing(web, ada, headers):
    asked = web.post("/api/subscription/preview", json={"interval": "year"}, headers=headers)
    quote = {"quote": asked.json()["quote"]}
    mallory = web.as_program(new_tenant("mallory"))
    assert web.put("/api/subscription/upgrade", json=quote, headers=mallory).status_code == 404
    with transaction() as session:
        session.get_one(Membership, (ada.id, ada.owner.id)).role = Role.ANALYST
    lost = web.put("/api/subscription/upgrade", json=quote, headers=headers)
    assert (lost.status_code, lost.json()["code"]) == (403, "not_allowed")
    assert subscriptions_of(ada)[0].price.endswith("month_v1")
