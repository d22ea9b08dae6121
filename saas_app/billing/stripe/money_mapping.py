"""Reads Stripe's cards, addresses, payments, refunds and disputes into our words."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from saas_app.billing.stripe.mapping import at, ident, moment
from saas_app.billing.takings import DisputeFacts, PaymentFacts, RefundFacts
from saas_app.billing.wallet import CardFacts, PayerFacts, TaxIdFacts

Body: TypeAlias = Mapping[str, Any]


def card(body: Body) -> CardFacts:
    details = _part(body, "card")
    return CardFacts(
        id=body["id"],
        kind=body["type"],
        created_at=moment(body["created"]),
        brand=details.get("brand") or "",
        last4=details.get("last4") or "",
        exp_month=details.get("exp_month"),
        exp_year=details.get("exp_year"),
    )


def payer(customer: Body) -> PayerFacts:
    address = _part(customer, "address")
    return PayerFacts(
        name=customer.get("name") or "",
        email=customer.get("email") or "",
        **{
            part: address.get(part) or ""
            for part in ("line1", "line2", "city", "state", "postal_code", "country")
        },
    )


def tax_id(body: Body) -> TaxIdFacts:
    return TaxIdFacts(
        id=body["id"],
        kind=body["type"],
        value=body["value"],
        created_at=moment(body["created"]),
        status=_part(body, "verification").get("status") or "",
    )


def tax_ids(customer: Body) -> tuple[TaxIdFacts, ...]:
    """There only where the customer was asked for with them."""
    listed = cast("Sequence[Body]", _part(customer, "tax_ids").get("data") or [])
    return tuple(tax_id(each) for each in listed)


def default_card(customer: Body) -> str | None:
    return ident(_part(customer, "invoice_settings").get("default_payment_method"))


def payments_of(invoices: Sequence[Body]) -> dict[str, str]:
    """Which invoice a payment intent pays; the link stands on the invoice since basil."""
    return {
        intent: invoice["id"]
        for invoice in invoices
        for link in cast("Sequence[Body]", _part(invoice, "payments").get("data") or [])
        if (intent := ident(_part(link, "payment").get("payment_intent")))
    }


def payment(body: Body, invoices: Mapping[str, str]) -> PaymentFacts:
    """With its latest charge expanded: that is where refunds and disputes are counted."""
    charge = _part(body, "latest_charge")
    error = _part(body, "last_payment_error")
    return PaymentFacts(
        id=body["id"],
        status=body["status"],
        amount_cents=body["amount"],
        currency=body["currency"],
        invoice=invoices.get(body["id"]),
        refunded_cents=charge.get("amount_refunded") or 0,
        failure=error.get("decline_code") or error.get("code"),
    )


def is_disputed(body: Body) -> bool:
    return bool(_part(body, "latest_charge").get("disputed"))


def refund(body: Body, invoices: Mapping[str, str]) -> RefundFacts:
    intent = ident(body.get("payment_intent"))
    return RefundFacts(
        id=body["id"],
        status=body.get("status") or "pending",
        amount_cents=body["amount"],
        currency=body["currency"],
        created_at=moment(body["created"]),
        payment=intent,
        invoice=invoices.get(intent or ""),
        reason=body.get("reason"),
    )


def dispute(body: Body, invoices: Mapping[str, str]) -> DisputeFacts:
    intent = ident(body.get("payment_intent"))
    return DisputeFacts(
        id=body["id"],
        status=body["status"],
        amount_cents=body["amount"],
        currency=body["currency"],
        created_at=moment(body["created"]),
        payment=intent,
        invoice=invoices.get(intent or ""),
        reason=body.get("reason"),
        evidence_due_at=at(_part(body, "evidence_details").get("due_by")),
    )


def _part(body: Body, key: str) -> Body:
    """The object under `key`; empty where Stripe says null, nothing, or only an id."""
    found = body.get(key)
    return cast("Body", found) if isinstance(found, Mapping) else {}
