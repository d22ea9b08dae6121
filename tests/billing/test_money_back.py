"""Money given back and money fought over: mirrored, booked, told, and what it does to access."""

import dataclasses

import pytest
from sqlmodel import select

from saas_app.billing import aftermath, checkout, sync
from saas_app.billing.aftermath import RULES, Outcome
from saas_app.billing.money_models import Dispute, Refund
from saas_app.billing.revenue import book
from saas_app.billing.stripe import client
from saas_app.billing.takings import PaymentFacts
from saas_app.core.db import snapshot
from saas_app.notifications.models import Notification
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver,
    deliver_all,
    happened,
    invoices_of,
    new_tenant,
    new_user,
    subscriptions_of,
    told,
)

PAID = PaymentFacts("pi_1", "succeeded", 2900, "usd", invoice="in_1")


@pytest.mark.parametrize(
    ("refunded", "outcome"),
    [
        (0, None),
        (1, Outcome.PART_REFUNDED),
        (2899, Outcome.PART_REFUNDED),
        (2900, Outcome.FULLY_REFUNDED),
    ],
)
def test_a_refund_is_whole_only_when_nothing_is_left(refunded, outcome):
    assert aftermath.of_payment(dataclasses.replace(PAID, refunded_cents=refunded)) is outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("warning_needs_response", Outcome.INQUIRY),
        ("warning_under_review", Outcome.INQUIRY),
        ("warning_closed", None),
        ("needs_response", Outcome.DISPUTED),
        ("under_review", Outcome.DISPUTED),
        ("won", Outcome.DISPUTE_WON),
        ("lost", Outcome.DISPUTE_LOST),
        ("prevented", None),
    ],
)
def test_every_status_of_a_dispute_has_its_outcome(status, outcome):
    assert aftermath.of_dispute(status) is outcome


def test_only_a_lost_dispute_ends_anything_and_every_outcome_has_its_rule():
    assert set(RULES) == set(Outcome)
    assert [outcome for outcome in Outcome if RULES[outcome].ends] == [Outcome.DISPUTE_LOST]


@pytest.fixture
def paying(stripe_world):
    """Ada, a month into Pro, whose first real payment arrived."""
    tenant = new_tenant()
    buy(stripe_world, tenant)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    return tenant


def payment_of(tenant):
    """The payment intent of the invoice that cost something, with its charge."""
    (intent,) = client.made().v1.payment_intents.list({"customer": customer_of(tenant).stripe_id})
    return intent


def booked(tenant) -> list[tuple[str, int]]:
    with snapshot() as session:
        return [(e.kind.value, e.amount_cents) for e in book.entries(session, tenant.id)]


def mirrored(table, tenant):
    with snapshot() as session:
        return list(session.exec(select(table).where(table.workspace_id == tenant.id)))


@pytest.mark.db
@pytest.mark.parametrize("cents", [500, 2900])
def test_a_refund_is_booked_shown_and_told_once_and_access_stays(paying, stripe_world, cents):
    intent = payment_of(paying)
    client.made().v1.refunds.create({"payment_intent": intent.id, "amount": cents})
    deliver_all(stripe_world)
    deliver_all(stripe_world)
    assert booked(paying) == [("payment", 2900), ("refund", -cents)]
    (row,) = mirrored(Refund, paying)
    assert (row.amount_cents, row.status) == (cents, "succeeded")
    assert row.invoice in {i.stripe_id for i in invoices_of(paying) if i.total_cents}
    assert access_of(paying).plan == "pro"
    assert told(paying.owner).count("billing.refunded") == 1
    with snapshot() as session:
        notice = session.exec(
            select(Notification).where(Notification.kind == "billing.refunded")
        ).one()
    assert notice.data["amount"] == f"${cents / 100:.2f}"


@pytest.mark.db
def test_an_event_of_a_refund_alone_finds_its_customer_by_the_payment(paying, stripe_world):
    """Stripe names no customer in what it says of refunds and disputes."""
    client.made().v1.refunds.create({"payment_intent": payment_of(paying).id, "amount": 100})
    events = [e for e in happened(stripe_world) if e["type"].startswith("refund.")]
    assert events
    assert all("customer" not in e["data"]["object"] for e in events)
    deliver(events)
    assert booked(paying) == [("payment", 2900), ("refund", -100)]


def disputed(stripe_world, tenant) -> str:
    charge = payment_of(tenant).latest_charge
    made = stripe_world.post(f"/charges/{charge}/dispute", {"reason": "fraudulent"})
    deliver_all(stripe_world)
    return made["dispute"]["id"] if isinstance(made["dispute"], dict) else made["dispute"]


@pytest.mark.db
def test_an_open_dispute_keeps_access_and_alerts_staff_once(paying, stripe_world):
    sam = new_user("sam", is_staff=True)
    disputed(stripe_world, paying)
    deliver_all(stripe_world)
    assert access_of(paying).plan == "pro"
    assert told(sam) == ["billing.dispute_opened"]
    assert booked(paying) == [("payment", 2900), ("dispute", -2900)]
    (row,) = mirrored(Dispute, paying)
    assert row.evidence_due_at is not None
    assert row.reason == "fraudulent"


@pytest.mark.db
@pytest.mark.parametrize("won", [True, False])
def test_a_won_dispute_brings_the_money_back_and_a_lost_one_ends_the_plan(
    paying, stripe_world, won
):
    sam = new_user("sam", is_staff=True)
    which = disputed(stripe_world, paying)
    stripe_world.post(f"/disputes/{which}/close", {"won": won})
    deliver_all(stripe_world)
    sync.workspace(paying.id)
    assert access_of(paying).plan == ("pro" if won else "free")
    assert sum(cents for _, cents in booked(paying)) == (2900 if won else 0)
    assert told(sam) == ["billing.dispute_opened", f"billing.dispute_{'won' if won else 'lost'}"]
    assert told(paying.owner).count("billing.ended") == (0 if won else 1)


@pytest.mark.db
def test_row_06_what_a_double_purchase_cost_is_given_back_and_booked(stripe_world):
    ada, sam = new_tenant(), new_user("sam", is_staff=True)
    first = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    stripe = client.made()
    price = stripe.v1.prices.list({"lookup_keys": ["tidemark_pro_month_v1"]}).data[0].id
    page = {
        "mode": "subscription",
        "customer": customer_of(ada).stripe_id,
        "client_reference_id": ada.workspace.key,
        "line_items": [{"price": price, "quantity": 1}],
        "success_url": "http://127.0.0.1:9/",
        "subscription_data": {"metadata": {"workspace": ada.workspace.key}},
    }
    stripe.v1.checkout.sessions.expire(first.session_id)
    tabs = [stripe.v1.checkout.sessions.create(page).id for _ in range(2)]
    for tab in tabs:
        stripe_world.complete_checkout(tab)
        advance(stripe_world, "1m")
    for _ in range(2):
        sync.workspace(ada.id)
    deliver_all(stripe_world)
    assert sorted(s.status for s in subscriptions_of(ada)) == ["active", "canceled"]
    assert sorted(booked(ada)) == [("payment", 2900), ("payment", 2900), ("refund", -2900)]
    assert mirrored(Refund, ada)[0].reason == "duplicate"
    assert told(sam) == ["billing.duplicate_ended"]
    assert access_of(ada).plan == "pro"
