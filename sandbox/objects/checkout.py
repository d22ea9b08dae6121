"""New Checkout sessions and their line items."""

from sandbox import amounts, ids
from sandbox.store import Body

DAY = 86_400


def new(params: Body, *, customer: Body | None, lines: list[Body], url: str, now: int) -> Body:
    """An open session with a page of its own."""
    session_id = ids.new("checkout.session")
    mode = params["mode"]
    due = _due_today(params, lines)
    given_email = params.get("customer_email")
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "amount_subtotal": None if mode == "setup" else due,
        "amount_total": None if mode == "setup" else due,
        "automatic_tax": {
            "enabled": bool((params.get("automatic_tax") or {}).get("enabled")),
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": lines[0]["currency"] if lines else params.get("currency"),
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": customer["id"] if customer else None,
        "customer_account": None,
        "customer_creation": params.get("customer_creation")
        or ("always" if mode == "subscription" and not customer else None),
        "customer_details": customer_details(customer, email=given_email)
        if customer or given_email
        else None,
        "customer_email": given_email,
        "discounts": [],
        "expires_at": params.get("expires_at") or now + DAY,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": mode,
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": params.get("payment_method_collection")
        or ("always" if mode == "subscription" else None),
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
        "permissions": None,
        "phone_number_collection": {
            "enabled": bool((params.get("phone_number_collection") or {}).get("enabled"))
        },
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{url}/c/pay/{session_id}",
        "wallet_options": None,
        "_customer_update": params.get("customer_update"),
        "_line_items": lines,
        "_setup_intent_data": params.get("setup_intent_data") or {},
        "_tax_id_collection": (params.get("tax_id_collection") or {}).get("enabled", False),
        "_subscription_data": params.get("subscription_data") or {},
    }


def line_item(price: Body, product: Body, quantity: int | None, *, due: bool) -> Body:
    """What is bought; with a trial nothing of it is due today."""
    amount = amounts.cost(price, quantity) if due else 0
    return {
        "id": ids.new("item"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": {},
        "price": price["id"],
        "quantity": quantity,
    }


def customer_details(
    customer: Body | None, tax_ids: list[Body] | None = None, *, email: str | None = None
) -> Body:
    """Who pays, as the session shows it."""
    known = customer or {}
    return {
        "address": known.get("address"),
        "business_name": None,
        "email": known.get("email") or email,
        "individual_name": None,
        "name": known.get("name"),
        "phone": known.get("phone"),
        "tax_exempt": known.get("tax_exempt") or "none",
        "tax_ids": (tax_ids or []) if known else None,
    }


def _due_today(params: Body, lines: list[Body]) -> int:
    return 0 if params["mode"] == "setup" else sum(line["amount_total"] for line in lines)
