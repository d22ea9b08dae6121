"""Changing plan or quantity in the portal: what is offered, what it would cost, and doing it."""

from typing import Any

from sandbox import amounts, errors
from sandbox.api import invoices, schedules, subscriptions
from sandbox.clock import DAY
from sandbox.engine import redeeming
from sandbox.pages import terms
from sandbox.store import Body
from sandbox.world import World

_LENGTHS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}


def offers(world: World, feature: Body, subscription: Body) -> list[Body]:
    """The prices the configuration lets this subscription change to, its own included."""
    if not feature["enabled"] or not feature["products"]:
        return []
    item = subscription["items"]["data"][0]
    allowed = feature["default_allowed_updates"]
    found: list[Body] = []
    for product in feature["products"]:
        for price_id in product["prices"]:
            price = world.store.get(price_id)
            other = price_id != item["price"]
            if price is None or not price["active"] or (other and "price" not in allowed):
                continue
            if price["currency"] != subscription["currency"]:
                continue
            found.append(_offer(world, price, product, item, allowed))
    return found


def preview(world: World, feature: Body, subscription: Body, wanted: Body) -> Body:
    """What a change costs now, or when it comes if it waits for the period's end."""
    _check(world, feature, subscription, wanted)
    item = subscription["items"]["data"][0]
    if waits(world, feature, item, wanted):
        return {**wanted, "at": item["current_period_end"], "total": 0, "lines": []}
    details: Body = {
        "items": [{"id": item["id"], **_item(wanted)}],
        "proration_behavior": feature["proration_behavior"],
        "proration_date": world.now(),
    }
    asked = {"subscription": subscription["id"], "subscription_details": details}
    asked |= _discounts(world, feature, subscription, wanted)
    found = invoices.preview(world, asked)
    return {**wanted, "at": None, "total": found["total"], "lines": found["lines"]["data"]}


def carry_out(world: World, feature: Body, subscription: Body, wanted: Body) -> None:
    """Change it now, or plan it for the period's end where the configuration says so."""
    _check(world, feature, subscription, wanted)
    item = subscription["items"]["data"][0]
    if waits(world, feature, item, wanted):
        _plan(world, subscription, item, wanted)
        return
    change: Body = {
        "items": [{"id": item["id"], **_item(wanted)}],
        **_discounts(world, feature, subscription, wanted),
        "payment_behavior": "error_if_incomplete",
        "proration_behavior": feature["proration_behavior"],
    }
    if feature.get("billing_cycle_anchor"):
        change["billing_cycle_anchor"] = {"type": feature["billing_cycle_anchor"]}
    if subscription["status"] == "trialing" and feature["trial_update_behavior"] == "end_trial":
        change["trial_end"] = "now"
    subscriptions.update(world, change, subscription["id"])


def waits(world: World, feature: Body, item: Body, wanted: Body) -> bool:
    """Whether a change comes at the end of the period: less money, or a shorter interval."""
    kinds = {each["type"] for each in feature["schedule_at_period_end"]["conditions"]}
    old, new = world.need("price", item["price"]), world.need("price", wanted["price"])
    less = amounts.cost(new, wanted["quantity"]) < amounts.cost(old, item["quantity"])
    same_length = _length(new) == _length(old)
    shorter = _length(new) < _length(old)
    return ("decreasing_item_amount" in kinds and less and same_length) or (
        "shortening_interval" in kinds and shorter
    )


def wanted_of(form: Any, subscription: Body) -> Body:
    """The price and quantity a form asks for, and the code that was typed with it."""
    item = subscription["items"]["data"][0]
    quantity = str(form.get("quantity") or item["quantity"] or 1)
    if not quantity.isdecimal() or not int(quantity):
        raise errors.invalid("The quantity is a whole number from 1 up.", "quantity")
    return {
        "price": str(form.get("price") or item["price"]),
        "quantity": int(quantity),
        "code": str(form.get("code") or "").strip(),
    }


def _item(wanted: Body) -> Body:
    return {name: wanted[name] for name in ("price", "quantity")}


def _discounts(world: World, feature: Body, subscription: Body, wanted: Body) -> Body:
    """What is on it and the code that was typed, where the configuration lets customers type one."""
    if not wanted["code"]:
        return {}
    if "promotion_code" not in feature["default_allowed_updates"]:
        raise errors.invalid("Codes are not taken here.", "code")
    code = redeeming.by_code(world, wanted["code"])
    if code is None:
        raise errors.invalid("This code is invalid or no longer valid.", "code")
    kept = [{"discount": each} for each in subscription["discounts"]]
    return {"discounts": [*kept, {"promotion_code": code["id"]}]}


def _offer(world: World, price: Body, product: Body, item: Body, allowed: list[str]) -> Body:
    adjustable = product["adjustable_quantity"]
    changes_quantity = "quantity" in allowed and adjustable["enabled"]
    return {
        "id": price["id"],
        "name": world.need("product", price["product"])["name"],
        "price": terms.per_period(price),
        "is_current": price["id"] == item["price"],
        "minimum": adjustable["minimum"] if changes_quantity else None,
        "maximum": adjustable["maximum"] if changes_quantity else None,
    }


def _check(world: World, feature: Body, subscription: Body, wanted: Body) -> None:
    item = subscription["items"]["data"][0]
    offered = {each["id"]: each for each in offers(world, feature, subscription)}
    offer = offered.get(wanted["price"])
    if offer is None:
        raise errors.invalid("This plan is not offered here.", "price")
    if subscription["schedule"]:
        raise errors.invalid("A change is already planned for this subscription.")
    if wanted["quantity"] != item["quantity"]:
        lowest, highest = offer["minimum"], offer["maximum"]
        if lowest is None or not lowest <= wanted["quantity"] <= (highest or wanted["quantity"]):
            raise errors.invalid("This quantity is not offered here.", "quantity")
    elif wanted["price"] == item["price"] and not wanted["code"]:
        raise errors.invalid("This is what you have already.")


def _plan(world: World, subscription: Body, item: Body, wanted: Body) -> None:
    made = schedules.create(world, {"from_subscription": subscription["id"]})
    first = made["phases"][0]
    kept = {"price": item["price"], "quantity": item["quantity"]}
    now = {"items": [kept], "discounts": [], "trial_end": first["trial_end"]}
    now |= {"start_date": first["start_date"], "end_date": first["end_date"]}
    now["discounts"] = [{"discount": each} for each in subscription["discounts"]]
    if wanted["code"]:
        raise errors.invalid("A code is for a change that begins now.", "code")
    then = {"items": [_item(wanted)], "discounts": now["discounts"], "proration_behavior": "none"}
    schedules.update(world, {"phases": [now, then], "end_behavior": "release"}, made["id"])


def _length(price: Body) -> int:
    recurring = price["recurring"]
    return _LENGTHS[recurring["interval"]] * recurring["interval_count"]
