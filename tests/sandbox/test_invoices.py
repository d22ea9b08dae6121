"""Invoices by hand, by transfer, on their page with the bank's consent, and overdue."""

from typing import Any

import httpx
import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def by_transfer(shop: Shop, days: int = 14) -> Any:
    return shop.subscribe(
        shop.price().id, None, collection_method="send_invoice", days_until_due=days
    )


def test_a_subscription_by_transfer_is_active_and_its_invoice_sent(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscription(by_transfer(shop).id)
    invoice = subscription.latest_invoice

    assert (subscription.status, invoice.status) == ("active", "open")
    assert invoice.due_date == pytest.approx(sandbox.now() + 14 * DAY, abs=3)
    assert "invoice.sent" in shop.event_types()


def test_an_unpaid_transfer_is_overdue_on_its_day_and_good_again_when_paid(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = by_transfer(shop, 5)
    sandbox.advance("5d")
    late = shop.subscription(subscription.id)
    assert late.status == "past_due"
    assert "invoice.overdue" in shop.event_types()
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as browser:
        browser.post(f"/i/{late.latest_invoice.id}", data={"card": "4242424242424242"})

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("active", "paid")


def test_a_transfer_needs_its_days(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="days_until_due"):
        shop.subscribe(shop.price().id, None, collection_method="send_invoice")


def test_an_invoice_is_made_filled_sent_and_paid_by_hand(shop: Shop) -> None:
    customer = shop.customer()
    invoice = shop.v1.invoices.create(
        {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 7}
    )
    shop.v1.invoice_items.create(
        {
            "customer": customer.id,
            "invoice": invoice.id,
            "amount": 5000,
            "currency": "usd",
            "description": "Set-up",
        }
    )
    sent = shop.v1.invoices.send_invoice(invoice.id)
    assert (sent.status, sent.total, sent.billing_reason) == ("open", 5000, "manual")
    paid = shop.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})

    assert paid.status == "paid"
    assert [line.description for line in paid.lines.data] == ["Set-up"]


def test_what_waits_is_billed_with_the_next_invoice(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.invoice_items.create(
        {"customer": subscription.customer, "amount": 700, "currency": "usd"}
    )
    assert len(shop.v1.invoice_items.list({"pending": True}).data) == 1
    preview = shop.v1.invoices.create_preview({"subscription": subscription.id})
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    assert shop.subscription(subscription.id).latest_invoice.total == preview.total == 3600
    assert not shop.v1.invoice_items.list({"pending": True}).data


def test_a_draft_takes_waiting_items_prices_and_discounts_and_can_be_deleted(shop: Shop) -> None:
    customer = shop.customer()
    product = shop.v1.products.create({"name": "Workshop"})
    price = shop.v1.prices.create({"product": product.id, "currency": "usd", "unit_amount": 1000})
    pricing: Any = {"price": price.id}
    item = shop.v1.invoice_items.create(
        {"customer": customer.id, "pricing": pricing, "quantity": 3}
    )
    coupon = shop.v1.coupons.create({"percent_off": 10})
    invoice = shop.v1.invoices.create(
        {
            "customer": customer.id,
            "pending_invoice_items_behavior": "include",
            "discounts": [{"coupon": coupon.id}],
        }
    )
    assert (invoice.subtotal, invoice.total, invoice.auto_advance) == (3000, 2700, False)
    shop.v1.invoice_items.update(item.id, {"quantity": 2})
    assert shop.v1.invoices.retrieve(invoice.id).total == 1800
    shop.v1.invoices.delete(invoice.id)

    assert shop.v1.invoice_items.retrieve(item.id).invoice is None
    shop.v1.invoice_items.delete(item.id)
    assert not shop.v1.invoice_items.list({"customer": customer.id}).data


def test_what_is_final_is_not_edited(shop: Shop) -> None:
    customer = shop.customer("pm_card_visa")
    invoice = shop.v1.invoices.create({"customer": customer.id})
    added: Any = {"customer": customer.id, "invoice": invoice.id, "amount": 500}
    item = shop.v1.invoice_items.create(added)
    shop.v1.invoices.finalize_invoice(invoice.id)

    with pytest.raises(stripe.InvalidRequestError, match="draft"):
        shop.v1.invoice_items.delete(item.id)
    with pytest.raises(stripe.InvalidRequestError, match="draft"):
        shop.v1.invoice_items.create(added)
    with pytest.raises(stripe.InvalidRequestError, match="only delete draft"):
        shop.v1.invoices.delete(invoice.id)
    assert shop.v1.invoices.pay(invoice.id).amount_paid == 500


def test_an_invoice_of_its_own_goes_on_by_itself_after_an_hour(
    shop: Shop, sandbox: Sandbox
) -> None:
    customer = shop.customer("pm_card_visa")
    invoice = shop.v1.invoices.create({"customer": customer.id, "auto_advance": True})
    shop.v1.invoice_items.create({"customer": customer.id, "invoice": invoice.id, "amount": 500})
    sandbox.advance("59m")
    assert shop.v1.invoices.retrieve(invoice.id).status == "draft"
    sandbox.advance("1m")

    assert shop.v1.invoices.retrieve(invoice.id).status == "paid"


def test_only_a_transfer_is_sent(shop: Shop) -> None:
    invoice = shop.v1.invoices.create({"customer": shop.customer().id})

    with pytest.raises(stripe.InvalidRequestError, match="collection method is 'send_invoice'"):
        shop.v1.invoices.send_invoice(invoice.id)


def test_written_off_it_can_still_be_paid(shop: Shop) -> None:
    subscription = shop.subscription(by_transfer(shop).id)
    written_off = shop.v1.invoices.mark_uncollectible(subscription.latest_invoice.id)
    assert written_off.status == "uncollectible"
    method = shop.give_card(subscription.customer, "pm_card_visa")

    paid = shop.v1.invoices.pay(written_off.id, {"payment_method": method})
    assert paid.status == "paid"


def test_a_renewal_that_needs_the_bank_recovers_on_its_page(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.give_card(subscription.customer, "pm_card_authenticationRequired")
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)
    owed = shop.subscription(subscription.id)
    assert (owed.status, owed.latest_invoice.status) == ("past_due", "open")
    assert "invoice.payment_action_required" in shop.event_types()
    with httpx.Client(trust_env=False) as browser:
        url = owed.latest_invoice.hosted_invoice_url
        asked = browser.post(url, data={"card": "4000002760003184"})
        assert "Is this you?" in asked.text
        browser.post(url, data={"card": "4000002760003184", "answer": "complete"})

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("active", "paid")


def test_the_bank_can_also_be_answered_for_the_payment_itself(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.give_card(subscription.customer, "pm_card_authenticationRequired")
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)
    intent = shop.v1.payment_intents.list({"customer": subscription.customer}).data[0]
    assert intent.status == "requires_action"
    sandbox.post(f"/intents/{intent.id}/authenticate")

    assert shop.subscription(subscription.id).status == "active"
