"""Pausing a subscription and lifting the pause: what is credited, what is billed, and when.

While it is paused no period passes and no invoice is made. Pausing collection is another
thing: periods go on, and only their invoices are not collected.
"""

from sandbox import errors
from sandbox.clock import HOUR
from sandbox.engine import calendar, changing, due, invoicing, pricing, standing
from sandbox.store import Body
from sandbox.world import World

PAY_WITHIN = 23 * HOUR
_CAN_PAUSE = {"active", "past_due", "trialing"}


def pause(world: World, subscription: Body, params: Body) -> Body:
    """Stop billing now, giving back what is left of the period unless told otherwise."""
    if subscription["schedule"]:
        raise errors.invalid(
            "You cannot pause a subscription that is attached to a schedule"
            f" (`{subscription['schedule']}`). Release the schedule first."
        )
    if subscription["status"] not in _CAN_PAUSE:
        raise errors.invalid(f"This subscription is {subscription['status']} and cannot be paused.")
    lines = _unused(world, subscription, params)
    if lines and params.get("invoicing_behavior") == "invoice":
        lines = subscription.pop("_pending_lines", []) + lines
        invoice = invoicing.draft(world, subscription, lines, "subscription_update")
        world.save(subscription)
        invoicing.finalize(world, invoice)
        subscription = world.need("subscription", subscription["id"])
    else:
        subscription.setdefault("_pending_lines", []).extend(lines)
    return stop(world, subscription, "pause_requested")


def stop(world: World, subscription: Body, reason: str) -> Body:
    """Paused from this instant."""
    subscription |= {
        "status": "paused",
        "status_details": {
            "paused": {
                "subscription": {"type": reason},
                "transitioned_at": world.now(),
                "type": "subscription",
            }
        },
    }
    due.never(world, subscription["id"])
    world.save(subscription, "customer.subscription.updated")
    world.emit("customer.subscription.paused", subscription)
    return subscription


def end(world: World, subscription: Body) -> None:
    """The time it was paused for is over; whoever resumed or cancelled before is left alone."""
    if subscription["status"] == "paused":
        resume(world, subscription, {})


def resume(world: World, subscription: Body, params: Body) -> Body:
    """Lift the pause, with a new period from now on or in the old rhythm."""
    if subscription["status"] != "paused":
        raise errors.invalid(
            f"This subscription is {subscription['status']}, so there is nothing to resume."
            " Only a paused subscription can be resumed; to take back a scheduled cancellation,"
            " update `cancel_at_period_end` or `cancel_at`."
        )
    if subscription["collection_method"] != "charge_automatically":
        raise errors.invalid("Only subscriptions that are charged automatically can be resumed.")
    if (params.get("billing_cycle_anchor") or {}).get("type") == "unchanged":
        lines = _rest_of_period(world, subscription, params)
        if params.get("proration_behavior") != "always_invoice" or not lines:
            subscription.setdefault("_pending_lines", []).extend(lines)
            return _go_on(world, subscription)
    else:
        lines = _new_period(world, subscription)
    lines = subscription.pop("_pending_lines", []) + lines
    return _bill(world, subscription, lines, params)


def lapse(world: World, subscription: Body) -> None:
    """Nobody tried to pay for the resumption, so it stays paused."""
    invoice = world.store.get(subscription.pop("_resuming", ""))
    world.save(subscription)
    if invoice and invoice["status"] == "open" and not invoice["attempted"]:
        invoicing.void(world, invoice)


def collect_again(world: World, subscription: Body) -> None:
    """The pause of collection is over."""
    due.never(world, subscription["id"], "collect_again")
    subscription["pause_collection"] = None
    world.save(subscription, "customer.subscription.updated")


def pause_collection(world: World, subscription: Body, asked: Body | None) -> None:
    """Let periods go on without collecting, until a date or until further notice."""
    due.never(world, subscription["id"], "collect_again")
    subscription["pause_collection"] = asked and {"resumes_at": None, **asked}
    if not asked or not asked.get("resumes_at"):
        return
    if asked["resumes_at"] <= world.now():
        raise errors.invalid("`resumes_at` must be in the future.", "pause_collection[resumes_at]")
    due.at(world, subscription["id"], "collect_again", asked["resumes_at"])


def _bill(world: World, subscription: Body, lines: list[Body], params: Body) -> Body:
    invoice = invoicing.draft(world, subscription, lines, "subscription_update")
    subscription["_resuming"] = invoice["id"]
    world.save(subscription)
    due.at(world, subscription["id"], "resume_lapses", world.now() + PAY_WITHIN)
    invoicing.finalize(world, invoice)
    if invoice["status"] == "open":
        outcome = invoicing.collect(world, invoice, reacts=False)
        tries = params.get("payment_behavior") != "resume_on_payment_success"
        if not outcome.is_paid and tries and standing.method_for(world, invoice):
            standing.resumed(world, world.need("subscription", subscription["id"]))
            invoicing.chase(world, invoice)
    return world.need("subscription", subscription["id"])


def _go_on(world: World, subscription: Body) -> Body:
    standing.resumed(world, subscription)
    return world.need("subscription", subscription["id"])


def _new_period(world: World, subscription: Body) -> list[Body]:
    now = world.now()
    subscription["billing_cycle_anchor"] = now
    for item in subscription["items"]["data"]:
        price = pricing.price_of(world, item)
        item["current_period_start"] = now
        item["current_period_end"] = pricing.end_of_period(price, now, now)
    return pricing.lines(world, subscription)


def _rest_of_period(world: World, subscription: Body, params: Body) -> list[Body]:
    now = world.now()
    at = params.get("proration_date") or now
    while calendar.period_end(subscription) <= now:
        for item in subscription["items"]["data"]:
            price, start = pricing.price_of(world, item), item["current_period_end"]
            item["current_period_start"] = start
            anchor = subscription["billing_cycle_anchor"]
            item["current_period_end"] = pricing.end_of_period(price, anchor, start)
    if params.get("proration_behavior") == "none":
        return []
    items = [i for i in subscription["items"]["data"] if i["quantity"] is not None]
    return [changing.part(world, subscription, item, at, sign=1) for item in items]


def _unused(world: World, subscription: Body, params: Body) -> list[Body]:
    unused = (params.get("bill_for") or {}).get("unused_time_from") or {"type": "now"}
    if subscription["status"] == "trialing" or unused["type"] == "none":
        return []
    items = [i for i in subscription["items"]["data"] if i["quantity"] is not None]
    whole = unused["type"] == "item_current_period_start"
    return [
        changing.part(
            world,
            subscription,
            item,
            item["current_period_start"] if whole else world.now(),
            sign=-1,
        )
        for item in items
    ]
