"""Whose time a request is about: that of the customer it names, who may live by a test clock."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox import errors
from sandbox.world import World

_CLOCK = "test_helpers.test_clock"


def customer_of(world: World, named: Iterable[Any]) -> str | None:
    """The customer with a test clock that one of these ids leads to, if any does."""
    if not world.store.count(_CLOCK):
        return None
    for object_id in named:
        found = world.store.get(object_id) if isinstance(object_id, str) else None
        if found is None and isinstance(object_id, str) and object_id.startswith("si_"):
            found = _holder(world, object_id)
        if found is None:
            continue
        customer_id = found["id"] if found["object"] == "customer" else found.get("customer")
        customer = world.store.get(customer_id or "") or {}
        if customer.get("test_clock"):
            return customer_id
    return None


def refuse_while_advancing(world: World, customer_id: str | None) -> None:
    """Nothing of a customer is changed while their clock is on its way."""
    customer = world.store.get(customer_id or "") or {}
    clock = world.store.get(customer.get("test_clock") or "") or {}
    if clock.get("status") == "advancing":
        raise errors.invalid(
            "Test clock advancement underway: this customer cannot be changed until the clock is"
            " ready."
        )


@contextmanager
def beginning_on(world: World, clock_id: str | None) -> Iterator[None]:
    """A customer made on a test clock begins at its time."""
    clock = world.store.get(clock_id or "")
    if clock is None or clock["object"] != _CLOCK:
        yield
        return
    with world.on_clock(clock["id"], clock["frozen_time"]):
        yield


def _holder(world: World, item_id: str) -> dict[str, Any] | None:
    for subscription in world.store.select("subscription"):
        if any(item["id"] == item_id for item in subscription["items"]["data"]):
            return subscription
    return None
