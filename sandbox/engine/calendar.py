"""Which dates a subscription has ahead of it, kept on the sandbox's calendar."""

from sandbox.clock import DAY
from sandbox.engine import due
from sandbox.store import Body
from sandbox.world import World

REMIND_TRIAL = 3 * DAY
REMIND_RENEWAL = 7 * DAY


def period_end(subscription: Body) -> int:
    """When the current period of the subscription ends: the first of its items' ends."""
    return min(item["current_period_end"] for item in subscription["items"]["data"])


def plan(world: World, subscription: Body) -> None:
    """Put the dates ahead on the calendar, taking off those that no longer apply."""
    due.never(world, subscription["id"], "trial_will_end", "upcoming", "roll", "cancel")
    now, end = world.now(), period_end(subscription)
    subscription_id = subscription["id"]
    due.at(world, subscription_id, "roll", end)
    if subscription["cancel_at"]:
        due.at(world, subscription_id, "cancel", max(subscription["cancel_at"], now))
    if subscription["status"] == "trialing":
        reminded = subscription.get("_reminded_of_trial_end") == subscription["trial_end"]
        if not reminded:
            due.at(world, subscription_id, "trial_will_end", max(now, end - REMIND_TRIAL))
    elif end - REMIND_RENEWAL > now and not subscription["cancel_at"]:
        due.at(world, subscription_id, "upcoming", end - REMIND_RENEWAL)
