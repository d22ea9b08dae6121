"""Changing what a subscription is for: prices, quantities, and the money in between.

Credit and debit are worked out by the second over the current period. Parity with Stripe's
flexible billing mode (credit by what was actually debited) is unverified.
"""

import copy
from dataclasses import dataclass

from sandbox import errors
from sandbox.clock import HOUR
from sandbox.engine import calendar, discounting, due, invoicing, metering, pricing
from sandbox.objects import invoice as invoices
from sandbox.objects import subscription as subscriptions
from sandbox.store import Body
from sandbox.world import World

PAY_WITHIN = 23 * HOUR


@dataclass(frozen=True)
class Change:
    """A subscription as it would be, the lines the change costs, and whether it bills now."""

    subscription: Body
    lines: list[Body]
    restarts: bool


def work_out(world: World, subscription: Body, params: Body) -> Change:
    """What the items asked for would make of the subscription; nothing is stored."""
    after = copy.deepcopy(subscription)
    at = params.get("proration_date") or world.now()
    items = {item["id"]: item for item in after["items"]["data"]}
    before = copy.deepcopy(items)
    for asked in params.get("items") or []:
        _ask(world, after, items, asked, at)
    if not items:
        raise errors.invalid("A subscription must have at least one active item.", "items")
    after["items"]["data"] = list(items.values())
    trialing = subscription["status"] == "trialing"
    anchor = (params.get("billing_cycle_anchor") or {}).get("type")
    restarts = not trialing and (anchor == "now" or _other_interval(world, before, items))
    free = trialing or params.get("proration_behavior") == "none"
    lines = [] if free else _credits(world, subscription, before, items, at, whole=restarts)
    if restarts:
        _restart(world, after, at)
        lines += pricing.lines(world, after)
    elif not free:
        lines += _debits(world, after, before, items, at)
    return Change(after, lines, restarts)


def carry_out(world: World, subscription: Body, params: Body) -> Body:
    """Make the change and bill it as `proration_behavior` and `payment_behavior` say."""
    change = work_out(world, subscription, params)
    after = change.subscription
    bills_now = change.restarts or (
        params.get("proration_behavior") == "always_invoice" and change.lines
    )
    if not bills_now:
        after.setdefault("_pending_lines", []).extend(change.lines)
        calendar.plan(world, after)
        return after
    behavior = params.get("payment_behavior") or "allow_incomplete"
    invoice = invoicing.draft(world, after, change.lines, "subscription_update")
    world.save(after)
    invoicing.finalize(world, invoice)
    if invoice["status"] == "open" and behavior != "default_incomplete":
        waits = behavior == "pending_if_incomplete"
        outcome = invoicing.collect(world, invoice, reacts=not waits)
        if outcome.refusal and behavior == "error_if_incomplete":
            refusal = outcome.refusal
            raise errors.declined(refusal.code, refusal.decline_code, refusal.message, keeps=False)
        if waits and not outcome.is_paid:
            return _wait_for_payment(world, subscription, after, invoice)
    stored = world.need("subscription", after["id"])
    after["status"] = stored["status"]
    calendar.plan(world, after)
    return after


def expire_pending(world: World, subscription: Body) -> None:
    """The change was never paid, so it never happened."""
    invoice = world.need("invoice", subscription.pop("_pending_invoice"))
    subscription.pop("_pending_items")
    subscription.pop("_pending_fields")
    subscription["pending_update"] = None
    world.save(subscription, "customer.subscription.updated")
    world.emit("customer.subscription.pending_update_expired", subscription)
    if invoice["status"] == "open":
        invoicing.void(world, invoice)


