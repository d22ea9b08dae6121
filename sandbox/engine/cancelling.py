"""Ending a subscription: now, or on a date that can still be taken back."""

from sandbox import errors
from sandbox.engine import calendar, due, unscheduling
from sandbox.store import Body
from sandbox.world import World

ENDED = {"canceled", "incomplete_expired"}
_ENDS = {"min_period_end": min, "max_period_end": max, "max_billed_until": max}


def now(world: World, subscription: Body, reason: str, details: Body | None = None) -> Body:
    """End it at once; whatever is still owed stays owed but is not collected any more."""
    refuse_if_ended(subscription)
    instant = world.now()
    subscription |= {
        "status": "canceled",
        "ended_at": instant,
        "canceled_at": subscription["canceled_at"] or instant,
        "cancellation_details": {
            **subscription["cancellation_details"],
            **(details or {}),
            "reason": reason,
        },
    }
    due.never(world, subscription["id"])
    _stop_collecting(world, subscription["id"])
    world.save(subscription)
    world.emit("customer.subscription.deleted", subscription)
    unscheduling.with_subscription(world, subscription, reason)
    return subscription


def at_period_end(world: World, subscription: Body, details: Body | None = None) -> None:
    """Schedule the end in the older form: a flag, and the date beside it."""
    _schedule(world, subscription, calendar.period_end(subscription), details)
    subscription["cancel_at_period_end"] = True


def at(world: World, subscription: Body, when: str | int, details: Body | None = None) -> None:
    """Schedule the end in the newer form: only a date, the flag stays down."""
    ends = [item["current_period_end"] for item in subscription["items"]["data"]]
    instant: int = _ENDS[when](ends) if isinstance(when, str) else when
    if instant <= world.now():
        raise errors.invalid("`cancel_at` must be in the future.", "cancel_at")
    _schedule(world, subscription, instant, details)
    subscription["cancel_at_period_end"] = False


def take_back(world: World, subscription: Body) -> None:
    """It goes on as if nothing had been scheduled."""
    subscription |= {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
    }
    calendar.plan(world, subscription)


def refuse_if_ended(subscription: Body) -> None:
    """What has ended cannot be changed."""
    if subscription["status"] in ENDED:
        raise errors.missing("subscription", subscription["id"])


def _schedule(world: World, subscription: Body, when: int, details: Body | None) -> None:
    subscription |= {
        "cancel_at": when,
        "canceled_at": world.now(),
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            **(details or {}),
            "reason": "cancellation_requested",
        },
    }
    calendar.plan(world, subscription)


def _stop_collecting(world: World, subscription_id: str) -> None:
    path = "parent.subscription_details.subscription"
    for status in ("draft", "open"):
        for invoice in world.store.select("invoice", {path: subscription_id, "status": status}):
            due.never(world, invoice["id"])
            invoice |= {"auto_advance": False, "next_payment_attempt": None}
            world.save(invoice, "invoice.updated")
