"""A change at the end of the period, as a schedule of two phases that lets go when it is done."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import stripe

from saas_app.billing.changing import ScheduleOrder

_OVER = frozenset({"released", "canceled", "completed"})
_DISCOUNT_BY = ("discount", "coupon", "promotion_code")


def book(client: stripe.StripeClient, order: ScheduleOrder, price: str | None, *, key: str) -> None:
    """The first phase is what runs now, items and discounts and all; the second is what follows."""
    made = client.v1.subscription_schedules.create(
        {"from_subscription": order.subscription}, {"idempotency_key": f"{key}:schedule"}
    )
    running = made.to_dict()["phases"][0]
    kept = [_item(each) for each in running["items"]]
    phases: Any = [
        {
            "items": kept,
            "start_date": running["start_date"],
            "end_date": running["end_date"],
            "proration_behavior": "none",
            **_discounts(running),
        },
        {
            "items": [{"price": price or kept[0]["price"], "quantity": order.seats}],
            "duration": {"interval": order.interval, "interval_count": 1},
            "proration_behavior": "none",
            **_discounts(running),
        },
    ]
    client.v1.subscription_schedules.update(
        made.id,
        {"end_behavior": "release", "phases": phases},
        {"idempotency_key": f"{key}:phases"},
    )


def read(client: stripe.StripeClient, schedule: str) -> dict[str, Any]:
    found = client.v1.subscription_schedules.retrieve(schedule, {"expand": ["phases.items.price"]})
    return found.to_dict()


def release(client: stripe.StripeClient, schedule: str) -> None:
    try:
        client.v1.subscription_schedules.release(schedule)
    except stripe.InvalidRequestError:
        # Stripe releases only what still runs; over by itself in the meantime, it is off anyway.
        if client.v1.subscription_schedules.retrieve(schedule).status not in _OVER:
            raise


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"price": _id(item["price"]), "quantity": item.get("quantity") or 1}


def _discounts(phase: Mapping[str, Any]) -> dict[str, Any]:
    """The same discounts by whichever of their three names is there; none says nothing."""
    listed = cast("Sequence[Mapping[str, Any]]", phase.get("discounts") or [])
    kept = [
        next({name: _id(each[name])} for name in _DISCOUNT_BY if each.get(name))
        for each in listed
        if any(each.get(name) for name in _DISCOUNT_BY)
    ]
    return {"discounts": kept} if kept else {}


def _id(value: Any) -> str:
    return cast("Mapping[str, str]", value)["id"] if isinstance(value, Mapping) else value
