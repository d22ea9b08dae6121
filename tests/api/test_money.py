"""Cards, details, invoices and the books over REST, and the ways back from Stripe's own pages."""

import pytest

from saas_app.billing import sync
from saas_app.billing.stripe import client
from tests.support.billing_world import advance, buy, customer_of, new_tenant


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


@pytest.fixture
def headers(web, ada):
    return web.as_program(ada)


def test_back_from_stripes_pages_all_is_true_without_any_webhook(web, ada, headers):
    customer = customer_of(ada).stripe_id
    client.made().v1.customers.update(customer, {"name": "Harbour AG"})
    client.made().v1.payment_methods.attach("pm_card_mastercard", {"customer": customer})
    assert web.get("/api/billing/details", headers=headers).json()["name"] != "Harbour AG"
    back = web.get("/manage-subscription/done", headers=headers, follow_redirects=False)
    assert back.headers["location"] == "/settings/billing"
    assert web.get("/api/billing/details", headers=headers).json()["name"] == "Harbour AG"
    methods = web.get("/api/billing/payment-methods", headers=headers).json()["payment_methods"]
    assert [(m["brand"], m["is_default"]) for m in methods] == [
        ("visa", True),
        ("mastercard", False),
    ]


def test_the_portal_leads_back_to_a_look_at_stripe(web, ada, headers):
    sent = web.get("/manage-subscription", headers=headers, follow_redirects=False)
    session = sent.headers["location"]
    assert "/p/session/" in session


def test_details_are_changed_and_every_fault_is_named(web, ada, headers):
    wrong = web.put("/api/billing/details", json={"name": "", "email": "x"}, headers=headers)
    assert wrong.status_code == 422
    assert set(wrong.json()["fields"]) == {"name", "email"}
    fine = {"name": "Harbour", "email": "bills@example.org", "country": "de"}
    assert web.put("/api/billing/details", json=fine, headers=headers).json()["country"] == "DE"


def test_an_invoice_says_what_was_given_back_and_the_books_sum_it_up(
    web, ada, headers, staff, shop
):
    advance(shop, "15d")
    stripe = client.made().v1
    (paid,) = stripe.payment_intents.list({"customer": customer_of(ada).stripe_id}).data
    stripe.refunds.create({"payment_intent": paid.id, "amount": 1000})
    sync.workspace(ada.id)
    listed = web.get("/api/invoices", headers=headers).json()["invoices"]
    assert sorted(i["given_back_cents"] for i in listed) == [0, 1000]
    assert len(web.get("/api/invoices?limit=1", headers=headers).json()["invoices"]) == 1
    (figures,) = web.get("/api/admin/revenue", headers=staff).json()["currencies"]
    assert figures == {
        "currency": "usd",
        "net_cents": 1900,
        "by_kind": {"payment": 2900, "refund": -1000},
        "mrr_cents": 2900,
        "movements": {"new": 2900},
    }


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ("since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", 422),
        ("since=2026-01-01", 422),
        ("since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z", 200),
    ],
)
def test_a_period_is_two_moments_in_their_order(web, staff, period, status):
    answer = web.get(f"/api/admin/revenue?{period}", headers=staff)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["currencies"] == []
