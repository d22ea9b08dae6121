"""Coupons and promotion codes. What a coupon takes off never changes; make another instead."""

import re

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.engine import due, redeeming
from sandbox.objects import discount as discounts
from sandbox.shapes import (
    Shape,
    boolean,
    by_name,
    count,
    fields,
    integer,
    many,
    metadata,
    number,
    one_of,
    text,
)
from sandbox.store import Body
from sandbox.world import World

DISCOUNT = fields({"coupon": text, "discount": text, "promotion_code": text})
_WHOLE = 100
_OPTIONS = by_name(fields({"amount_off": count}, required=("amount_off",)))
_COUPON: dict[str, Shape] = {
    "amount_off": count,
    "applies_to": fields({"products": many(text)}),
    "currency": text,
    "currency_options": _OPTIONS,
    "duration": one_of("forever", "once", "repeating"),
    "duration_in_months": count,
    "id": text,
    "max_redemptions": count,
    "metadata": metadata,
    "name": text,
    "percent_off": number,
    "redeem_by": integer,
}
_CODE: dict[str, Shape] = {
    "active": boolean,
    "code": text,
    "customer": text,
    "expires_at": integer,
    "max_redemptions": count,
    "metadata": metadata,
    "promotion": fields({"coupon": text, "type": one_of("coupon")}, required=("type", "coupon")),
    "restrictions": fields(
        {
            "first_time_transaction": boolean,
            "minimum_amount": count,
            "minimum_amount_currency": text,
        }
    ),
}


def create_coupon(world: World, params: Body) -> Body:
    """Something to take off."""
    _check(world, params)
    body = world.add(discounts.coupon(params, now=world.now()), "coupon.created")
    if body["redeem_by"]:
        due.at(world, body["id"], "coupon_expires", body["redeem_by"])
    return body


def read_coupon(world: World, _params: Body, coupon_id: str) -> Body:
    """One coupon."""
    return redeeming.live_coupon(world, coupon_id, "id")


def update_coupon(world: World, params: Body, coupon_id: str) -> Body:
    """Another name, or amounts in more currencies."""
    body = redeeming.live_coupon(world, coupon_id, "id")
    body["_currency_options"] |= params.get("currency_options", {})
    merge(body, params, "name")
    return world.save(body, "coupon.updated")


def delete_coupon(world: World, _params: Body, coupon_id: str) -> Body:
    """Nobody can redeem it any more; who has it keeps it."""
    body = redeeming.live_coupon(world, coupon_id, "id")
    due.never(world, coupon_id)
    world.emit("coupon.deleted", body)
    world.store.put({**body, "deleted": True, "valid": False})
    return {"id": coupon_id, "object": "coupon", "deleted": True}


def list_coupons(world: World, params: Body) -> Body:
    """Coupons, newest first."""
    found = listed(world, "coupon", "/v1/coupons", params)
    found["data"] = [each for each in found["data"] if not each.get("deleted")]
    return found


def create_code(world: World, params: Body) -> Body:
    """A word for a coupon."""
    coupon = redeeming.live_coupon(world, params["promotion"]["coupon"], "promotion[coupon]")
    code = params.get("code") or ""
    if code and not re.fullmatch(r"[A-Za-z0-9-]{1,500}", code):
        raise errors.invalid(
            "The `code` parameter may only contain letters, digits and dashes.", "code"
        )
    if code and redeeming.by_code(world, code):
        raise errors.invalid(
            f"An active promotion code with `code: {code}` already exists.", "code"
        )
    if params.get("customer"):
        world.need("customer", params["customer"], "customer")
    rules = params.get("restrictions") or {}
    if ("minimum_amount" in rules) != ("minimum_amount_currency" in rules):
        raise errors.invalid(
            "You must give both `minimum_amount` and `minimum_amount_currency`.", "restrictions"
        )
    if not coupon["valid"] and params.get("active", True):
        raise errors.invalid(
            f"The coupon {coupon['id']} is not valid, so its codes cannot be active.", "active"
        )
    body = world.add(discounts.promotion_code(params, now=world.now()), "promotion_code.created")
    if body["expires_at"]:
        due.at(world, body["id"], "code_expires", body["expires_at"])
    return body


def update_code(world: World, params: Body, code_id: str) -> Body:
    """Switch it off or on."""
    body = world.need("promotion_code", code_id)
    spent = body["max_redemptions"] and body["times_redeemed"] >= body["max_redemptions"]
    gone = body["expires_at"] and body["expires_at"] <= world.now()
    if params.get("active") and (spent or gone):
        raise errors.invalid("This promotion code can no longer be redeemed.", "active")
    merge(body, params, "active")
    return world.save(body, "promotion_code.updated")


def list_codes(world: World, params: Body) -> Body:
    """Promotion codes by word, coupon, customer or state."""
    code = params.get("code")
    where = {
        "_code": code.upper() if code else None,
        "active": int(params["active"]) if "active" in params else None,
        "customer": params.get("customer"),
        "promotion.coupon": params.get("coupon"),
    }
    return listed(world, "promotion_code", "/v1/promotion_codes", params, where)


def _check(world: World, params: Body) -> None:
    amount, percent = params.get("amount_off"), params.get("percent_off")
    if (amount is None) == (percent is None):
        raise errors.invalid(
            "Must provide either percent_off or amount_off.", "percent_off", "parameter_missing"
        )
    if percent is not None and not 0 < percent <= _WHOLE:
        raise errors.invalid("Percent off must be between 0 and 100.", "percent_off")
    if amount is not None and not params.get("currency"):
        raise errors.invalid(
            "You must pass currency when passing amount_off.", "currency", "parameter_missing"
        )
    repeating = params.get("duration") == "repeating"
    if repeating != bool(params.get("duration_in_months")):
        raise errors.invalid(
            "`duration_in_months` is required with, and only allowed with, duration=repeating.",
            "duration_in_months",
        )
    if params.get("redeem_by") and params["redeem_by"] <= world.now():
        raise errors.invalid("`redeem_by` must be in the future.", "redeem_by")
    for product in (params.get("applies_to") or {}).get("products") or []:
        world.need("product", product, "applies_to[products]")
    if params.get("id") and world.store.get(params["id"]):
        raise errors.invalid("Coupon already exists.", "id", "resource_already_exists")


_CHANGES: dict[str, Shape] = {"currency_options": _OPTIONS, "metadata": metadata, "name": text}
_LIST_CODES: dict[str, Shape] = {
    **PAGING,
    "active": boolean,
    "code": text,
    "coupon": text,
    "created": CREATED,
    "customer": text,
}

ENDPOINTS = (
    Endpoint("POST", "/coupons", create_coupon, _COUPON),
    Endpoint("GET", "/coupons", list_coupons, {**PAGING, "created": CREATED}),
    Endpoint("GET", "/coupons/{id}", read_coupon),
    Endpoint("POST", "/coupons/{id}", update_coupon, _CHANGES),
    Endpoint("DELETE", "/coupons/{id}", delete_coupon),
    Endpoint("POST", "/promotion_codes", create_code, _CODE, ("promotion",)),
    Endpoint("GET", "/promotion_codes", list_codes, _LIST_CODES),
    Endpoint("GET", "/promotion_codes/{id}", reading("promotion_code")),
    Endpoint(
        "POST", "/promotion_codes/{id}", update_code, {"active": boolean, "metadata": metadata}
    ),
)
