"""Products and prices. Amounts never change: a new amount is a new price that takes the key over."""

from sandbox import errors
from sandbox.api import tiering
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.engine import currencies
from sandbox.objects import catalogue
from sandbox.shapes import (
    Shape,
    boolean,
    count,
    decimal,
    fields,
    many,
    metadata,
    one_of,
    text,
)
from sandbox.store import Body
from sandbox.world import World

RECURRING = fields(
    {
        "interval": one_of("day", "week", "month", "year"),
        "interval_count": count,
        "meter": text,
        "usage_type": one_of("licensed", "metered"),
    },
    required=("interval",),
)
_PRODUCT: dict[str, Shape] = {
    "active": boolean,
    "description": text,
    "images": many(text),
    "marketing_features": many(fields({"name": text}, required=("name",))),
    "metadata": metadata,
    "name": text,
    "statement_descriptor": text,
    "tax_code": text,
    "unit_label": text,
    "url": text,
}
_PRICE_CHANGES: dict[str, Shape] = {
    "active": boolean,
    "lookup_key": text,
    "metadata": metadata,
    "nickname": text,
    "tax_behavior": one_of("exclusive", "inclusive", "unspecified"),
    "transfer_lookup_key": boolean,
}
_PRICE: dict[str, Shape] = {
    **_PRICE_CHANGES,
    "billing_scheme": one_of("per_unit", "tiered"),
    "currency": text,
    "product": text,
    "product_data": fields(
        {"name": text, "metadata": metadata, "unit_label": text, "active": boolean, "id": text},
        required=("name",),
    ),
    "recurring": RECURRING,
    "tiers": many(tiering.TIER),
    "tiers_mode": one_of("graduated", "volume"),
    "unit_amount": count,
    "unit_amount_decimal": decimal,
}


def create_product(world: World, params: Body) -> Body:
    """A new product."""
    chosen = params.get("id")
    if chosen and world.store.get(chosen):
        raise errors.invalid(f"Product already exists: {chosen}", "id", "resource_already_exists")
    return world.add(catalogue.product(params, now=world.now()), "product.created")


def update_product(world: World, params: Body, product_id: str) -> Body:
    """Change a product, for instance archive it."""
    body = world.need("product", product_id)
    if default := params.get("default_price"):
        world.need("price", default, "default_price")
    merge(body, params, *(set(_PRODUCT) - {"metadata"}), "default_price")
    body["updated"] = world.now()
    return world.save(body, "product.updated")


def delete_product(world: World, _params: Body, product_id: str) -> Body:
    """Remove a product that has no prices."""
    body = world.need("product", product_id)
    if world.store.select("price", {"product": product_id}, limit=1):
        raise errors.invalid(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    world.remove(body, "product.deleted")
    return {"id": product_id, "object": "product", "deleted": True}


def create_price(world: World, params: Body) -> Body:
    """A new price for a product that exists or is made with it."""
    tiered = tiering.check(params)
    if not tiered and "unit_amount" not in params and "unit_amount_decimal" not in params:
        raise errors.invalid(
            "Missing required param: unit_amount.", "unit_amount", "parameter_missing"
        )
    product_id = params.get("product")
    if product_id:
        world.need("product", product_id, "product")
    elif "product_data" in params:
        product_id = create_product(world, params["product_data"])["id"]
    else:
        raise errors.invalid("Missing required param: product.", "product", "parameter_missing")
    params["currency"] = currencies.check(params["currency"], params.get("unit_amount"))
    _check_meter(world, params.get("recurring") or {})
    _take_key(world, params)
    body = catalogue.price(params, product_id=product_id, now=world.now())
    return world.add(body, "price.created")


def update_price(world: World, params: Body, price_id: str) -> Body:
    """Change anything but the money."""
    body = world.need("price", price_id)
    if params.get("lookup_key") != body["lookup_key"]:
        _take_key(world, params)
    merge(body, params, "active", "lookup_key", "nickname", "tax_behavior")
    return world.save(body, "price.updated")


def list_prices(world: World, params: Body) -> Body:
    """Prices by key, product, kind or state."""
    keys = params.get("lookup_keys")
    where = {
        "lookup_key": tuple(keys) if keys else None,
        "product": params.get("product"),
        "currency": params.get("currency"),
        "type": params.get("type"),
        "active": int(params["active"]) if "active" in params else None,
        "recurring.interval": params.get("recurring", {}).get("interval"),
    }
    return listed(world, "price", "/v1/prices", params, where)


def _check_meter(world: World, recurring: Body) -> None:
    metered = recurring.get("usage_type") == "metered"
    if metered != bool(recurring.get("meter")):
        raise errors.invalid(
            "A price with `usage_type=metered` must name its meter, and no other price may.",
            "recurring[meter]",
        )
    if metered:
        world.need("billing.meter", recurring["meter"], "recurring[meter]")


def _take_key(world: World, params: Body) -> None:
    key = params.get("lookup_key")
    holders = world.store.select("price", {"lookup_key": key}) if key else []
    for holder in holders:
        if not params.get("transfer_lookup_key"):
            raise errors.invalid(
                f"A price (`{holder['id']}`) already uses that lookup key.", "lookup_key"
            )
        holder["lookup_key"] = None
        world.save(holder, "price.updated")


_LIST_PRICES: dict[str, Shape] = {
    **PAGING,
    "active": boolean,
    "created": CREATED,
    "currency": text,
    "lookup_keys": many(text),
    "product": text,
    "recurring": fields({"interval": text, "meter": text, "usage_type": text}),
    "type": one_of("one_time", "recurring"),
}
_LIST_PRODUCTS: dict[str, Shape] = {
    **PAGING,
    "active": boolean,
    "created": CREATED,
    "ids": many(text),
}


def list_products(world: World, params: Body) -> Body:
    """Products, perhaps only the active ones or those with these ids."""
    where = {
        "active": int(params["active"]) if "active" in params else None,
        "id": tuple(params["ids"]) if params.get("ids") else None,
    }
    return listed(world, "product", "/v1/products", params, where)


ENDPOINTS = (
    Endpoint("POST", "/products", create_product, {**_PRODUCT, "id": text}, ("name",)),
    Endpoint("GET", "/products", list_products, _LIST_PRODUCTS),
    Endpoint("GET", "/products/{id}", reading("product")),
    Endpoint("POST", "/products/{id}", update_product, {**_PRODUCT, "default_price": text}),
    Endpoint("DELETE", "/products/{id}", delete_product),
    Endpoint("POST", "/prices", create_price, _PRICE, ("currency",)),
    Endpoint("GET", "/prices", list_prices, _LIST_PRICES),
    Endpoint("GET", "/prices/{id}", reading("price")),
    Endpoint("POST", "/prices/{id}", update_price, _PRICE_CHANGES),
)
