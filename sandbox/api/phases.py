"""The phases of a schedule as a request describes them, read, checked and given their dates."""

from sandbox import errors
from sandbox.api.subscription_params import AUTOMATIC_TAX, PRORATION
from sandbox.engine import periods
from sandbox.objects import schedule as schedules
from sandbox.shapes import (
    Shape,
    boolean,
    count,
    either,
    fields,
    integer,
    many,
    metadata,
    one_of,
    text,
)
from sandbox.store import Body
from sandbox.world import World

DATE = either(one_of("now"), integer)
METHOD = one_of("charge_automatically", "send_invoice")
ANCHOR = one_of("automatic", "phase_start")
_DURATION = fields(
    {"interval": one_of("day", "week", "month", "year"), "interval_count": count},
    required=("interval",),
)
_DISCOUNTS = many(fields({"coupon": text, "discount": text, "promotion_code": text}))
_NEW: dict[str, Shape] = {
    "automatic_tax": AUTOMATIC_TAX,
    "billing_cycle_anchor": ANCHOR,
    "collection_method": METHOD,
    "currency": text,
    "default_payment_method": text,
    "description": text,
    "discounts": _DISCOUNTS,
    "duration": _DURATION,
    "end_date": DATE,
    "items": many(
        fields(
            {"discounts": _DISCOUNTS, "metadata": metadata, "price": text, "quantity": count},
            required=("price",),
        )
    ),
    "metadata": metadata,
    "proration_behavior": PRORATION,
    "trial": boolean,
    "trial_end": DATE,
}
NEW_PHASE = fields(_NEW, required=("items",))
# Only a plan that runs says when its phases began; a new one says it once, above them.
PHASE = fields({**_NEW, "start_date": DATE}, required=("items",))


def read(world: World, asked: list[Body], starts: int) -> list[Body]:
    """The phases one after the other, the first one from `starts`."""
    made: list[Body] = []
    for place, each in enumerate(asked):
        start = made[-1]["end_date"] if made else starts
        given = each.get("start_date")
        if made and isinstance(given, int) and given != start:
            raise errors.invalid(
                "Each phase must start when the one before it ends.", f"phases[{place}][start_date]"
            )
        prices = [_price(world, item, place, at) for at, item in enumerate(each["items"])]
        if len({price["currency"] for price in prices}) > 1:
            raise errors.invalid(
                "All prices on a phase must have the same currency.", f"phases[{place}][items]"
            )
        end = _end(world, each, prices[0], start, place, is_last=place == len(asked) - 1)
        if end <= start:
            raise errors.invalid(
                "The phase must end after it starts.", f"phases[{place}][end_date]"
            )
        trial_end = end if each.get("trial") else each.get("trial_end")
        items = [
            schedules.item(i["price"], i.get("quantity", 1), i.get("metadata"))
            for i in each["items"]
        ]
        shown = {**each, "trial_end": None if trial_end == "now" else trial_end}
        made.append(schedules.phase(shown, items, prices[0]["currency"], (start, end)))
    return made


def _price(world: World, item: Body, place: int, at: int) -> Body:
    name = f"phases[{place}][items][{at}][price]"
    price = world.need("price", item["price"], name)
    if not price["recurring"]:
        raise errors.invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices"
            f" with `type=recurring`. ({price['id']})",
            name,
        )
    return price


def _end(world: World, phase: Body, price: Body, start: int, place: int, *, is_last: bool) -> int:
    if "duration" in phase and "end_date" in phase:
        raise errors.invalid(
            "You may only specify one of these parameters: duration, end_date.",
            f"phases[{place}][duration]",
        )
    if "end_date" in phase:
        return world.now() if phase["end_date"] == "now" else phase["end_date"]
    if "duration" in phase:
        span = phase["duration"]
        return periods.next_end(start, start, span["interval"], span.get("interval_count") or 1)
    if not is_last:
        raise errors.invalid(
            "Every phase but the last must have an `end_date` or a `duration`.",
            f"phases[{place}][end_date]",
            "parameter_missing",
        )
    recurring = price["recurring"]
    return periods.next_end(start, start, recurring["interval"], recurring["interval_count"])
