"""New payment methods, intents, charges and the links between invoices and payments."""

from sandbox import ids
from sandbox.cards import Card, Refusal
from sandbox.store import Body

ADDRESS = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}


def method(card: Card, *, now: int, billing: Body | None = None) -> Body:
    """A card, not attached to anyone yet."""
    return {
        "id": ids.new("payment_method"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": ADDRESS,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
            **(billing or {}),
        },
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": f"sandbox{card.number[-8:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_card": card.number,
        "_trusted": card.secure == "never",
    }


def intent(
    invoice: Body | None, customer: str | None, amount: int, currency: str, now: int
) -> Body:
    """A payment waiting for a card."""
    intent_id = ids.new("payment_intent")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_{ids.letters(24)}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": currency,
        "customer": customer,
        "description": "Subscription creation"
        if invoice and invoice["billing_reason"] == "subscription_create"
        else None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": "off_session" if invoice else None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(paid_by: Body, card: Body, refusal: Refusal | None, *, now: int, receipt: str) -> Body:
    """One attempt to take the money of a payment intent from a card."""
    paid = refusal is None
    return {
        "id": ids.new("charge"),
        "object": "charge",
        "amount": paid_by["amount"],
        "amount_captured": paid_by["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": card["billing_details"],
        "calculated_statement_descriptor": "SANDBOX",
        "captured": paid,
        "created": now,
        "currency": paid_by["currency"],
        "customer": paid_by["customer"],
        "description": paid_by["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": refusal.code if refusal else None,
        "failure_message": refusal.message if refusal else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network" if paid else "declined_by_network",
            "reason": refusal.decline_code or refusal.code if refusal else None,
            "risk_level": "normal",
            "risk_score": 1,
            "seller_message": "Payment complete." if paid else "The bank declined the payment.",
            "type": "authorized" if paid else "issuer_declined",
        },
        "paid": paid,
        "payment_intent": paid_by["id"],
        "payment_method": card["id"],
        "payment_method_details": {
            "card": {
                "amount_authorized": paid_by["amount"] if paid else None,
                "authorization_code": None,
                "brand": card["card"]["brand"],
                "checks": card["card"]["checks"],
                "country": "US",
                "exp_month": card["card"]["exp_month"],
                "exp_year": card["card"]["exp_year"],
                "fingerprint": card["card"]["fingerprint"],
                "funding": "credit",
                "installments": None,
                "last4": card["card"]["last4"],
                "mandate": None,
                "network": card["card"]["brand"],
                "network_token": None,
                "network_transaction_id": None,
                "regulated_status": "unregulated",
                "three_d_secure": None,
                "wallet": None,
            },
            "type": "card",
        },
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": receipt if paid else None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }


def of_invoice(invoice: Body, intent_id: str, *, now: int) -> Body:
    """The link that says which payment intent pays which invoice."""
    return {
        "id": ids.new("invoice_payment"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": now,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent_id, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
