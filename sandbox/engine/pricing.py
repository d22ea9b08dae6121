"""What a subscription's items cost for a period, as invoice lines in words people understand."""

from sandbox import amounts
from sandbox.engine import currencies, metering, periods
from sandbox.objects import invoice as invoices
from sandbox.store import Body
from sandbox.world import World

money = currencies.money


def each(price: Body) -> str:
    """A recurring price per period: "$29.00 / month", "$290.00 / 3 months"."""
    recurring = price["recurring"]
    by_one = price["unit_amount"] is not None
    amount = money(price["unit_amount"], price["currency"]) if by_one else "tiered pricing"
    if not recurring:
        return amount
    count = recurring["interval_count"]
    span = recurring["interval"] if count == 1 else f"{count} {recurring['interval']}s"
    return f"{amount} / {span}"


def price_of(world: World, item: Body) -> Body:
    """The price behind an item."""
    return world.need("price", item["price"], "items[0][price]")


def end_of_period(price: Body, anchor: int, start: int) -> int:
    """When a period of this price that holds `start` ends."""
    recurring = price["recurring"]
    return periods.next_end(anchor, start, recurring["interval"], recurring["interval_count"])


def lines(world: World, subscription: Body, *, free: bool = False) -> list[Body]:
    """One line per item for its current period; during a trial they cost nothing."""
    made = []
    for item in subscription["items"]["data"]:
        price = price_of(world, item)
        if metering.is_metered(price):
            continue  # billed for what was used, when the period is over
        product = world.need("product", price["product"])
        quantity = item["quantity"]
        named = f"{quantity} × {product['name']}"  # noqa: RUF001 - a multiplication sign is meant
        made.append(
            invoices.line(
                item,
                price,
                amount=0 if free else amounts.cost(price, quantity),
                quantity=quantity,
                period=(item["current_period_start"], item["current_period_end"]),
                description=f"Free trial for {named}" if free else f"{named} (at {each(price)})",
                metadata=subscription["metadata"],
            )
        )
    return made
