"""How a schedule ends: released, completed, canceled, or aborted with its subscription."""

from sandbox import errors
from sandbox.engine import due
from sandbox.store import Body
from sandbox.world import World

LIVE = {"active", "not_started"}


def release(world: World, schedule: Body) -> Body:
    """The subscription goes on as it is now, without the schedule."""
    _must_be_live(schedule, "release")
    subscription = world.store.get(schedule["subscription"] or "")
    schedule |= {
        "released_at": world.now(),
        "released_subscription": schedule["subscription"],
        "subscription": None,
    }
    _close(world, schedule, "released", "subscription_schedule.released")
    if subscription:
        subscription["schedule"] = None
        world.save(subscription, "customer.subscription.updated")
    return schedule


def complete(world: World, schedule: Body) -> Body:
    """Every phase has been lived through, and the subscription ends with the last one."""
    schedule["completed_at"] = world.now()
    return _close(world, schedule, "completed", "subscription_schedule.completed")


def cancel(world: World, schedule: Body) -> Body:
    """Nothing of what was planned happens any more."""
    _must_be_live(schedule, "cancel")
    schedule["canceled_at"] = world.now()
    return _close(world, schedule, "canceled", "subscription_schedule.canceled")


def with_subscription(world: World, subscription: Body, reason: str) -> None:
    """The subscription has ended by itself, so its schedule has nothing left to do."""
    schedule = world.store.get(subscription["schedule"] or "")
    if schedule is None or schedule["status"] not in LIVE:
        return
    schedule["canceled_at"] = world.now()
    aborted = reason == "payment_failed"
    event = "subscription_schedule.aborted" if aborted else "subscription_schedule.canceled"
    _close(world, schedule, "canceled", event)


def _close(world: World, schedule: Body, status: str, event: str) -> Body:
    due.never(world, schedule["id"])
    schedule |= {"status": status, "current_phase": None}
    world.save(schedule)
    world.emit(event, schedule)
    return schedule


def _must_be_live(schedule: Body, verb: str) -> None:
    if schedule["status"] not in LIVE:
        raise errors.invalid(
            f"You cannot {verb} a subscription schedule that is currently in the"
            f" `{schedule['status']}` status. To {verb} a subscription schedule, it must be in"
            " one of the following statuses: `not_started`, `active`."
        )
