"""Pausing and waking: nothing is charged while it rests, unused time is credit, and it ends by itself."""

import pytest

from saas_app.billing import checkout, offer, pausing, publication
from saas_app.billing.errors import CannotPause, NoSubscription
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.plans import catalogue as plans
from tests.billing.test_catalogues import CATALOGUES
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


@pytest.fixture
def shop(stripe_world, monkeypatch):
    """Pro may rest for thirty days, Elite may not."""
    text = (CATALOGUES / "binance-dashboard.toml").read_text()
    ours = plans.load(
        text.replace("promotion_codes = true", "promotion_codes = true\npause_days = 30", 1)
    )
    monkeypatch.setattr(offer, "catalogue", lambda: ours)
    publication.apply()
    return stripe_world


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


def paused(tenant):
    return pausing.pause(tenant.workspace, tenant.owner)


def woken(tenant):
    return pausing.wake(tenant.workspace, tenant.owner)


def until(tenant):
    with snapshot() as session:
        return pausing.resting_until(session, tenant.id)


def balance(tenant) -> int:
    return client.made().v1.customers.retrieve(customer_of(tenant).stripe_id).balance


def test_a_pause_rests_the_plan_and_turns_unused_time_into_credit(ada, shop):
    advance(shop, "10d")
    paused(ada)
    (row,) = subscriptions_of(ada)
    assert (row.status, row.pause_reason) == ("paused", "pause_requested")
    assert access_of(ada).plan == "free"
    assert -999 < balance(ada) < -500
    assert 29 <= (until(ada) - clock.now()).days <= 30
    assert told(ada.owner)[-1] == "billing.pause_began"


def test_while_it_rests_nothing_is_charged(ada, shop):
    paused(ada)
    before = len(invoices_of(ada))
    advance(shop, "20d")
    deliver_all(shop)
    assert len(invoices_of(ada)) == before
    assert subscriptions_of(ada)[0].status == "paused"


def test_asking_twice_pauses_once(ada):
    paused(ada)
    paused(ada)
    assert told(ada.owner).count("billing.pause_began") == 1


def test_waking_begins_a_new_period_and_uses_the_credit_first(ada, shop):
    advance(shop, "10d")
    paused(ada)
    credit = -balance(ada)
    advance(shop, "5d")
    written, pay_url = woken(ada)
    assert (written.current.status, pay_url) == ("active", None)
    newest = max(invoices_of(ada), key=lambda invoice: (invoice.created_at, invoice.id))
    assert (newest.total_cents, newest.paid_cents) == (999, 999 - credit)
    assert access_of(ada).plan == "pro"
    assert until(ada) is None
    assert told(ada.owner)[-1] == "billing.woken"


def test_a_card_that_does_not_pay_goes_on_resting_and_says_where_to_pay(ada, shop):
    paused(ada)
    advance(shop, "5d")
    client.made().v1.customers.update(customer_of(ada).stripe_id, {"balance": 0})
    shop.fault(fail_next_payment=1)
    written, pay_url = woken(ada)
    assert written.current.status == "paused"
    assert "/i/in_" in pay_url
    assert access_of(ada).plan == "free"
    assert until(ada) is not None


def test_after_as_long_as_the_plan_allows_it_wakes_by_itself(ada, shop):
    paused(ada)
    advance(shop, "29d")
    assert pausing.wake_due(clock.now()) == 0
    advance(shop, "2d")
    assert pausing.wake_due(clock.now()) == 1
    assert subscriptions_of(ada)[0].status == "active"
    assert pausing.wake_due(clock.now()) == 0


def test_a_pause_that_was_ended_elsewhere_is_put_away(ada, shop):
    paused(ada)
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    advance(shop, "31d")
    pausing.wake_due(clock.now())
    assert until(ada) is None


def test_what_may_not_rest_says_so(shop):
    ben = new_tenant("ben")
    with pytest.raises(NoSubscription):
        paused(ben)
    buy_elite(shop, ben)
    with pytest.raises(CannotPause):
        paused(ben)
    assert access_of(ben).plan == "elite"


def test_what_does_not_rest_cannot_be_woken(ada):
    with pytest.raises(NoSubscription):
        woken(ada)


def buy_elite(shop, tenant):
    page = checkout.start(tenant.workspace, tenant.owner, plan="elite", interval="month")
    shop.complete_checkout(page.session_id)
    checkout.finish(page.session_id, tenant.workspace)
