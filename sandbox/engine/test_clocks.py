"""Test clocks: customers whose time stands still until it is advanced, whatever others' does."""

from sandbox import errors
from sandbox.clock import DAY
from sandbox.engine import due
from sandbox.objects import test_clock
from sandbox.store import Body
from sandbox.world import World

CUSTOMERS, SUBSCRIPTIONS = 3, 3
_KIND = "test_helpers.test_clock"
_LENGTHS = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}


def create(world: World, params: Body) -> Body:
    """A clock that stands at an instant; it is deleted by itself after thirty days."""
    body = world.add(test_clock.new(params, now=world.now()), f"{_KIND}.created")
    due.at(world, body["id"], "delete_clock", body["deletes_after"])
    return body


def advance(world: World, clock: Body, target: int) -> Body:
    """Begin to move on; what is due on the way is carried out afterwards, step by step."""
    if clock["status"] != "ready":
        raise errors.invalid(f"The test clock is {clock['status']} and cannot be advanced now.")
    if target <= clock["frozen_time"]:
        raise errors.invalid(
            "The `frozen_time` must be later than the clock's current frozen time.", "frozen_time"
        )
    farthest = clock["frozen_time"] + _reach(world, clock)
    if target > farthest:
        raise errors.invalid(
            "You can advance a test clock by at most two intervals of the shortest subscription"
            " on it, or by two years where there is none.",
            "frozen_time",
        )
    clock |= {
        "status": "advancing",
        "status_details": {"advancing": {"target_frozen_time": target}},
    }
    world.save(clock)
    world.emit(f"{_KIND}.advancing", clock)
    return clock


def arrive(world: World, clock: Body) -> None:
    """All that was due has been done."""
    clock |= {
        "frozen_time": clock["status_details"]["advancing"]["target_frozen_time"],
        "status": "ready",
        "status_details": {},
    }
    world.save(clock)
    world.emit(f"{_KIND}.ready", clock)


def advancing(world: World) -> list[Body]:
    """The clocks on their way."""
    return world.store.select(_KIND, {"status": "advancing"})


def delete(world: World, clock: Body) -> None:
    """The clock goes, and everything of its customers with it."""
    for customer in customers(world, clock["id"]):
        own = {"customer": customer["id"]}
        for subscription in world.store.select("subscription", own):
            due.never(world, subscription["id"])
            if subscription["schedule"]:
                due.never(world, subscription["schedule"])
            world.remove(subscription)
        for invoice in world.store.select("invoice", own):
            due.never(world, invoice["id"])
        world.store.put({**customer, "deleted": True})
    due.never(world, clock["id"])
    world.remove(clock, f"{_KIND}.deleted")


def attach(world: World, clock_id: str) -> None:
    """Whether one more customer fits on the clock."""
    world.need(_KIND, clock_id, "test_clock")
    if len(customers(world, clock_id)) >= CUSTOMERS:
        raise errors.invalid(f"A test clock can have at most {CUSTOMERS} customers.", "test_clock")


def refuse_more_subscriptions(world: World, customer: Body) -> None:
    """A customer on a clock has a few subscriptions at most."""
    if not customer["test_clock"]:
        return
    if len(world.store.select("subscription", {"customer": customer["id"]})) >= SUBSCRIPTIONS:
        raise errors.invalid(
            f"A customer with a test clock can have at most {SUBSCRIPTIONS} subscriptions."
        )


def customers(world: World, clock_id: str) -> list[Body]:
    """Who lives by the clock."""
    found = world.store.select("customer", {"test_clock": clock_id})
    return [each for each in found if not each.get("deleted")]


def _reach(world: World, clock: Body) -> int:
    spans = [
        _LENGTHS[recurring["interval"]] * recurring["interval_count"]
        for subscription in world.store.select("subscription", {"test_clock": clock["id"]})
        if subscription["status"] not in {"canceled", "incomplete_expired"}
        for item in subscription["items"]["data"]
        if (recurring := world.need("price", item["price"])["recurring"])
    ]
    return 2 * min(spans, default=_LENGTHS["year"])
