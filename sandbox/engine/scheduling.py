"""Living through the phases of a schedule: each begins at its instant and changes what is billed.

A phase that begins where a billing period ends changes the price before the renewal is
billed, so nothing is prorated; in the middle of a period it is a change like any other.
"""

from sandbox.clock import DAY
from sandbox.engine import (
    calendar,
    cancelling,
    changing,
    due,
    pricing,
    redeeming,
    renewing,
    subscribing,
    unscheduling,
)
from sandbox.store import Body
from sandbox.world import World

_REMIND = 7 * DAY


def plan(world: World, schedule: Body) -> None:
    """Put the next boundary on the calendar."""
    due.never(world, schedule["id"])
    if schedule["status"] == "not_started":
        due.at(world, schedule["id"], "phase", schedule["phases"][0]["start_date"])
        return
    last = schedule["phases"][-1]["end_date"]
    due.at(world, schedule["id"], "phase", current(schedule, world.now())["end_date"])
    if last - _REMIND > world.now():
        due.at(world, schedule["id"], "schedule_expiring", last - _REMIND)


def turn(world: World, schedule: Body) -> None:
    """A boundary has come: the next phase begins, or the schedule is over."""
    now = world.now()
    if schedule["status"] == "not_started":
        begin(world, schedule)
        return
    if now >= schedule["phases"][-1]["end_date"]:
        _finish(world, schedule)
        return
    phase = current(schedule, now)
    point_at(schedule, phase)
    world.save(schedule, "subscription_schedule.updated")
    subscription = world.need("subscription", schedule["subscription"])
    apply(world, subscription, schedule, phase, phase["proration_behavior"])
    plan(world, schedule)


def begin(world: World, schedule: Body) -> None:
    """The first phase begins, and with it the subscription."""
    phase, defaults = schedule["phases"][0], schedule["default_settings"]
    customer = world.need("customer", schedule["customer"])
    wanted = [(world.need("price", i["price"]), i["quantity"]) for i in phase["items"]]
    params = {
        "billing_mode": schedule["billing_mode"],
        "collection_method": phase["collection_method"] or defaults["collection_method"],
        "days_until_due": defaults["invoice_settings"]["days_until_due"],
        "default_payment_method": phase["default_payment_method"]
        or defaults["default_payment_method"],
        "description": phase["description"] or defaults["description"],
        "discounts": phase["discounts"],
        "metadata": phase["metadata"],
        "trial_end": phase["trial_end"],
    }
    subscription = subscribing.begin(world, customer, wanted, params).subscription
    subscription["schedule"] = schedule["id"]
    schedule |= {"subscription": subscription["id"], "status": "active"}
    point_at(schedule, phase)
    world.save(schedule, "subscription_schedule.updated")
    announce_end(world, subscription, schedule)
    world.save(subscription, "customer.subscription.updated")
    plan(world, schedule)


def apply(world: World, subscription: Body, schedule: Body, phase: Body, proration: str) -> Body:
    """Make the subscription what the phase says, billing the difference as `proration` says."""
    subscription["metadata"] |= phase["metadata"]
    for name in ("default_payment_method", "description", "collection_method"):
        if phase[name]:
            subscription[name] = phase[name]
    redeeming.put_on(world, subscription, phase["discounts"])
    asked = _asked(subscription, phase)
    anchor = "now" if phase["billing_cycle_anchor"] == "phase_start" else "unchanged"
    at_period_end = calendar.period_end(subscription) <= world.now()
    if asked and at_period_end:
        _replace(world, subscription, asked)
    elif asked:
        subscription = changing.carry_out(
            world,
            subscription,
            {
                "items": asked,
                "proration_behavior": proration,
                "billing_cycle_anchor": {"type": anchor},
            },
        )
    if subscription["status"] == "trialing" and not phase["trial_end"] and not at_period_end:
        world.save(subscription)
        subscription = renewing.end_trial_now(world, subscription)
    announce_end(world, subscription, schedule)
    return world.save(subscription, "customer.subscription.updated")


def announce_end(world: World, subscription: Body, schedule: Body) -> None:
    """The subscription shows when the schedule will end it, if it will."""
    ends = schedule["phases"][-1]["end_date"] if schedule["end_behavior"] == "cancel" else None
    subscription["cancel_at"] = ends
    subscription["cancel_at_period_end"] = False
    subscription["canceled_at"] = world.now() if ends else None
    calendar.plan(world, subscription)


def remind(world: World, schedule: Body) -> None:
    """A week before the last phase ends."""
    world.emit("subscription_schedule.expiring", schedule)


def point_at(schedule: Body, phase: Body) -> None:
    """This is the phase we are in."""
    schedule["current_phase"] = {"end_date": phase["end_date"], "start_date": phase["start_date"]}


def current(schedule: Body, now: int) -> Body:
    """The phase that holds this instant; the first one before it begins."""
    begun = [phase for phase in schedule["phases"] if phase["start_date"] <= now]
    return begun[-1] if begun else schedule["phases"][0]


def follow(world: World, subscription: Body) -> None:
    """What was changed on the subscription itself holds for the rest of the current phase."""
    schedule = world.store.get(subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    phase = current(schedule, world.now())
    held = {item["price"]: item for item in phase["items"]}
    phase["items"] = [
        {**(held.get(item["price"]) or phase["items"][0]), **_shared(item)}
        for item in subscription["items"]["data"]
    ]
    world.save(schedule, "subscription_schedule.updated")


def _shared(item: Body) -> Body:
    return {"price": item["price"], "quantity": item["quantity"]}


def _finish(world: World, schedule: Body) -> None:
    if schedule["end_behavior"] != "cancel":
        unscheduling.release(world, schedule)
        return
    unscheduling.complete(world, schedule)
    subscription = world.need("subscription", schedule["subscription"])
    cancelling.now(world, subscription, "cancellation_requested")


def _asked(subscription: Body, phase: Body) -> list[Body]:
    """The phase's items as a change of the subscription's; nothing if they are the same."""
    own = list(subscription["items"]["data"])
    changes: list[Body] = []
    fresh: list[Body] = []
    for wanted in phase["items"]:
        same = next((item for item in own if item["price"] == wanted["price"]), None)
        if same is None:
            fresh.append(wanted)
            continue
        own.remove(same)
        if same["quantity"] is not None and same["quantity"] != wanted["quantity"]:
            changes.append({"id": same["id"], "quantity": wanted["quantity"]})
    for wanted in fresh:
        change: Body = {"price": wanted["price"], "quantity": wanted["quantity"]}
        if own:
            change["id"] = own.pop(0)["id"]
        changes.append(change)
    return changes + [{"id": item["id"], "deleted": True} for item in own]


def _replace(world: World, subscription: Body, asked: list[Body]) -> None:
    """Change the items without a line on any invoice: the period they were paid for is over."""
    before = _spans(world, subscription)
    end = calendar.period_end(subscription)
    change = changing.work_out(
        world, subscription, {"items": asked, "proration_behavior": "none", "proration_date": end}
    )
    subscription["items"] = change.subscription["items"]
    for item in subscription["items"]["data"]:
        item["current_period_end"] = end
    if _spans(world, subscription) != before:
        subscription["billing_cycle_anchor"] = end


def _spans(world: World, subscription: Body) -> set[tuple[str, int]]:
    found = [pricing.price_of(world, i)["recurring"] for i in subscription["items"]["data"]]
    return {(each["interval"], each["interval_count"]) for each in found}
