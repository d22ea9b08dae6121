"""Subscription schedules: what is planned for a subscription, phase by phase."""

from typing import Any

from sandbox import errors
from sandbox.api import phases
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.api.subscription_params import AUTOMATIC_TAX, BILLING_MODE, PRORATION
from sandbox.engine import cancelling, scheduling, unscheduling
from sandbox.objects import schedule as schedules
from sandbox.shapes import (
    Shape,
    boolean,
    count,
    fields,
    many,
    metadata,
    one_of,
    text,
)
from sandbox.store import Body
from sandbox.world import World

_KIND = "subscription_schedule"
_SHARED: dict[str, Shape] = {
    "default_settings": fields(
        {
            "automatic_tax": AUTOMATIC_TAX,
            "billing_cycle_anchor": phases.ANCHOR,
            "collection_method": phases.METHOD,
            "default_payment_method": text,
            "description": text,
            "invoice_settings": fields({"days_until_due": count}),
        }
    ),
    "end_behavior": one_of("cancel", "none", "release", "renew"),
    "metadata": metadata,
}
_ALONE = {"phases", "start_date", "end_behavior", "default_settings", "customer"}


def create(world: World, params: Body) -> Body:
    """Take a running subscription under a schedule, or plan one that begins later."""
    if source := params.get("from_subscription"):
        both = sorted(_ALONE & set(params))
        if both:
            raise errors.invalid(
                f"You cannot set `{both[0]}` if `from_subscription` is set.", both[0]
            )
        return _take_over(world, world.need("subscription", source, "from_subscription"), params)
    for name in ("customer", "phases"):
        if not params.get(name):
            raise errors.invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return _plan_new(world, params)


def update(world: World, params: Body, schedule_id: str) -> Body:
    """Plan something else; what changes in the phase we are in changes at once."""
    schedule = world.need(_KIND, schedule_id)
    if schedule["status"] not in unscheduling.LIVE:
        raise errors.invalid(
            "You cannot update a subscription schedule that is currently in the"
            f" `{schedule['status']}` status."
        )
    merge(schedule, params, "end_behavior")
    if "default_settings" in params:
        schedule["default_settings"] = schedules.default_settings(
            {**schedule["default_settings"], **params["default_settings"]}
        )
    if "phases" in params:
        _replan(world, schedule, params)
    elif schedule["status"] == "active":
        subscription = world.need("subscription", schedule["subscription"])
        scheduling.announce_end(world, subscription, schedule)
        world.save(subscription, "customer.subscription.updated")
    scheduling.plan(world, schedule)
    return world.save(schedule, "subscription_schedule.updated")


def release(world: World, params: Body, schedule_id: str) -> Body:
    """Let the subscription go on by itself, with its end if that is to be kept."""
    schedule = world.need(_KIND, schedule_id)
    subscription = world.store.get(schedule["subscription"] or "")
    if subscription and subscription["cancel_at"] and not params.get("preserve_cancel_date"):
        cancelling.take_back(world, subscription)
        world.save(subscription)
    return unscheduling.release(world, schedule)


def cancel(world: World, _params: Body, schedule_id: str) -> Body:
    """End the schedule and, if it runs, the subscription with it."""
    schedule = unscheduling.cancel(world, world.need(_KIND, schedule_id))
    subscription = world.store.get(schedule["subscription"] or "")
    if subscription and subscription["status"] not in cancelling.ENDED:
        cancelling.now(world, subscription, "cancellation_requested")
    return schedule


def read_all(world: World, params: Body) -> Body:
    """Schedules of a customer, perhaps only those that still run."""
    where: dict[str, Any] = {"customer": params.get("customer")}
    wanted = [word for flag, word in _STATES.items() if params.get(flag)]
    where["status"] = wanted[0] if wanted else None
    return listed(world, _KIND, "/v1/subscription_schedules", params, where)


_STATES = {"scheduled": "not_started"}


