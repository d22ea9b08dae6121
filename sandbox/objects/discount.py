"""New coupons, promotion codes, and the discounts they become when somebody redeems them."""

from sandbox import ids
from sandbox.store import Body


def coupon(params: Body, *, now: int) -> Body:
    """What is taken off, for how long, and how often it may be redeemed."""
    currency = params.get("currency")
    return {
        "id": params.get("id") or ids.letters(8),
        "object": "coupon",
        "amount_off": params.get("amount_off"),
        "created": now,
        "currency": currency.lower() if currency else None,
        "duration": params.get("duration") or "once",
        "duration_in_months": params.get("duration_in_months"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": params.get("metadata") or {},
        "name": params.get("name"),
        "percent_off": params.get("percent_off"),
        "redeem_by": params.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
        "_currency_options": params.get("currency_options") or {},
        "_products": (params.get("applies_to") or {}).get("products") or [],
    }


def promotion_code(params: Body, *, now: int) -> Body:
    """A word that customers type to redeem a coupon."""
    restrictions = params.get("restrictions") or {}
    code = params.get("code") or ids.letters(8).upper()
    minimum = restrictions.get("minimum_amount_currency")
    return {
        "id": ids.new("promotion_code"),
        "object": "promotion_code",
        "active": params.get("active", True),
        "code": code,
        "created": now,
        "customer": params.get("customer"),
        "customer_account": None,
        "expires_at": params.get("expires_at"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": params.get("metadata") or {},
        "promotion": {"coupon": params["promotion"]["coupon"], "type": "coupon"},
        "restrictions": {
            "first_time_transaction": restrictions.get("first_time_transaction", False),
            "minimum_amount": restrictions.get("minimum_amount"),
            "minimum_amount_currency": minimum.lower() if minimum else None,
        },
        "times_redeemed": 0,
        "_code": code.upper(),
    }


def discount(coupon_id: str, code_id: str | None, *, customer: str | None, start: int) -> Body:
    """A coupon redeemed by somebody."""
    return {
        "id": ids.new("discount"),
        "object": "discount",
        "checkout_session": None,
        "customer": customer,
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": code_id,
        "source": {"coupon": coupon_id, "type": "coupon"},
        "start": start,
        "subscription": None,
        "subscription_item": None,
    }
