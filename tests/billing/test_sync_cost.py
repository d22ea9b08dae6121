"""What one sync asks for: of Stripe, whose patience is counted in requests, and of the database."""

import pytest

from saas_app.entitlements import sync
from tests.support.billing_world import advance, buy, deliver_all, invoices_of, new_tenant
from tests.support.counting import statements

pytestmark = pytest.mark.db

STATEMENTS = 28
LOOK = ["customers", "subscriptions", "invoices"]
MONEY = ["payment_intents", "payment_methods"]


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    deliver_all(stripe_world)
    return tenant


def what(path: str) -> str:
    """`/v1/customers/cus_1/payment_methods` is about payment methods, `/v1/customers/cus_1` about customers."""
    words = path.split("/")[2:]
    return words[-1] if len(words) != 2 else words[0]


def synced(tenant, heard) -> tuple[list[str], list[str]]:
    heard.clear()
    with statements() as asked:
        sync.workspace(tenant.id)
    return [what(each.path) for each in heard], asked


def test_a_trial_that_paid_nothing_yet_takes_four_requests(ada, heard):
    requests, asked = synced(ada, heard)
    assert requests == [*LOOK, "payment_methods"]
    assert len(asked) <= STATEMENTS


@pytest.mark.parametrize(("span", "invoices"), [("15d", 2), ("400d", 14)])
def test_a_paying_customer_takes_five_requests_however_many_invoices(
    ada, stripe_world, heard, span, invoices
):
    advance(stripe_world, span)
    deliver_all(stripe_world)
    assert len(invoices_of(ada)) == invoices
    requests, asked = synced(ada, heard)
    assert requests == [*LOOK, *MONEY]
    assert len(asked) <= STATEMENTS