def _take_over(world: World, subscription: Body, params: Body) -> Body:
    if subscription["schedule"]:
        raise errors.invalid(
            "You cannot migrate a subscription that is already attached to a schedule:"
            f" `{subscription['schedule']}`.",
            "from_subscription",
        )
    if subscription["status"] in cancelling.ENDED | {"incomplete"}:
        raise errors.invalid(
            f"You cannot migrate a subscription that is {subscription['status']}.",
            "from_subscription",
        )
    schedule = schedules.new(
        subscription["customer"], subscription["billing_mode"], params, now=world.now()
    )
    own = subscription["items"]["data"]
    items = [schedules.item(i["price"], i["quantity"], i["metadata"]) for i in own]
    start = own[0]["current_period_start"]
    end = subscription["cancel_at"] or min(item["current_period_end"] for item in own)
    given = {"trial_end": subscription["trial_end"]} if _trialing(subscription) else {}
    given["discounts"] = [{"discount": each} for each in subscription["discounts"]]
    first = schedules.phase(given, items, subscription["currency"], (start, end))
    schedule |= {
        "end_behavior": "cancel" if subscription["cancel_at"] else "release",
        "phases": [first],
        "status": "active",
        "subscription": subscription["id"],
    }
    for name in ("collection_method", "default_payment_method", "description"):
        schedule["default_settings"][name] = subscription[name]
    scheduling.point_at(schedule, first)
    world.add(schedule, "subscription_schedule.created")
    scheduling.plan(world, schedule)
    subscription["schedule"] = schedule["id"]
    world.save(subscription, "customer.subscription.updated")
    return schedule


def _plan_new(world: World, params: Body) -> Body:
    now = world.now()
    customer = world.need("customer", params["customer"], "customer")
    mode = {
        "flexible": {"proration_discounts": "included"},
        "type": (params.get("billing_mode") or {}).get("type") or "flexible",
        "updated_at": now,
    }
    schedule = schedules.new(customer["id"], mode, params, now=now)
    start = params.get("start_date") or "now"
    starts = now if start == "now" else start
    schedule["phases"] = phases.read(world, params["phases"], starts)
    world.add(schedule, "subscription_schedule.created")
    if starts <= now:
        scheduling.begin(world, schedule)
    else:
        scheduling.plan(world, schedule)
    return world.need(_KIND, schedule["id"])


def _replan(world: World, schedule: Body, params: Body) -> None:
    asked, now = params["phases"], world.now()
    if not asked:
        raise errors.invalid("A subscription schedule needs at least one phase.", "phases")
    if "start_date" not in asked[0]:
        raise errors.invalid(
            "The first phase must have a `start_date`.",
            "phases[0][start_date]",
            "parameter_missing",
        )
    start = asked[0]["start_date"]
    starts = now if start == "now" else start
    if schedule["status"] == "not_started":
        schedule["phases"] = phases.read(world, asked, starts)
        return
    running = schedule["current_phase"]
    if start != "now" and starts > running["start_date"]:
        raise errors.invalid(
            "You must include the current phase: the first phase's `start_date` cannot be later"
            f" than {running['start_date']}.",
            "phases[0][start_date]",
        )
    schedule["phases"] = phases.read(world, asked, starts)
    if schedule["phases"][-1]["end_date"] <= now:
        raise errors.invalid("The last phase must end in the future.", "phases")
    phase = scheduling.current(schedule, now)
    scheduling.point_at(schedule, phase)
    subscription = world.need("subscription", schedule["subscription"])
    proration = params.get("proration_behavior") or "create_prorations"
    scheduling.apply(world, subscription, schedule, phase, proration)


def _trialing(subscription: Body) -> bool:
    return subscription["status"] == "trialing"


_CREATE: dict[str, Shape] = {
    **_SHARED,
    "billing_mode": BILLING_MODE,
    "customer": text,
    "from_subscription": text,
    "phases": many(phases.NEW_PHASE),
    "start_date": phases.DATE,
}
_UPDATE: dict[str, Shape] = {
    **_SHARED,
    "phases": many(phases.PHASE),
    "proration_behavior": PRORATION,
}
_LIST: dict[str, Shape] = {
    **PAGING,
    "canceled_at": CREATED,
    "completed_at": CREATED,
    "created": CREATED,
    "customer": text,
    "released_at": CREATED,
    "scheduled": boolean,
}
_PATH = "/subscription_schedules"

ENDPOINTS = (
    Endpoint("POST", _PATH, create, _CREATE),
    Endpoint("GET", _PATH, read_all, _LIST),
    Endpoint("GET", f"{_PATH}/{{id}}", reading(_KIND)),
    Endpoint("POST", f"{_PATH}/{{id}}", update, _UPDATE),
    Endpoint("POST", f"{_PATH}/{{id}}/release", release, {"preserve_cancel_date": boolean}),
    Endpoint(
        "POST", f"{_PATH}/{{id}}/cancel", cancel, {"invoice_now": boolean, "prorate": boolean}
    ),
)
