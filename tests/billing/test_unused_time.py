"""What is given back when somebody ends at once: by the second, never more than was paid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saas_app.billing import cancellation, publication
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.gateway import InvoiceFacts
from saas_app.billing.stripe import client
from saas_app.billing.takings import PaymentFacts, Takings
from saas_app.billing.unused_time import unused
from tests.support.billing_world import advance, buy, new_tenant, subscriptions_of

START = datetime(2026, 12, 1, tzinfo=UTC)
END = START + timedelta(days=30)
FIRST = InvoiceFacts(
    id="in_1", customer="cus_1", status="paid", total_cents=3000, due_cents=3000, paid_cents=3000,
    currency="usd", created_at=START, period_start_at=START, period_end_at=START,
)  # fmt: skip


def given_back(now, *invoices, refunded=0):
    takings = Takings(
        payments=tuple(
            PaymentFacts(f"pi_{each.id}", "succeeded", each.paid_cents, "usd", each.id, refunded)
            for each in invoices
        )
    )
    found = unused(invoices, takings, starts_at=START, ends_at=END, now=now)
    return [part.cents for part in found]


@pytest.mark.parametrize(
    ("day", "cents"), [(0, [3000]), (10, [2000]), (29.99, [1]), (30, []), (31, []), (-1, [])]
)
def test_as_much_as_is_left_of_the_period(day, cents):
    assert given_back(START + timedelta(days=day), FIRST) == cents


def test_an_upgrades_difference_is_given_back_by_its_own_share():
    """3000 for 30 days, and after ten days 2000 more for the other twenty: half of those is 2500."""
    more = replace(FIRST, id="in_2", created_at=START + timedelta(days=10), paid_cents=2000)
    assert given_back(START + timedelta(days=20), FIRST, more) == [1000, 1000]


def test_what_was_given_back_before_counts():
    assert given_back(START + timedelta(days=10), FIRST, refunded=500) == [1500]
    assert given_back(START + timedelta(days=10), FIRST, refunded=2500) == []


def test_the_period_before_is_used_up():
    assert given_back(START, replace(FIRST, created_at=START - timedelta(days=30))) == []


@pytest.fixture
def ada(stripe_world, configured):
    configured.catalog = "binance-dashboard"
    publication.apply()
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def refunds() -> list[int]:
    return sorted(each.amount for each in client.made().v1.refunds.list({"limit": 20}).data)


@pytest.mark.db
def test_ending_at_once_gives_the_unused_share_of_all_that_was_paid_back(ada, stripe_world):
    advance(stripe_world, "10d")
    quote = preview.quote(ada.workspace, plan="elite")
    confirm.confirm(ada.workspace, ada.owner, quote.key)
    advance(stripe_world, "10d")
    (row,) = subscriptions_of(ada)
    left = (row.current_period_end_at - row.current_period_start_at).days - 20
    cancellation.at_once(ada.workspace, ada.owner)
    assert subscriptions_of(ada)[0].status == "canceled"
    assert sum(refunds()) == pytest.approx(2999 * left / (left + 20), abs=3)


@pytest.mark.db
def test_where_the_catalogue_does_not_say_so_nothing_is_given_back(stripe_world, configured):
    configured.catalog = "signals"
    publication.apply()
    tenant = new_tenant()
    buy(stripe_world, tenant)
    advance(stripe_world, "15d")
    cancellation.at_once(tenant.workspace, tenant.owner)
    assert refunds() == []
