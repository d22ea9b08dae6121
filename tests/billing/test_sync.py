from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from saas_app.billing import checkout
from saas_app.billing import sync as billing_sync
from saas_app.billing.stripe import client
from saas_app.billing.sync import NoFollower
from saas_app.core import clock
from saas_app.core.errors import Unavailable
from saas_app.entitlements import refresh, sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver,
    deliver_all,
    event_body,
    happened,
    invoices_of,
    new_tenant,
    new_user,
    received,
    reloaded,
    stored_events,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
FAILS_LATER = "4000000000000341"


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


@pytest.fixture
def owing(stripe_world):
    """Ada, whose first payment after the trial failed."""
    tenant = new_tenant()
    buy(stripe_world, tenant, card=FAILS_LATER)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    return tenant


def subscription_at_stripe(tenant) -> str:
    return subscriptions_of(tenant)[0].stripe_id


def test_syncing_twice_changes_nothing_the_second_time(ada):
    written = sync.workspace(ada.id)
    assert written.changes == ()
    assert told(ada.owner) == ["billing.trial_started"]


def test_a_trial_becomes_paid_and_the_invoice_is_there(ada, stripe_world):
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    assert [s.status for s in subscriptions_of(ada)] == ["active"]
    assert sorted(i.total_cents for i in invoices_of(ada)) == [0, 2900]
    assert all(i.number and i.hosted_url for i in invoices_of(ada))
    # That the trial would end soon is no news any more: only what is true is told.
    assert told(ada.owner) == ["billing.trial_started", "billing.trial_converted"]
    assert reloaded(ada.owner).trial_end_date is None


def test_the_end_of_the_trial_is_announced_once_though_our_clock_lags(ada, stripe_world):
    stripe_world.advance("265h")  # and ours is not told
    deliver_all(stripe_world)
    deliver_all(stripe_world)
    assert told(ada.owner) == ["billing.trial_started", "billing.trial_ending"]


def test_row_15_a_failed_payment_keeps_the_plan_for_the_grace_and_not_a_second_longer(owing):
    (row,) = subscriptions_of(owing)
    assert row.status == "past_due"
    until = row.past_due_since_at + timedelta(days=7)
    assert access_of(owing, at=until - timedelta(seconds=1)).plan == "pro"
    assert access_of(owing, at=until).plan == "free"
    assert access_of(owing).grace_until == until
    assert "billing.payment_failed" in told(owing.owner)


def test_grace_counts_from_the_failure_not_from_when_we_heard_of_it(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant, card=FAILS_LATER)
    advance(stripe_world, "14d")
    advance(stripe_world, "1d")  # a day of lost webhooks
    sync.workspace(tenant.id)
    (row,) = subscriptions_of(tenant)
    assert row.status == "past_due"
    assert row.past_due_since_at < clock.now() - timedelta(hours=20)


def test_grace_that_runs_out_by_itself_reaches_the_columns_once(owing):
    until = access_of(owing).grace_until
    assert reloaded(owing.owner).plan_type == "pro"
    assert refresh.refresh_lapsed(until - timedelta(seconds=1)) == 0
    assert refresh.refresh_lapsed(until) == 1
    assert refresh.refresh_lapsed(until) == 0
    assert reloaded(owing.owner).plan_type == "free"
    assert told(owing.owner).count("billing.lapsed") == 1


def test_row_15_a_payment_that_arrives_opens_everything_again(owing, stripe_world):
    refresh.refresh_lapsed(access_of(owing).grace_until)
    stripe = client.made()
    method = stripe.v1.payment_methods.attach(
        "pm_card_visa", {"customer": customer_of(owing).stripe_id}
    )
    owed = next(i for i in invoices_of(owing) if i.status == "open")
    stripe.v1.invoices.pay(owed.stripe_id, {"payment_method": method.id})
    deliver_all(stripe_world)
    assert access_of(owing).plan == "pro"
    assert reloaded(owing.owner).plan_type == "pro"
    assert subscriptions_of(owing)[0].past_due_since_at is None
    assert told(owing.owner)[-1] == "billing.recovered"


def test_row_15_when_every_retry_failed_it_ends_in_free(owing, stripe_world):
    advance(stripe_world, "40d")
    deliver_all(stripe_world)
    assert subscriptions_of(owing)[0].status in {"canceled", "unpaid"}
    assert access_of(owing).plan == "free"


