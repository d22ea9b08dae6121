"""Pausing a subscription or its collection, and lifting either."""

from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def test_a_pause_stops_billing_and_says_why(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    paused = shop.v1.subscriptions.pause(subscription.id)
    assert (paused.status, paused.status_details.paused.subscription.type) == (
        "paused",
        "pause_requested",
    )
    sandbox.advance("65d")

    assert len(shop.v1.invoices.list().data) == 1
    assert "customer.subscription.paused" in shop.event_types()


def test_unused_time_is_credited_when_the_next_period_is_billed(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price(3000).id)
    item = subscription.items.data[0]
    sandbox.move_to((item.current_period_start + item.current_period_end) // 2)
    shop.v1.subscriptions.pause(subscription.id)
    sandbox.advance("60d")
    resumed = shop.v1.subscriptions.resume(subscription.id)

    assert (resumed.status, resumed.status_details) == ("active", None)
    assert resumed.items.data[0].current_period_start == pytest.approx(sandbox.now(), abs=3)
    assert shop.subscription(subscription.id).latest_invoice.amount_paid == pytest.approx(
        1500, abs=2
    )
    assert "customer.subscription.resumed" in shop.event_types()


@pytest.mark.parametrize(
    ("since", "credit"), [("none", 0), ("item_current_period_start", 3000), ("now", 3000)]
)
def test_what_is_credited_can_be_chosen(shop: Shop, since: str, credit: int) -> None:
    subscription = shop.subscribe(shop.price(3000).id)
    shop.v1.subscriptions.pause(
        subscription.id,
        {"bill_for": {"unused_time_from": {"type": since}}, "invoicing_behavior": "invoice"},
    )

    balance = shop.v1.customers.retrieve(subscription.customer).balance
    assert -balance == pytest.approx(credit, abs=2)


def test_a_resumption_may_keep_the_old_rhythm(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price(3000).id)
    end = subscription.items.data[0].current_period_end
    sandbox.advance("5d")
    shop.v1.subscriptions.pause(subscription.id)
    sandbox.advance("5d")
    anchor: Any = {"type": "unchanged"}
    resumed = shop.v1.subscriptions.resume(subscription.id, {"billing_cycle_anchor": anchor})
    assert (resumed.status, resumed.items.data[0].current_period_end) == ("active", end)
    sandbox.move_to(end + HOUR)

    paused_share = 3000 * 5 * DAY / (end - subscription.items.data[0].current_period_start)
    paid = shop.subscription(subscription.id).latest_invoice.amount_paid
    assert paid == pytest.approx(3000 - paused_share, abs=3)


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("resume_on_payment_attempt", "past_due"), ("resume_on_payment_success", "paused")],
)
def test_a_failing_resumption_ends_as_was_asked(shop: Shop, behavior: str, status: str) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscriptions.pause(
        subscription.id, {"bill_for": {"unused_time_from": {"type": "none"}}}
    )
    shop.give_card(subscription.customer, "pm_card_chargeCustomerFail")
    shop.v1.subscriptions.resume(subscription.id, {"payment_behavior": behavior})
    assert shop.subscription(subscription.id).status == status
    shop.give_card(subscription.customer, "pm_card_visa")
    shop.v1.invoices.pay(shop.subscription(subscription.id).latest_invoice.id)

    assert shop.subscription(subscription.id).status == "active"


def test_a_resumption_nobody_tries_to_pay_lapses(shop: Shop, sandbox: Sandbox) -> None:
    settings: Any = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = shop.subscribe(
        shop.price().id, None, trial_period_days=1, trial_settings=settings
    )
    sandbox.advance("2d")
    found = shop.subscription(subscription.id)
    assert found.status_details.paused.subscription.type == "trial_end_without_payment_method"
    shop.v1.subscriptions.resume(subscription.id)
    sandbox.advance("23h")

    assert shop.subscription(subscription.id).status == "paused"
    assert "invoice.voided" in shop.event_types() or "invoice.payment_failed" in shop.event_types()


def test_a_scheduled_subscription_cannot_be_paused(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscription_schedules.create({"from_subscription": subscription.id})

    with pytest.raises(stripe.InvalidRequestError, match="attached to a schedule"):
        shop.v1.subscriptions.pause(subscription.id)


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible"), ("void", "void")],
)
def test_paused_collection_goes_on_without_money_until_its_date(
    shop: Shop, sandbox: Sandbox, behavior: str, status: str
) -> None:
    subscription = shop.subscribe(shop.price().id)
    end = subscription.items.data[0].current_period_end
    pause: Any = {"behavior": behavior, "resumes_at": end + 2 * DAY}
    after = shop.v1.subscriptions.update(subscription.id, {"pause_collection": pause})
    assert (after.status, after.pause_collection.behavior) == ("active", behavior)
    sandbox.move_to(end + HOUR)
    assert shop.subscription(subscription.id).latest_invoice.status == status
    sandbox.move_to(end + 2 * DAY)
    assert shop.subscription(subscription.id).pause_collection is None
    sandbox.advance("31d")

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("active", "paid")


def test_the_pause_of_collection_can_be_lifted_by_hand(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    pause: Any = {"behavior": "void"}
    shop.v1.subscriptions.update(subscription.id, {"pause_collection": pause})

    lifted = shop.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    assert lifted.pause_collection is None
