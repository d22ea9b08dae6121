"""The books: every cent once, whatever order it is heard of in, and the monthly revenue beside it."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from saas_app.billing import checkout, gateway, mirror, sync
from saas_app.billing.gateway import InvoiceFacts
from saas_app.billing.models import Customer
from saas_app.billing.revenue import book, ledger, movements, report
from saas_app.billing.revenue.ledger import Entry, Kind
from saas_app.billing.revenue.models import MrrMovement, RevenueEntry
from saas_app.billing.revenue.movements import Recurring
from saas_app.billing.stripe import client
from saas_app.billing.takings import DisputeFacts, RefundFacts
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.plans.access import Status
from tests.support.billing_world import (
    advance,
    buy,
    customer_of,
    deliver_all,
    happened,
    invoices_of,
    new_tenant,
    subscriptions_of,
)

START = datetime(2026, 3, 1, tzinfo=UTC)


def invoice(name: str, paid: int) -> InvoiceFacts:
    return InvoiceFacts(
        id=name,
        customer="cus_1",
        status="open",
        total_cents=5000,
        due_cents=5000,
        paid_cents=paid,
        currency="usd",
        created_at=START,
        period_start_at=START,
        period_end_at=START,
    )


def refund(name: str, status: str, cents: int = 700) -> RefundFacts:
    return RefundFacts(name, status, cents, "usd", START, invoice="in_1")


def dispute(name: str, status: str, cents: int = 900) -> DisputeFacts:
    return DisputeFacts(name, status, cents, "usd", START, invoice="in_1")


# What one thing goes through at Stripe, in its order; it is looked at whenever somebody looks.
HISTORIES = {
    "in_1": [invoice("in_1", paid) for paid in (0, 1000, 2500, 5000)],
    "in_2": [invoice("in_2", paid) for paid in (0, 2900)],
    "re_1": [refund("re_1", status) for status in ("pending", "succeeded")],
    "re_2": [refund("re_2", status) for status in ("pending", "succeeded", "failed")],
    "re_3": [refund("re_3", status) for status in ("pending", "canceled")],
    "dp_1": [dispute("dp_1", s) for s in ("warning_needs_response", "needs_response", "lost")],
    "dp_2": [dispute("dp_2", s) for s in ("needs_response", "under_review", "won")],
    "dp_3": [dispute("dp_3", s) for s in ("warning_needs_response", "warning_closed")],
}
LAST = {name: states[-1] for name, states in HISTORIES.items()}
LOOKS = [fact for states in HISTORIES.values() for fact in states]


def booked(looks) -> list[Entry]:
    known: list[Entry] = []
    for fact in looks:
        known += ledger.missing(
            known,
            [fact] if isinstance(fact, InvoiceFacts) else [],
            [fact] if isinstance(fact, RefundFacts) else [],
            [fact] if isinstance(fact, DisputeFacts) else [],
        )
    return known


@given(st.lists(st.sampled_from(LOOKS), max_size=40), st.permutations(list(LAST.values())))
def test_the_books_agree_with_the_invoices_whatever_was_seen_in_between(looks, final):
    known = booked([*looks, *final, *final])
    sums = {kind: sum(e.amount_cents for e in known if e.kind is kind) for kind in Kind}
    assert sums[Kind.PAYMENT] == sum(i.paid_cents for i in (LAST["in_1"], LAST["in_2"]))
    assert sums[Kind.REFUND] + sums[Kind.REFUND_FAILED] == -700
    assert sums[Kind.DISPUTE] + sums[Kind.DISPUTE_WON] == -900
    assert len({entry.key for entry in known}) == len(known)


@given(st.lists(st.sampled_from(LOOKS), max_size=40))
def test_looking_again_books_nothing_and_no_row_is_ever_changed(looks):
    once = booked(looks)
    assert booked([*looks, *looks])[: len(once)] == once
    assert sum(e.amount_cents for e in booked([*looks, *looks])) == sum(
        e.amount_cents for e in once
    )


MONTHLY = Recurring(Status.ACTIVE, 2900, "usd", "month")


@pytest.mark.parametrize(
    ("one", "cents"),
    [
        (MONTHLY, {"usd": 2900}),
        (dataclasses.replace(MONTHLY, seats=3), {"usd": 8700}),
        (dataclasses.replace(MONTHLY, interval="year", amount_cents=29000), {"usd": 2417}),
        (dataclasses.replace(MONTHLY, interval="year", amount_cents=6), {"usd": 1}),
        (dataclasses.replace(MONTHLY, interval="year", amount_cents=5), {"usd": 0}),
        (dataclasses.replace(MONTHLY, status=Status.PAST_DUE), {"usd": 2900}),
        (dataclasses.replace(MONTHLY, status=Status.TRIALING), {}),
        (dataclasses.replace(MONTHLY, status=Status.UNPAID), {}),
        (dataclasses.replace(MONTHLY, status=Status.PAUSED), {}),
        (dataclasses.replace(MONTHLY, status=Status.CANCELED), {}),
        (dataclasses.replace(MONTHLY, currency=None), {}),
        (dataclasses.replace(MONTHLY, interval="week"), {}),
    ],
)
def test_what_counts_as_monthly_revenue(one, cents):
    assert movements.monthly([one]) == cents


def test_currencies_are_never_added_up():
    euros = dataclasses.replace(MONTHLY, currency="eur")
    assert movements.monthly([MONTHLY, euros, euros]) == {"usd": 2900, "eur": 5800}


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=20))
def test_movements_add_up_to_what_is_paid_now_and_name_each_step(levels):
    total, ever, kinds = 0, False, []
    for level in levels:
        before, after = ({"usd": total} if total else {}), ({"usd": level} if level else {})
        moved = movements.between(before, after, ever=frozenset({"usd"} if ever else ()))
        total += sum(m.delta_cents for m in moved)
        ever = ever or level > 0
        kinds += [m.kind for m in moved]
    assert total == (levels[-1] if levels else 0)
    assert kinds.count(movements.Kind.NEW) == (1 if any(levels) else 0)
    assert kinds.count(movements.Kind.REACTIVATION) <= kinds.count(movements.Kind.CHURN)


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def rows(table, tenant):
    with snapshot() as session:
        return list(session.exec(select(table).where(table.workspace_id == tenant.id)))


def moved(tenant) -> list[tuple[str, int]]:
    return [(row.kind, row.delta_cents) for row in rows(MrrMovement, tenant)]


@pytest.mark.db
def test_a_trial_earns_nothing_and_its_first_payment_is_booked_once(ada, stripe_world):
    assert rows(RevenueEntry, ada) == []
    assert moved(ada) == []
    advance(stripe_world, "15d")
    events = happened(stripe_world)
    deliver_all(stripe_world)
    sync.workspace(ada.id)
    assert len(events) > 5
    (entry,) = rows(RevenueEntry, ada)
    assert (entry.kind, entry.amount_cents, entry.currency) == ("payment", 2900, "usd")
    assert entry.invoice in {i.stripe_id for i in invoices_of(ada) if i.total_cents}
    assert moved(ada) == [("new", 2900)]


@pytest.mark.db
def test_who_leaves_and_comes_back_is_churn_and_reactivation(ada, stripe_world):
    advance(stripe_world, "15d")
    sync.workspace(ada.id)
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    sync.workspace(ada.id)
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="year")
    stripe_world.complete_checkout(started.session_id, "4242424242424242")
    checkout.finish(started.session_id, ada.workspace)
    assert moved(ada) == [("new", 2900), ("churn", -2900), ("reactivation", 2417)]
    with snapshot() as session:
        (figures,) = report.between(session, START, clock.now() + timedelta(days=1))
        assert [e.amount_cents for e in book.entries(session, ada.id)] == [2900, 29000]
    assert figures.net_cents == 31900
    assert figures.mrr_cents == 2417
    assert figures.movements == {"new": 2900, "churn": -2900, "reactivation": 2417}


@pytest.mark.db
def test_a_customer_that_vanished_at_stripe_is_churn(ada, stripe_world):
    advance(stripe_world, "15d")
    sync.workspace(ada.id)
    client.made().v1.customers.delete(customer_of(ada).stripe_id)
    sync.workspace(ada.id)
    assert moved(ada) == [("new", 2900), ("churn", -2900)]
    assert len(rows(RevenueEntry, ada)) == 1


@pytest.mark.db
def test_sums_beyond_two_thousand_million_are_kept_to_the_cent(ada, stripe_world):
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    much = 7_000_000_011
    state = gateway.current().state(customer_of(ada).stripe_id)
    state = dataclasses.replace(
        state,
        invoices=tuple(
            dataclasses.replace(each, total_cents=much, due_cents=much, paid_cents=much)
            for each in state.invoices
        ),
        subscriptions=tuple(
            dataclasses.replace(each, amount_cents=much, seats=3) for each in state.subscriptions
        ),
    )
    with transaction() as session:
        mirror.write(session, session.get_one(Customer, ada.id), state, now=clock.now())
    assert {row.paid_cents for row in invoices_of(ada)} == {much}
    with snapshot() as session:
        [figures] = report.between(session, START, clock.now() + timedelta(days=1))
    assert figures.net_cents == len(state.invoices) * much
    assert figures.mrr_cents == 3 * much
