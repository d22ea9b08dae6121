"""As other people's tests use Stripe: the plain SDK as documented, with nothing changed but `api_base`.

The first walk is the one of Stripe's guide to test clocks; it knows no verb of ours.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.webhook_receiver import Receiver

DAY, HOUR = 86_400, 3600
START = 1_767_225_600  # 1 January 2026, noon would do as well
SESSION = "http://localhost:4242/success?session_id={CHECKOUT_SESSION_ID}"


@pytest.fixture(autouse=True)
def pointed(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setattr(stripe, "api_key", "sk_test_51Anybody")
    monkeypatch.setattr(stripe, "api_base", sandbox.base_url)
    return sandbox


def advance(clock: stripe.test_helpers.TestClock, to: int) -> None:
    stripe.test_helpers.TestClock.advance(clock.id, frozen_time=to)
    until(lambda: stripe.test_helpers.TestClock.retrieve(clock.id).status == "ready")


def until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def pro(**more: Any) -> stripe.Price:
    asked: Any = {
        "currency": "usd",
        "unit_amount": 3000,
        "recurring": {"interval": "month"},
        "product_data": {"name": "Pro"},
        **more,
    }
    return stripe.Price.create(**asked)


def on_clock(clock: stripe.test_helpers.TestClock, card: str = "pm_card_visa") -> stripe.Customer:
    return stripe.Customer.create(
        email="jenny.rosen@example.com",
        test_clock=clock.id,
        payment_method=card,
        invoice_settings={"default_payment_method": card},
    )


def test_the_guide_to_test_clocks_from_trial_over_renewal_to_a_failed_payment() -> None:
    clock = stripe.test_helpers.TestClock.create(frozen_time=START, name="Monthly renewal")
    customer = on_clock(clock)
    subscription = stripe.Subscription.create(
        customer=customer.id, items=[{"price": pro().id}], trial_period_days=14
    )
    assert subscription.status == "trialing"

    advance(clock, START + 14 * DAY + 2 * HOUR)
    assert stripe.Subscription.retrieve(subscription.id).status == "active"
    paid = stripe.Invoice.list(subscription=subscription.id).data[0]
    assert (paid.status, paid.amount_paid, paid.billing_reason) == (
        "paid",
        3000,
        "subscription_cycle",
    )

    failing = stripe.PaymentMethod.attach("pm_card_chargeCustomerFail", customer=customer.id)
    stripe.Customer.modify(customer.id, invoice_settings={"default_payment_method": failing.id})
    advance(clock, START + 46 * DAY + 2 * HOUR)
    late = stripe.Subscription.retrieve(subscription.id, expand=["latest_invoice"])
    assert late.status == "past_due"
    assert late.latest_invoice.attempt_count == 1
    assert late.latest_invoice.next_payment_attempt

    advance(clock, START + 75 * DAY)
    ended = stripe.Subscription.retrieve(subscription.id)
    assert ended.status == "canceled"
    assert ended.cancellation_details.reason == "payment_failed"
    stripe.test_helpers.TestClock.delete(clock.id)
    assert stripe.Customer.retrieve(customer.id).deleted


def test_a_renewal_is_a_draft_for_about_an_hour() -> None:
    clock = stripe.test_helpers.TestClock.create(frozen_time=START)
    made = stripe.Subscription.create(customer=on_clock(clock).id, items=[{"price": pro().id}])
    advance(clock, made["items"].data[0].current_period_end + 60)
    draft = stripe.Invoice.retrieve(str(stripe.Subscription.retrieve(made.id).latest_invoice))
    assert (draft.status, draft.auto_advance) == ("draft", True)
    assert draft.automatically_finalizes_at - draft.created == HOUR

    advance(clock, draft.automatically_finalizes_at + 60)
    assert stripe.Invoice.retrieve(draft.id).status == "paid"


def test_a_first_payment_nobody_makes_expires_after_twenty_three_hours() -> None:
    clock = stripe.test_helpers.TestClock.create(frozen_time=START)
    made = stripe.Subscription.create(
        customer=on_clock(clock).id,
        items=[{"price": pro().id}],
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.confirmation_secret"],
    )
    assert made.status == "incomplete"
    assert made.latest_invoice.confirmation_secret.client_secret.startswith("pi_")
    advance(clock, START + 22 * HOUR)
    assert stripe.Subscription.retrieve(made.id).status == "incomplete"
    advance(clock, START + 23 * HOUR + 60)
    assert stripe.Subscription.retrieve(made.id).status == "incomplete_expired"
    assert stripe.Invoice.retrieve(made.latest_invoice.id).status == "void"


@pytest.mark.parametrize(
    ("token", "code", "decline"),
    [
        ("pm_card_visa", None, None),
        ("pm_card_mastercard", None, None),
        ("pm_card_amex", None, None),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_the_tokens_of_test_cards_do_what_their_page_says(
    token: str, code: str | None, decline: str | None
) -> None:
    customer = stripe.Customer.create(email="jenny.rosen@example.com")
    if code is None:
        assert stripe.PaymentMethod.attach(token, customer=customer.id).customer == customer.id
        return
    with pytest.raises(stripe.CardError) as refused:
        stripe.PaymentMethod.attach(token, customer=customer.id)
    assert refused.value.code == code
    assert refused.value.http_status == 402
    if decline:
        assert refused.value.error.decline_code == decline


def test_a_pricing_page_finds_its_prices_by_lookup_key() -> None:
    pro(lookup_key="pro_month")
    newer = pro(unit_amount=3500, lookup_key="pro_month", transfer_lookup_key=True)
    found = stripe.Price.list(lookup_keys=["pro_month"], expand=["data.product"])

    assert [(each.id, each.unit_amount) for each in found.data] == [(newer.id, 3500)]
    assert found.data[0].product.name == "Pro"


def test_the_quickstart_goes_from_checkout_to_portal_and_back(pointed: Sandbox) -> None:
    price = pro(lookup_key="pro_month")
    session = stripe.checkout.Session.create(
        mode="subscription", success_url=SESSION, line_items=[{"price": price.id, "quantity": 1}]
    )
    assert session.url.startswith(pointed.base_url)
    page = pointed.client.get(session.url)
    assert page.status_code == 200
    pointed.complete_checkout(session.id)
    done = stripe.checkout.Session.retrieve(session.id, expand=["subscription"])
    assert (done.status, done.payment_status) == ("complete", "paid")
    portal = stripe.billing_portal.Session.create(
        customer=done.customer, return_url="http://localhost:4242"
    )
    assert pointed.client.get(portal.url).status_code == 200
    stripe.Subscription.cancel(done.subscription.id)


def test_events_are_listed_by_kind_page_by_page_and_delivered_signed(
    receiver: Receiver, pointed: Sandbox
) -> None:
    endpoint = stripe.WebhookEndpoint.create(
        url=receiver.url, enabled_events=["customer.created", "invoice.paid"]
    )
    for place in range(3):
        stripe.Customer.create(name=f"Jenny {place}")
    found = stripe.Event.list(type="customer.*", limit=2).auto_paging_iter()
    assert [each.data.object.name for each in found] == ["Jenny 2", "Jenny 1", "Jenny 0"]
    stripe.Subscription.create(
        customer=on_clock(stripe.test_helpers.TestClock.create(frozen_time=START)).id,
        items=[{"price": pro().id}],
    )
    sent = receiver.wait_for(5)
    told = [
        stripe.Webhook.construct_event(each.body, each.signature, str(endpoint.secret))
        for each in sent
    ]
    assert sorted(each.type for each in told) == ["customer.created"] * 4 + ["invoice.paid"]
    assert stripe.Event.retrieve(told[0].id).id == told[0].id


def test_the_same_key_twice_is_one_charge_and_another_request_under_it_is_refused() -> None:
    first = stripe.Customer.create(name="Jenny", idempotency_key="jenny")
    again = stripe.Customer.create(name="Jenny", idempotency_key="jenny")
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        stripe.Customer.create(name="Rosen", idempotency_key="jenny")
