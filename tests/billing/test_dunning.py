"""Money that does not come: what is told when, how long all stays open, how it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from saas_app.billing import dunning
from saas_app.billing.dunning import Debt, Moment, Step
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import refresh, sync
from saas_app.notifications.models import Mail, Notification
from saas_app.workspaces.models import Workspace
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver_all,
    happened,
    invoices_of,
    new_tenant,
    subscriptions_of,
    told,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
GRACE = timedelta(days=7)
DAY = timedelta(days=1)
FAILS_LATER = "4000000000000341"
ASKS_BANK_EVERY_TIME = "4000002760003184"
OWED = Debt("in_1", 2900, "usd", attempts=1, next_attempt_at=START + 3 * DAY)


def steps(days: float, debt: Debt | None = OWED, **values) -> list[str]:
    moment = Moment(
        START,
        START + days * DAY,
        GRACE,
        debt,
        **{"first_seen": False, "unpaid": False, **values},
    )
    return [step.value for step, _ in dunning.steps(moment)]


ASKED = Debt("in_1", 2900, "usd", attempts=1, needs_bank=True)
TWICE = Debt("in_1", 2900, "usd", attempts=2)


@pytest.mark.parametrize(
    ("days", "values", "due"),
    [
        (0, {"first_seen": True}, [Step.PAYMENT_FAILED]),
        (0, {"first_seen": True, "debt": None}, [Step.PAYMENT_FAILED]),
        (0, {"first_seen": True, "debt": ASKED}, [Step.ACTION_REQUIRED]),
        (1, {}, []),
        (3, {"debt": TWICE}, [Step.RETRY_FAILED]),
        (3, {"debt": TWICE, "first_seen": True}, [Step.PAYMENT_FAILED]),
        (3, {"debt": ASKED}, [Step.ACTION_REQUIRED]),
        (5.99, {}, []),
        (6, {}, [Step.GRACE_ENDING]),
        (6.99, {}, [Step.GRACE_ENDING]),
        (7, {}, [Step.LAPSED]),
        (7, {"debt": TWICE}, [Step.LAPSED]),
        (7, {"debt": ASKED}, [Step.LAPSED]),
        (20, {}, [Step.LAPSED]),
        (1, {"unpaid": True}, [Step.LAPSED]),
    ],
)
def test_what_is_told_on_which_day(days, values, due):
    assert steps(days, **values) == due


@given(st.lists(st.floats(0, 30), min_size=1), st.integers(1, 4), st.booleans())
def test_each_step_has_one_name_however_often_one_looks(days, attempts, asks):
    debt = Debt("in_1", 2900, "usd", attempts=attempts, needs_bank=asks)
    names: dict[str, set[str]] = {}
    for day in days:
        moment = Moment(START, START + day * DAY, GRACE, debt, first_seen=False)
        for step, key in dunning.steps(moment):
            names.setdefault(step, set()).add(key)
    assert all(len(keys) == 1 for keys in names.values())


@pytest.fixture
def owing(stripe_world):
    """Ada, whose first payment after the trial failed."""
    return fallen_due(stripe_world, FAILS_LATER)


def fallen_due(stripe_world, card):
    tenant = new_tenant()
    buy(stripe_world, tenant, card=card)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    return tenant


def data_of(tenant, kind) -> dict:
    with snapshot() as session:
        rows = select(Notification).where(Notification.kind == kind)
        return session.exec(rows.where(Notification.user_id == tenant.owner.id)).one().data


def letters(kind_part: str) -> list[Mail]:
    with snapshot() as session:
        return [row for row in session.exec(select(Mail)) if kind_part in row.key]


def pay_with_a_good_card(tenant):
    stripe = client.made()
    method = stripe.v1.payment_methods.attach(
        "pm_card_visa", {"customer": customer_of(tenant).stripe_id}
    )
    owed = next(i for i in invoices_of(tenant) if i.status == "open")
    stripe.v1.invoices.pay(owed.stripe_id, {"payment_method": method.id})


@pytest.mark.db
def test_row_15_a_failed_payment_keeps_all_for_the_grace_then_ends_in_free_with_nothing_deleted(
    owing, stripe_world
):
    (row,) = subscriptions_of(owing)
    until = row.past_due_since_at + GRACE
    assert access_of(owing, at=until - timedelta(seconds=1)).plan == "pro"
    assert access_of(owing, at=until).plan == "free"
    assert "try again by ourselves on" in data_of(owing, "billing.payment_failed")["retry"]
    for day in range(20):
        advance(stripe_world, "1d")
        deliver_all(stripe_world)
        refresh.remind(clock.now())
        refresh.refresh_lapsed(clock.now())
        if day < 5:
            assert access_of(owing).plan == "pro"
    kinds = told(owing.owner)[1:]
    assert kinds == [
        "billing.payment_failed",
        "billing.retry_failed",
        "billing.grace_ending",
        "billing.lapsed",
        "billing.uncollected",
    ]
    assert access_of(owing).plan == "free"
    assert [s.status for s in subscriptions_of(owing)] == ["canceled"]
    with snapshot() as session:
        assert session.get(Workspace, owing.id).deleted_at is None


@pytest.mark.db
def test_row_15_a_payment_that_arrives_clears_everything_at_once(owing, stripe_world):
    advance(stripe_world, "8d")
    deliver_all(stripe_world)
    assert access_of(owing).plan == "free"
    pay_with_a_good_card(owing)
    deliver_all(stripe_world)
    assert access_of(owing).plan == "pro"
    assert subscriptions_of(owing)[0].past_due_since_at is None
    assert told(owing.owner)[-1] == "billing.recovered"
    assert refresh.remind(clock.now()) == 0


@pytest.mark.db
def test_row_30_a_bank_that_wants_the_customer_is_told_with_the_page_to_go_to(stripe_world):
    tenant = fallen_due(stripe_world, ASKS_BANK_EVERY_TIME)
    assert "invoice.payment_action_required" in {e["type"] for e in happened(stripe_world)}
    kinds = told(tenant.owner)
    assert kinds.count("billing.action_required") == 1
    assert "billing.payment_failed" not in kinds
    owed = next(i for i in invoices_of(tenant) if i.status == "open")
    assert data_of(tenant, "billing.action_required")["link"] == owed.hosted_url
    (letter,) = letters("billing.action_required")
    assert owed.hosted_url in letter.body
    assert access_of(tenant).plan == "pro"
    deliver_all(stripe_world)
    sync.workspace(tenant.id)
    assert told(tenant.owner) == kinds


@pytest.mark.db
def test_row_17_nobody_is_told_of_a_workspace_that_is_gone(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant, card=FAILS_LATER)
    before = told(tenant.owner)
    with transaction() as session:
        gone = session.get_one(Workspace, tenant.id)
        gone.deleted_at = clock.now()
        session.add(gone)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    refresh.remind(clock.now())
    assert told(tenant.owner) == before
    assert len(letters("billing.payment_failed")) == 0


@pytest.mark.db
@pytest.mark.parametrize("agrees", [True, False])
def test_row_30_the_banks_yes_clears_it_and_its_no_goes_on_as_a_failed_payment(
    stripe_world, agrees
):
    tenant = fallen_due(stripe_world, ASKS_BANK_EVERY_TIME)
    owed = next(i for i in invoices_of(tenant) if i.status == "open")
    stripe_world.post(f"/intents/{owed.payment}/authenticate", {} if agrees else {"fail": True})
    deliver_all(stripe_world)
    (row,) = subscriptions_of(tenant)
    assert row.status == ("active" if agrees else "past_due")
    assert access_of(tenant).plan == "pro"
    assert (told(tenant.owner)[-1] == "billing.recovered") is agrees
