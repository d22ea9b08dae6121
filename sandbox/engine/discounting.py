"""Discounts on invoices: which ones count, what each takes off, and when each is over.

A fixed order: the first discount is taken off the whole, the next one off what is left.
"""

from typing import Any

from sandbox import amounts
from sandbox.engine import due, periods, reductions, taxes
from sandbox.objects import invoice as invoices
from sandbox.store import Body
from sandbox.world import World


def of(world: World, subscription: Body) -> list[Body]:
    """The discounts of a subscription that still count, or those a preview imagines."""
    if "_imagined_discounts" in subscription:
        return subscription["_imagined_discounts"]
    found = [world.store.get(each) for each in subscription["discounts"]]
    return [each for each in found if each and (each["end"] is None or each["end"] > world.now())]


def apply(world: World, invoice: Body, discounts: list[Body]) -> list[Body]:
    """Take the discounts off the lines that may be discounted; says which ones took something."""
    totals: dict[str, int] = {}
    for discount in discounts:
        coupon = coupon_of(world, discount)
        lines = [line for line in invoice["lines"]["data"] if _counts_for(coupon, line)]
        amounts = [line["amount"] - _off(line) for line in lines]
        parts = reductions.taken(coupon, invoice["currency"], amounts)
        for line, part in zip(lines, parts, strict=True):
            line["discounts"].append(discount["id"])
            line["discount_amounts"].append({"amount": part, "discount": discount["id"]})
            line["pretax_credit_amounts"].append(_credit(part, discount))
        totals[discount["id"]] = sum(parts)
    invoice["discounts"] = [each["id"] for each in discounts]
    invoice["total_discount_amounts"] = [
        {"amount": amount, "discount": discount_id} for discount_id, amount in totals.items()
    ]
    invoice["total_pretax_credit_amounts"] = [
        _credit(totals[each["id"]], each) for each in discounts
    ]
    taxes.work_out(world, invoice)
    invoices.total_up(invoice)
    return [each for each in discounts if totals[each["id"]]]


def bill(world: World, subscription: Body, invoice: Body) -> None:
    """Discount a new invoice, use up what counts once, and note what each item really costs."""
    used = apply(world, invoice, of(world, subscription))
    for line in invoice["lines"]["data"]:
        details = (line["parent"] or {}).get("subscription_item_details")
        for item in subscription["items"]["data"]:
            if details and item["id"] == details["subscription_item"] and not details["proration"]:
                item["_net"] = line["amount"] - _off(line)
    prorated = any(_is_proration(line) and line["amount"] > 0 for line in invoice["lines"]["data"])
    for discount in of(world, subscription) if prorated else used:
        if coupon_of(world, discount)["duration"] == "once":
            drop(world, subscription, discount["id"])


def net(world: World, subscription: Body, item: Body) -> int:
    """What a whole period of an item costs after the subscription's discounts."""
    currency = subscription["currency"]
    items = [each for each in subscription["items"]["data"] if each["id"] != item["id"]] + [item]
    prices = [world.need("price", each["price"]) for each in items]
    left = [
        amounts.cost(price, each["quantity"]) for price, each in zip(prices, items, strict=True)
    ]
    for discount in of(world, subscription):
        coupon = coupon_of(world, discount)
        chosen = [i for i, price in enumerate(prices) if _sells(coupon, price["product"])]
        parts = reductions.taken(coupon, currency, [left[i] for i in chosen])
        for place, part in zip(chosen, parts, strict=True):
            left[place] -= part
    return left[-1]


def give(world: World, subscription: Body, discount: Body) -> None:
    """The discount is the subscription's from now on, for as long as its coupon lasts."""
    coupon = coupon_of(world, discount)
    discount |= {"subscription": subscription["id"], "customer": subscription["customer"]}
    if coupon["duration"] == "repeating":
        months = coupon["duration_in_months"]
        discount["end"] = periods.next_end(discount["start"], discount["start"], "month", months)
        due.at(world, discount["id"], "discount_ends", discount["end"])
    subscription["discounts"].append(discount["id"])
    world.add(discount, "customer.discount.created")


def drop(world: World, subscription: Body, discount_id: str) -> None:
    """The subscription no longer has the discount; invoices that show it keep it."""
    due.never(world, discount_id)
    subscription["discounts"].remove(discount_id)
    discount = world.need("discount", discount_id)
    if discount["end"] is None:
        discount["end"] = world.now()
    world.save(discount)
    world.emit("customer.discount.deleted", discount)


def end(world: World, discount: Body) -> None:
    """The months of a repeating coupon are over."""
    subscription = world.store.get(discount["subscription"] or "")
    if subscription and discount["id"] in subscription["discounts"]:
        drop(world, subscription, discount["id"])
        world.save(subscription, "customer.subscription.updated")


def coupon_of(world: World, discount: Body) -> Body:
    """The coupon behind a discount, deleted or not."""
    return world.need("coupon", discount["source"]["coupon"])


def _counts_for(coupon: Body, line: Body) -> bool:
    price: dict[str, Any] = (line["pricing"] or {}).get("price_details") or {}
    return line["discountable"] and _sells(coupon, price.get("product"))


def _is_proration(line: Body) -> bool:
    details = (line["parent"] or {}).get("subscription_item_details")
    return bool(details and details["proration"])


def _sells(coupon: Body, product: str | None) -> bool:
    return not coupon["_products"] or product in coupon["_products"]


def _off(line: Body) -> int:
    return sum(each["amount"] for each in line["discount_amounts"])


def _credit(amount: int, discount: Body) -> Body:
    return {"amount": amount, "discount": discount["id"], "type": "discount"}
