"""Rows of the acceptance matrix that no single verb owns: trials, first payments, the one currency."""

import pytest

from saas_app.billing import checkout
from saas_app.billing.errors import OtherCurrency
from saas_app.billing.models import Customer
from saas_app.billing.stripe import client
from saas_app.core.db import transaction
from saas_app.core.money import written
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver_all,
    invoices_of,
    new_tenant,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


def started(tenant, interval="month"):
    return checkout.start(tenant.workspace, tenant.owner, plan="pro", interval=interval)


def price_id() -> str:
    keys = {"lookup_keys": ["tidemark_pro_month_v1"]}
    return client.made().v1.prices.list(keys).data[0].id


def first_payment_waits_for_the_bank(tenant) -> str:
    """A subscription whose 3-D Secure nobody completed, as a tab that was closed leaves it."""
    started(tenant)
    stripe = client.made().v1
    customer = customer_of(tenant).stripe_id
    method = stripe.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer})
    made = stripe.subscriptions.create(
        {
            "customer": customer,
            "items": [{"price": price_id()}],
            "default_payment_method": method.id,
            "metadata": {"workspace": tenant.workspace.key},
        }
    )
    sync.workspace(tenant.id)
    return made.id


def test_row_16_a_first_payment_that_was_never_made_gives_nothing(stripe_world):
    ada = new_tenant()
    first_payment_waits_for_the_bank(ada)
    assert [row.status for row in subscriptions_of(ada)] == ["incomplete"]
    assert access_of(ada).plan == "free"
    advance(stripe_world, "24h")
    deliver_all(stripe_world)
    assert [row.status for row in subscriptions_of(ada)] == ["incomplete_expired"]
    assert access_of(ada).plan == "free"
    assert told(ada.owner) == []


@pytest.mark.parametrize("after", ["1h", "24h"])
def test_row_16_it_stands_in_nobodys_way_before_or_after_it_expired(stripe_world, after):
    ada = new_tenant()
    first_payment_waits_for_the_bank(ada)
    advance(stripe_world, after)
    deliver_all(stripe_world)
    stripe_world.complete_checkout(started(ada, "year").session_id)
    deliver_all(stripe_world)
    assert access_of(ada).plan == "pro"
    assert "active" in {row.status for row in subscriptions_of(ada)}


def test_row_07_an_attempt_that_was_never_paid_uses_up_no_trial(stripe_world):
    """Only a trial that began counts; but whoever has any history buys without one."""
    ada = new_tenant()
    first_payment_waits_for_the_bank(ada)
    assert customer_of(ada).trial_used_at is None


def test_row_07_the_trial_of_a_plan_one_left_is_used_for_every_plan(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    sync.workspace(ada.id)
    page = client.made().v1.checkout.sessions.retrieve(started(ada, "year").session_id)
    assert page.amount_total == 29000
    assert customer_of(ada).trial_used_at is not None


def test_row_08_a_card_that_cannot_pay_when_the_trial_ends_leaves_the_grace(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada, card="4000000000000341")
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    assert [row.status for row in subscriptions_of(ada)] == ["past_due"]
    assert access_of(ada).plan == "pro"
    assert told(ada.owner)[-1] == "billing.payment_failed"


def test_row_08_a_card_that_pays_makes_the_trial_the_plan(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    assert [row.status for row in subscriptions_of(ada)] == ["active"]
    assert max(invoice.total_cents for invoice in invoices_of(ada)) == 2900
    assert told(ada.owner)[-1] == "billing.trial_converted"


def test_row_21_a_workspace_pays_in_one_currency_for_ever(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    assert customer_of(ada).currency == "usd"
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    with transaction() as session:
        row = session.get_one(Customer, ada.id)
        row.currency = "eur"  # as if the first purchase had been on a price list in euros
        session.add(row)
    with pytest.raises(OtherCurrency) as refused:
        started(ada)
    assert "EUR" in refused.value.message
    assert "Nothing was charged" in refused.value.message


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (129_000, "usd", "$1,290.00"),
        (-999, "eur", "-€9.99"),
        (500, "jpy", "JPY 500"),
        (1_234_560, "kwd", "KWD 1,234.560"),
        (-5, "bhd", "-BHD 0.005"),
    ],
)
def test_row_21_amounts_are_written_with_as_many_decimals_as_the_currency_has(
    cents, currency, words
):
    assert written(cents, currency) == words
