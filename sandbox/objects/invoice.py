"""New invoices and their lines."""

from sandbox import ids
from sandbox.store import Body


def new(
    customer: Body, subscription: Body | None, lines: list[Body], reason: str, now: int
) -> Body:
    """A draft with these lines, totals worked out, nothing owed to anyone yet."""
    invoice_id = ids.new("invoice")
    total = sum(line["amount"] for line in lines)
    currency = subscription["currency"] if subscription else lines[0]["currency"]
    for line in lines:
        line["invoice"] = invoice_id
    body = {
        "id": invoice_id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Sandbox",
        "account_tax_ids": None,
        "amount_due": max(total, 0),
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": max(total, 0),
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": ((subscription or {}).get("automatic_tax") or {}).get("enabled", False),
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": subscription["collection_method"]
        if subscription
        else "charge_automatically",
        "created": now,
        "currency": currency,
        "custom_fields": None,
        "customer": customer["id"],
        "customer_account": None,
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": None,
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": {
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": f"/v1/invoices/{invoice_id}/lines",
        },
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": subscription and _parent(subscription),
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": customer["balance"],
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "test_clock": None,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": None,
    }
    if subscription:
        body["period_start"], body["period_end"] = _period(subscription, now)
    return body


def by_hand(customer: Body, currency: str, params: Body, now: int) -> Body:
    """An empty draft that no subscription made."""
    body = new(customer, {**_NOBODYS, "currency": currency}, [], "manual", now)
    body |= {
        "auto_advance": params.get("auto_advance", False),
        "collection_method": params.get("collection_method") or "charge_automatically",
        "default_payment_method": params.get("default_payment_method"),
        "description": params.get("description"),
        "due_date": params.get("due_date"),
        "footer": params.get("footer"),
        "metadata": params.get("metadata") or {},
        "parent": None,
        "_days_until_due": params.get("days_until_due"),
    }
    if params.get("subscription"):
        owner = {"metadata": {}, "id": params["subscription"]}
        body["parent"] = _parent(owner)
    return body


def total_up(body: Body) -> None:
    """Work the totals out again from the lines, their discounts and taxes."""
    lines = body["lines"]["data"]
    off = sum(each["amount"] for each in body["total_discount_amounts"])
    within, added = (
        sum(each["amount"] for each in body["total_taxes"] if each["tax_behavior"] == behavior)
        for behavior in ("inclusive", "exclusive")
    )
    body["subtotal"] = sum(line["amount"] for line in lines)
    body["subtotal_excluding_tax"] = body["subtotal"] - within
    body["total_excluding_tax"] = body["subtotal"] - off - within
    body["total"] = body["subtotal"] - off + added
    body["amount_due"] = body["amount_remaining"] = max(body["total"], 0)


def line(
    subscription_item: Body,
    price: Body,
    *,
    amount: int,
    quantity: int,
    period: tuple[int, int],
    description: str,
    metadata: Body,
    proration: bool = False,
) -> Body:
    """One line for a subscription item."""
    return {
        "id": ids.new("line_item"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": metadata,
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": proration,
                "proration_details": {"credited_items": None},
                "subscription": subscription_item["subscription"],
                "subscription_item": subscription_item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subscription": subscription_item["subscription"],
        "subtotal": amount,
        "taxes": [],
    }


_NOBODYS: Body = {
    "collection_method": "charge_automatically",
    "id": "",
    "items": {"data": []},
    "metadata": {},
}


def _parent(subscription: Body) -> Body:
    return {
        "quote_details": None,
        "subscription_details": {
            "metadata": subscription["metadata"],
            "subscription": subscription["id"],
        },
        "type": "subscription_details",
    }


def _period(subscription: Body, now: int) -> tuple[int, int]:
    items = subscription["items"]["data"]
    return (items[0]["current_period_start"], now) if items else (now, now)
