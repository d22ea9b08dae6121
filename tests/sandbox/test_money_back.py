"""Refunds, credit notes, disputes and the customer's balance."""

from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def bought(shop: Shop, card: str = "pm_card_visa") -> tuple[str, str, str]:
    """Someone who paid $29.00: the customer, the invoice, and the charge."""
    subscription = shop.subscribe(shop.price().id, card)
    invoice = shop.subscription(subscription.id).latest_invoice.id
    charge = shop.v1.charges.list({"customer": subscription.customer}).data[0]
    return subscription.customer, invoice, charge.id


def test_a_charge_is_given_back_in_parts_and_never_more_than_it_was(shop: Shop) -> None:
    _, _, charge = bought(shop)
    part = shop.v1.refunds.create({"charge": charge, "amount": 900})
    assert (part.amount, part.status) == (900, "succeeded")
    after = shop.v1.charges.retrieve(charge)
    assert (after.amount_refunded, after.refunded) == (900, False)
    with pytest.raises(stripe.InvalidRequestError, match=r"\$29.00\) is greater than .*\$20.00"):
        shop.v1.refunds.create({"charge": charge, "amount": 2900})
    rest = shop.v1.refunds.create({"charge": charge})

    assert rest.amount == 2000
    assert shop.v1.charges.retrieve(charge).refunded
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.refunds.create({"charge": charge})
    assert refusal.value.code == "charge_already_refunded"


def test_a_refund_by_payment_intent_leaves_the_invoice_paid_and_tells_of_it(shop: Shop) -> None:
    _, invoice, charge = bought(shop)
    payment = shop.v1.invoice_payments.list({"invoice": invoice}).data[0].payment
    refund = shop.v1.refunds.create(
        {"payment_intent": str(payment.payment_intent), "reason": "requested_by_customer"}
    )
    shop.v1.refunds.update(refund.id, {"metadata": {"ticket": "7"}})

    assert (refund.charge, refund.reason) == (charge, "requested_by_customer")
    assert shop.v1.invoices.retrieve(invoice).status == "paid"
    assert shop.event_types("charge.refunded", "refund.") == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
    ]
    shown = shop.v1.charges.retrieve(charge, {"expand": ["refunds"]})
    assert [each.id for each in shown.refunds.data] == [refund.id]
    assert [r.id for r in shop.v1.refunds.list({"charge": charge}).data] == [refund.id]


def test_what_was_never_paid_is_not_given_back(shop: Shop) -> None:
    subscription = shop.subscribe(
        shop.price().id, "pm_card_chargeCustomerFail", payment_behavior="allow_incomplete"
    )
    charge = shop.v1.charges.list({"customer": subscription.customer}).data[0]

    with pytest.raises(stripe.InvalidRequestError, match="did not succeed"):
        shop.v1.refunds.create({"charge": charge.id})


def test_a_credit_note_on_a_paid_invoice_refunds_or_credits(shop: Shop) -> None:
    customer, invoice, charge = bought(shop)
    note = shop.v1.credit_notes.create(
        {
            "invoice": invoice,
            "amount": 1000,
            "refund_amount": 600,
            "credit_amount": 400,
            "reason": "product_unsatisfactory",
        }
    )

    assert (note.type, note.post_payment_amount, note.number[-6:]) == (
        "post_payment",
        1000,
        "-CN-01",
    )
    assert note.refunds[0].amount_refunded == 600
    assert shop.v1.charges.retrieve(charge).amount_refunded == 600
    assert shop.v1.customers.retrieve(customer).balance == -400
    entry = shop.v1.customers.balance_transactions.list(customer).data[0]
    assert (entry.type, entry.amount, entry.credit_note) == ("credit_note", -400, note.id)
    after = shop.v1.invoices.retrieve(invoice)
    assert (after.post_payment_credit_notes_amount, after.status) == (1000, "paid")
    assert "credit_note.created" in shop.event_types()


def test_the_parts_of_a_credit_note_must_make_its_amount(shop: Shop) -> None:
    _, invoice, _ = bought(shop)
    with pytest.raises(stripe.InvalidRequestError, match="must equal the credit note amount"):
        shop.v1.credit_notes.create({"invoice": invoice, "amount": 1000, "credit_amount": 1})
    with pytest.raises(stripe.InvalidRequestError, match="exceeds"):
        shop.v1.credit_notes.create({"invoice": invoice, "amount": 2901, "credit_amount": 2901})

    assert not shop.v1.credit_notes.list({"invoice": invoice}).data


