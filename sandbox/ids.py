"""Identifiers that look like Stripe's: a real prefix and twenty-four characters nobody can guess."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits

PREFIXES = {
    "account": "acct",
    "billing.meter": "mtr",
    "billing.meter_event_summary": "mtrusg",
    "billing_portal.configuration": "bpc",
    "billing_portal.session": "bps",
    "charge": "ch",
    "checkout.session": "cs_test",
    "credit_note": "cn",
    "credit_note_line_item": "cnli",
    "customer": "cus",
    "customer_balance_transaction": "cbtxn",
    "discount": "di",
    "dispute": "du",
    "event": "evt",
    "invoice": "in",
    "invoice_payment": "inpay",
    "item": "li",
    "invoiceitem": "ii",
    "line_item": "il",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "promotion_code": "promo",
    "refund": "re",
    "setup_intent": "seti",
    "subscription": "sub",
    "subscription_item": "si",
    "subscription_schedule": "sub_sched",
    "tax_id": "txi",
    "test_helpers.test_clock": "clock",
    "v2.core.event": "evt_test",
    "v2.core.event_destination": "ed_test",
    "webhook_endpoint": "we",
}


def new(kind: str) -> str:
    """A fresh id for an object of this kind."""
    return f"{PREFIXES[kind]}_{letters(24)}"


def letters(count: int) -> str:
    """That many unguessable letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))
