"""Test clocks, under test_helpers."""

from sandbox.api.endpoint import PAGING, Endpoint, listing, reading
from sandbox.engine import test_clocks
from sandbox.shapes import integer, text
from sandbox.store import Body
from sandbox.world import World

_KIND = "test_helpers.test_clock"
_PATH = "/test_helpers/test_clocks"


def create(world: World, params: Body) -> Body:
    """A time of its own."""
    return test_clocks.create(world, params)


def advance(world: World, params: Body, clock_id: str) -> Body:
    """Move it on; `ready` again when all that was due has been done."""
    return test_clocks.advance(world, world.need(_KIND, clock_id), params["frozen_time"])


def remove(world: World, _params: Body, clock_id: str) -> Body:
    """Delete it with its customers."""
    test_clocks.delete(world, world.need(_KIND, clock_id))
    return {"id": clock_id, "object": _KIND, "deleted": True}


ENDPOINTS = (
    Endpoint("POST", _PATH, create, {"frozen_time": integer, "name": text}, ("frozen_time",)),
    Endpoint("GET", _PATH, listing(_KIND, f"/v1{_PATH}"), PAGING),
    Endpoint("GET", f"{_PATH}/{{id}}", reading(_KIND)),
    Endpoint("DELETE", f"{_PATH}/{{id}}", remove),
    Endpoint(
        "POST", f"{_PATH}/{{id}}/advance", advance, {"frozen_time": integer}, ("frozen_time",)
    ),
)