def test_a_credit_note_on_an_open_invoice_lowers_what_is_owed(shop: Shop) -> None:
    subscription = shop.subscribe(
        shop.price().id, "pm_card_chargeCustomerFail", payment_behavior="allow_incomplete"
    )
    invoice = shop.subscription(subscription.id).latest_invoice.id
    preview = shop.v1.credit_notes.preview({"invoice": invoice, "amount": 900})
    note = shop.v1.credit_notes.create({"invoice": invoice, "amount": 900})
    lowered = shop.v1.invoices.retrieve(invoice)
    assert preview.total == note.total == note.pre_payment_amount == 900
    assert (lowered.amount_remaining, lowered.pre_payment_credit_notes_amount) == (2000, 900)
    shop.v1.credit_notes.void_credit_note(note.id)
    assert shop.v1.invoices.retrieve(invoice).amount_remaining == 2900
    lines: Any = [
        {
            "type": "invoice_line_item",
            "invoice_line_item": lowered.lines.data[0].id,
            "quantity": 1,
        }
    ]
    shop.v1.credit_notes.create({"invoice": invoice, "lines": lines})

    assert shop.v1.invoices.retrieve(invoice).status == "paid"
    assert shop.subscription(subscription.id).status == "active"


def test_a_card_that_disputes_does_so_after_it_paid(shop: Shop, sandbox: Sandbox) -> None:
    _, invoice, charge = bought(shop, "pm_card_createDispute")
    sandbox.advance("1s")

    dispute = shop.v1.disputes.list({"charge": charge}).data[0]
    assert (dispute.status, dispute.reason, dispute.amount) == (
        "needs_response",
        "fraudulent",
        2900,
    )
    assert shop.v1.charges.retrieve(charge).disputed
    assert shop.v1.invoices.retrieve(invoice).status == "paid"
    assert "charge.dispute.created" in shop.event_types()
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.refunds.create({"charge": charge})
    assert refusal.value.code == "charge_disputed"


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_a_dispute_is_opened_and_decided_by_hand(
    shop: Shop, sandbox: Sandbox, won: bool, status: str
) -> None:
    _, _, charge = bought(shop)
    opened = sandbox.post(f"/charges/{charge}/dispute", {"reason": "duplicate"})["dispute"]
    sandbox.post(f"/disputes/{opened['id']}/close", {"won": won})

    assert shop.v1.disputes.retrieve(opened["id"]).status == status
    assert ("charge.dispute.funds_reinstated" in shop.event_types()) == won
    assert "charge.dispute.closed" in shop.event_types()


@pytest.mark.parametrize(
    ("evidence", "status"),
    [("winning_evidence", "won"), ("losing_evidence", "lost"), ("we sent it", "under_review")],
)
def test_evidence_decides_as_in_stripes_test_mode(
    shop: Shop, sandbox: Sandbox, evidence: str, status: str
) -> None:
    _, _, charge = bought(shop)
    dispute = sandbox.post(f"/charges/{charge}/dispute")["dispute"]["id"]
    kept = shop.v1.disputes.update(dispute, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert kept.status == "needs_response"
    after = shop.v1.disputes.update(dispute, {"evidence": {"uncategorized_text": evidence}})

    assert (after.status, after.evidence.customer_name) == (status, "Ada")


def test_a_dispute_nobody_answers_is_lost(shop: Shop, sandbox: Sandbox) -> None:
    _, _, charge = bought(shop)
    dispute = sandbox.post(f"/charges/{charge}/dispute")["dispute"]["id"]
    sandbox.advance("9d")

    assert shop.v1.disputes.retrieve(dispute).status == "lost"


def test_credit_pays_the_next_invoice_and_every_step_is_written_down(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price().id)
    customer = subscription.customer
    shop.v1.customers.balance_transactions.create(
        customer, {"amount": -4000, "currency": "usd", "description": "Sorry"}
    )
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    invoice = shop.subscription(subscription.id).latest_invoice
    assert (invoice.total, invoice.amount_due, invoice.status) == (2900, 0, "paid")
    assert (invoice.starting_balance, invoice.ending_balance) == (-4000, -1100)
    entries = shop.v1.customers.balance_transactions.list(customer).data
    assert [(e.type, e.amount, e.ending_balance) for e in entries] == [
        ("applied_to_invoice", 2900, -1100),
        ("adjustment", -4000, -4000),
    ]
    assert shop.v1.customers.update(customer, {"balance": 0}).balance == 0
    assert shop.v1.customers.balance_transactions.list(customer).data[0].amount == 1100


def test_a_voided_invoice_returns_the_credit_it_used(shop: Shop) -> None:
    customer = shop.customer("pm_card_visa", balance=-900)
    shop.subscribe(shop.price().id, customer=customer.id, payment_behavior="default_incomplete")
    invoice = shop.v1.invoices.list({"customer": customer.id}).data[0]
    assert invoice.amount_due == 2000
    shop.v1.invoices.void_invoice(invoice.id)

    assert shop.v1.customers.retrieve(customer.id).balance == -900