def _ask(world: World, after: Body, items: dict[str, Body], asked: Body, at: int) -> None:
    item_id = asked.get("id")
    if item_id and item_id not in items:
        raise errors.missing("subscription item", item_id, "items[0][id]")
    if asked.get("deleted"):
        del items[str(item_id)]
        return
    price = asked.get("price") and world.need("price", asked["price"], "items[0][price]")
    if item_id:
        item = items[item_id]
        if price:
            item["price"] = price["id"]
        item.pop("_net", None)
        if asked.get("quantity") is not None:
            item["quantity"] = asked["quantity"]
        item["metadata"] |= asked.get("metadata") or {}
        return
    if not price:
        raise errors.invalid("Missing required param: items[0][price].", "items[0][price]")
    period = (at, calendar.period_end(after))
    made = subscriptions.item(after["id"], price, _quantity(price, asked), period, world.now())
    items[made["id"]] = made


def _quantity(price: Body, asked: Body) -> int | None:
    if metering.is_metered(price):
        return None
    return 1 if asked.get("quantity") is None else asked["quantity"]


def _other_interval(world: World, before: dict[str, Body], after: dict[str, Body]) -> bool:
    def spans(items: dict[str, Body]) -> set[tuple[str, int]]:
        found = [pricing.price_of(world, item)["recurring"] for item in items.values()]
        return {(each["interval"], each["interval_count"]) for each in found}

    return spans(before) != spans(after)


def _restart(world: World, after: Body, at: int) -> None:
    after["billing_cycle_anchor"] = at
    for item in after["items"]["data"]:
        price = pricing.price_of(world, item)
        item["current_period_start"] = at
        item["current_period_end"] = pricing.end_of_period(price, at, at)


def _credits(
    world: World,
    subscription: Body,
    before: dict[str, Body],
    after: dict[str, Body],
    at: int,
    *,
    whole: bool,
) -> list[Body]:
    """What is left of the period is given back for items that changed (or for all)."""
    gone = [item for item_id, item in before.items() if whole or _differs(item, after.get(item_id))]
    return [
        part(world, subscription, item, at, sign=-1)
        for item in gone
        if item["quantity"] is not None
    ]


def _debits(
    world: World, subscription: Body, before: dict[str, Body], after: dict[str, Body], at: int
) -> list[Body]:
    new = [item for item_id, item in after.items() if _differs(item, before.get(item_id))]
    return [
        part(world, subscription, item, at, sign=1) for item in new if item["quantity"] is not None
    ]


def _differs(one: Body, other: Body | None) -> bool:
    if other is None:
        return True
    return (one["price"], one["quantity"]) != (other["price"], other["quantity"])


def part(world: World, subscription: Body, item: Body, at: int, *, sign: int) -> Body:
    """What is left of the item's period from `at` on, credited (-1) or billed (1)."""
    price = pricing.price_of(world, item)
    product = world.need("product", price["product"])
    end = item["current_period_end"]
    length = end - subscription["items"]["data"][0]["current_period_start"]
    net = discounting.net(world, subscription, item)
    whole = item.get("_net", net) if sign < 0 else net
    if sign > 0:
        item["_net"] = net
    words = "Unused time on" if sign < 0 else "Remaining time on"
    return invoices.line(
        item,
        price,
        amount=sign * round(whole * max(end - at, 0) / max(length, 1)),
        quantity=item["quantity"],
        period=(at, end),
        description=f"{words} {item['quantity']} × {product['name']}",  # noqa: RUF001 - a multiplication sign is meant
        metadata=subscription["metadata"],
        proration=True,
    )


def _wait_for_payment(world: World, old: Body, after: Body, invoice: Body) -> Body:
    expires_at = world.now() + PAY_WITHIN
    fields = ("billing_cycle_anchor",)
    old |= {
        "latest_invoice": invoice["id"],
        "pending_update": {
            "billing_cycle_anchor": None,
            "discount": None,
            "discounts": None,
            "expires_at": expires_at,
            "metadata": None,
            "subscription_items": after["items"]["data"],
            "trial_end": None,
            "trial_from_plan": None,
        },
        "_pending_fields": {name: after[name] for name in fields},
        "_pending_invoice": invoice["id"],
        "_pending_items": after["items"]["data"],
    }
    due.at(world, old["id"], "expire_pending_update", expires_at)
    return old
