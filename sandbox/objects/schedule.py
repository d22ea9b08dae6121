"""New subscription schedules and their phases."""

from sandbox import ids
from sandbox.store import Body

_TAX = {"disabled_reason": None, "enabled": False, "liability": None}


def new(customer: str, billing_mode: Body, params: Body, *, now: int) -> Body:
    """A schedule without phases, attached to no subscription yet."""
    return {
        "id": ids.new("subscription_schedule"),
        "object": "subscription_schedule",
        "application": None,
        "billing_mode": billing_mode,
        "canceled_at": None,
        "completed_at": None,
        "created": now,
        "current_phase": None,
        "customer": customer,
        "customer_account": None,
        "default_settings": default_settings(params.get("default_settings") or {}),
        "end_behavior": params.get("end_behavior") or "release",
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "phases": [],
        "released_at": None,
        "released_subscription": None,
        "status": "not_started",
        "subscription": None,
        "test_clock": None,
    }


def default_settings(given: Body) -> Body:
    """What holds for every phase that does not say otherwise."""
    invoicing = given.get("invoice_settings") or {}
    return {
        "application_fee_percent": None,
        "automatic_tax": {**_TAX, **(given.get("automatic_tax") or {})},
        "billing_cycle_anchor": given.get("billing_cycle_anchor") or "automatic",
        "billing_thresholds": None,
        "collection_method": given.get("collection_method") or "charge_automatically",
        "default_payment_method": given.get("default_payment_method"),
        "description": given.get("description"),
        "invoice_settings": {
            "account_tax_ids": None,
            "days_until_due": invoicing.get("days_until_due"),
            "issuer": {"type": "self"},
        },
        "on_behalf_of": None,
        "transfer_data": None,
    }


def phase(given: Body, items: list[Body], currency: str, span: tuple[int, int]) -> Body:
    """One stretch of time with its items; `span` is when it starts and ends."""
    return {
        "add_invoice_items": [],
        "application_fee_percent": None,
        "billing_cycle_anchor": given.get("billing_cycle_anchor"),
        "billing_thresholds": None,
        "collection_method": given.get("collection_method"),
        "currency": currency,
        "default_payment_method": given.get("default_payment_method"),
        "default_tax_rates": [],
        "description": given.get("description"),
        "discounts": [
            {"coupon": None, "discount": None, "promotion_code": None, **each}
            for each in given.get("discounts") or []
        ],
        "end_date": span[1],
        "invoice_settings": None,
        "items": items,
        "metadata": given.get("metadata") or {},
        "on_behalf_of": None,
        "proration_behavior": given.get("proration_behavior") or "create_prorations",
        "start_date": span[0],
        "transfer_data": None,
        "trial_end": given.get("trial_end"),
    }


def item(price_id: str, quantity: int, metadata: Body | None = None) -> Body:
    """One price of a phase."""
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": metadata or {},
        "price": price_id,
        "quantity": quantity,
        "tax_rates": [],
    }
