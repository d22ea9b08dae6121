"""A new test clock: a time of their own for a few customers."""

from sandbox import ids
from sandbox.clock import DAY
from sandbox.store import Body


def new(params: Body, *, now: int) -> Body:
    """Standing still at its frozen time."""
    return {
        "id": ids.new("test_helpers.test_clock"),
        "object": "test_helpers.test_clock",
        "created": now,
        "deletes_after": now + 30 * DAY,
        "frozen_time": params["frozen_time"],
        "livemode": False,
        "name": params.get("name"),
        "status": "ready",
        "status_details": {},
    }
