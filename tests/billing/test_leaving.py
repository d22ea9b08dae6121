"""Whoever closes an account is not charged again, and is nobody's customer in the end."""

from datetime import timedelta

import pytest

from saas_app import wiring
from saas_app.accounts.own_data import deletion
from saas_app.billing import gateway
from saas_app.billing.models import Customer
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from tests.support.billing_world import (
    buy,
    invoices_of,
    new_tenant,
    reloaded,
    subscriptions_of,
)

pytestmark = pytest.mark.db


@pytest.fixture
def ada(stripe_world):
    for holder in wiring._HOLDERS:
        holder.install()
    ada = new_tenant()
    buy(stripe_world, ada)
    return ada


def wishes(tenant):
    with transaction() as session:
        deletion.request(session, tenant.owner.id)
    deletion.follow(tenant.owner.id)


def two_weeks_later():
    clock.set_lead(timedelta(days=14))
    return clock.now()


def customer_of(tenant):
    with snapshot() as session:
        return session.get(Customer, tenant.id)


def test_the_wish_alone_stops_the_next_charge_and_takes_nothing_away(ada):
    wishes(ada)
    (subscription,) = subscriptions_of(ada)
    assert subscription.cancel_at_period_end is True
    assert subscription.status == "trialing"


def test_the_plan_ends_and_the_customer_goes_before_anything_is_erased(ada):
    stripe_id = customer_of(ada).stripe_id
    wishes(ada)
    assert deletion.carry_out_due(two_weeks_later()) == 1
    assert gateway.current().state(stripe_id) is None
    assert [one.status for one in subscriptions_of(ada)] == ["canceled"]
    left = customer_of(ada)
    assert (left.email, left.name, left.stripe_id) == ("", "", None)


def test_invoices_stay(ada):
    before = [row.stripe_id for row in invoices_of(ada)]
    assert before
    wishes(ada)
    deletion.carry_out_due(two_weeks_later())
    assert [row.stripe_id for row in invoices_of(ada)] == before


def test_with_stripe_away_nothing_is_erased_and_the_next_turn_does_it(ada, monkeypatch):
    wishes(ada)
    now = two_weeks_later()

    def away(_customer):
        raise Unavailable("Stripe does not answer.")

    with monkeypatch.context() as while_away:
        while_away.setattr(gateway.current(), "delete_customer", away)
        assert deletion.carry_out_due(now) == 0
        assert reloaded(ada.owner).email == "ada@example.com"
    assert deletion.carry_out_due(now) == 1
    assert reloaded(ada.owner).erased_at is not None


def test_somebody_who_never_paid_is_no_trouble(ada):
    eve = new_tenant("eve")
    wishes(eve)
    assert deletion.carry_out_due(two_weeks_later()) == 1