@pytest.mark.parametrize("heard", ["event", "sync"])
def test_row_18_a_customer_deleted_at_stripe_is_free_and_forgotten(ada, stripe_world, heard):
    client.made().v1.customers.delete(customer_of(ada).stripe_id)
    deliver_all(stripe_world) if heard == "event" else sync.workspace(ada.id)
    assert customer_of(ada).stripe_id is None
    assert access_of(ada).plan == "free"
    assert [s.status for s in subscriptions_of(ada)] == ["canceled"]
    assert sync.workspace(ada.id).changes == ()  # and again is no crash


def test_a_sandbox_that_forgot_everything_leaves_people_on_free(ada, stripe_world):
    stripe_world.reset()
    sync.workspace(ada.id)
    assert customer_of(ada).stripe_id is None
    assert access_of(ada).plan == "free"


def test_row_18_events_of_a_deleted_customer_come_late_and_do_nothing(ada, stripe_world):
    gone = customer_of(ada).stripe_id
    client.made().v1.customers.delete(gone)
    sync.workspace(ada.id)
    received(event_body(gone, event_id="evt_late"))
    deliver_all(stripe_world)
    assert stored_events()["evt_late"].status == "ignored"
    assert access_of(ada).plan == "free"


def test_an_unknown_price_keeps_the_plan_and_tells_staff_once(ada, stripe_world):
    sam = new_user("sam", is_staff=True)
    stripe = client.made()
    product = stripe.v1.products.create({"name": "A special deal"})
    price = stripe.v1.prices.create(
        {
            "product": product.id,
            "currency": "usd",
            "unit_amount": 1000,
            "recurring": {"interval": "month"},
        }
    )
    running = stripe.v1.subscriptions.retrieve(subscription_at_stripe(ada))
    stripe.v1.subscriptions.update(
        running.id, {"items": [{"id": running.items.data[0].id, "price": price.id}]}
    )
    sync.workspace(ada.id)
    sync.workspace(ada.id)
    assert access_of(ada).plan == "pro"
    assert access_of(ada).alerts
    assert told(sam) == ["billing.unknown_price"]


def test_who_pays_a_price_that_moved_on_keeps_its_plan(ada):
    """A raised price takes the lookup key away; the customers stay behind with the old one."""
    stripe = client.made()
    stripe.v1.prices.create(
        {
            "product": stripe.v1.prices.list({"lookup_keys": ["tidemark_pro_month_v1"]})
            .data[0]
            .product,
            "currency": "usd",
            "unit_amount": 3900,
            "recurring": {"interval": "month"},
            "lookup_key": "tidemark_pro_month_v1",
            "transfer_lookup_key": True,
        }
    )
    written = sync.workspace(ada.id)
    assert written.alerts == ()
    assert subscriptions_of(ada)[0].price == "tidemark_pro_month_v1"
    assert subscriptions_of(ada)[0].amount_cents == 2900


def test_without_stripe_nothing_is_written_and_the_lease_is_free_again(ada, stripe_world):
    stripe_world.fault(api_down=20)
    try:
        with pytest.raises(Unavailable):
            sync.workspace(ada.id)
    finally:
        stripe_world.fault(clear=True)
    assert access_of(ada).plan == "pro"
    assert sync.workspace(ada.id, wait=0).changes == ()


def test_row_22_keys_of_the_other_mode_leave_the_mirror_alone(ada, configured):
    configured.stripe_secret_key = type(configured.stripe_secret_key)("sk_live_other")
    assert sync.workspace(ada.id).changes == ()
    assert access_of(ada).plan == "pro"


def test_it_refuses_to_run_before_entitlements_are_wired(ada):
    billing_sync.install(None)
    with pytest.raises(NoFollower):
        billing_sync.workspace(ada.id)


def test_row_24_events_in_an_old_version_bring_the_right_period_and_a_warning(stripe_world):
    tenant = new_tenant()
    started = checkout.start(tenant.workspace, tenant.owner, plan="pro", interval="month")
    stripe_world.complete_checkout(started.session_id, "4242424242424242")
    old = [{**event, "api_version": "2024-06-20"} for event in happened(stripe_world)]
    for event in old:
        event["data"]["object"].pop("items", None)  # where the periods are nowadays
    with capture_logs() as logs:
        deliver(old)
    (row,) = subscriptions_of(tenant)
    assert row.current_period_end_at == row.trial_end_at is not None
    assert access_of(tenant).plan == "pro"
    assert "inbox.other_version" in {line["event"] for line in logs}
