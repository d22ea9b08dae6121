"""New products and prices."""

from decimal import Decimal

from sandbox import ids
from sandbox.store import Body


def product(params: Body, *, now: int) -> Body:
    """A product; its id may be chosen by the caller."""
    return {
        "id": params.get("id") or ids.new("product"),
        "object": "product",
        "active": params.get("active", True),
        "created": now,
        "default_price": None,
        "description": params.get("description"),
        "images": params.get("images") or [],
        "livemode": False,
        "marketing_features": params.get("marketing_features") or [],
        "metadata": params.get("metadata") or {},
        "name": params["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "tax_code": params.get("tax_code"),
        "unit_label": params.get("unit_label"),
        "updated": now,
        "url": params.get("url"),
    }


def price(params: Body, *, product_id: str, now: int) -> Body:
    """A price per unit or by tiers, one-time or recurring; its amount never changes afterwards."""
    recurring = params.get("recurring")
    tiers = [_tier(each) for each in params.get("tiers") or []]
    cents = None if tiers else _cents(params)
    return {
        "id": ids.new("price"),
        "object": "price",
        "active": params.get("active", True),
        "billing_scheme": "tiered" if tiers else "per_unit",
        "created": now,
        "currency": params["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": params.get("lookup_key"),
        "metadata": params.get("metadata") or {},
        "nickname": params.get("nickname"),
        "product": product_id,
        "recurring": recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count") or 1,
            "meter": recurring.get("meter"),
            "usage_type": recurring.get("usage_type") or "licensed",
        },
        "tax_behavior": params.get("tax_behavior") or "unspecified",
        "tiers_mode": params.get("tiers_mode"),
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": cents,
        "unit_amount_decimal": None if tiers else _decimal(params, "unit_amount", cents),
        "_tiers": tiers,
    }


def _tier(asked: Body) -> Body:
    names = ("flat_amount", "unit_amount")
    amounts = {name: asked.get(name) for name in names}
    exact = {f"{name}_decimal": _decimal(asked, name, asked.get(name)) for name in names}
    up_to = asked["up_to"]
    return {**amounts, **exact, "up_to": None if up_to == "inf" else up_to}


def _decimal(params: Body, name: str, cents: int | None) -> str | None:
    return params.get(f"{name}_decimal") or (None if cents is None else str(cents))


def _cents(params: Body) -> int | None:
    """The amount in whole units; none for a price of a fraction of a cent."""
    if params.get("unit_amount") is not None:
        return params["unit_amount"]
    exact = Decimal(params["unit_amount_decimal"])
    return int(exact) if exact == exact.to_integral_value() else None
