"""The money side of the gateway on Stripe: what one look at a customer's cards and payments asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from saas_app.billing.stripe import money_mapping as mapping
from saas_app.billing.takings import Takings
from saas_app.billing.wallet import WalletFacts

# What a customer is retrieved with, so that one request tells cards and tax numbers, too.
EXPANDED_CUSTOMER = ["tax_ids"]
EXPANDED_INVOICES = ["data.payments"]
_PAGE = 100
_PAYMENTS = 50


def takings(
    v1: Any, customer: str, invoices: Sequence[Mapping[str, Any]], *, all_of_them: bool
) -> Takings:
    """Payments are asked for where an invoice has some, refunds and disputes where a charge has.

    They cannot come with the invoices: from a list of those they lie five levels deep, and Stripe
    expands four (https://github.com/stripe/stripe-java/issues/2011).
    """
    pays = mapping.payments_of(invoices)
    if all_of_them and not pays:
        return Takings()
    listed = v1.payment_intents.list(
        {"customer": customer, "limit": _PAYMENTS, "expand": ["data.latest_charge"]}
    )
    bodies = [each.to_dict() for each in listed.data]
    payments = tuple(mapping.payment(body, pays) for body in bodies)
    return Takings(
        payments,
        tuple(
            mapping.refund(each.to_dict(), pays)
            for payment in payments
            if payment.refunded_cents
            for each in v1.refunds.list({"payment_intent": payment.id, "limit": _PAGE}).data
        ),
        tuple(
            mapping.dispute(each.to_dict(), pays)
            for body in bodies
            if mapping.is_disputed(body)
            for each in v1.disputes.list({"payment_intent": body["id"], "limit": _PAGE}).data
        ),
    )


def wallet(v1: Any, customer: Mapping[str, Any]) -> WalletFacts:
    listed = v1.customers.payment_methods.list(customer["id"], {"limit": _PAGE})
    return WalletFacts(
        payer=mapping.payer(customer),
        cards=tuple(mapping.card(each.to_dict()) for each in listed.data),
        tax_ids=mapping.tax_ids(customer),
        default=mapping.default_card(customer),
    )
