"""The sandbox as one thing: its memory, its clock, and the rule that every change is an event.

Engine and API change objects only through `add`, `save` and `remove`, so no change can
happen without the event, and no event without the change.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox import errors, ids, render
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.objects.thin import DESTINATION
from sandbox.objects.thin import EVENT as THIN_EVENT
from sandbox.settings import Settings
from sandbox.store import Body, Store

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Asked:
    """The API request behind a change; both are null for what the clock or a page did."""

    request_id: str | None = None
    idempotency_key: str | None = None


class World:
    """Everything a handler needs, passed as the first argument."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data_dir / "sandbox.db")
        self.clock = Clock(self.store)
        self.faults = Faults(self.store)
        self.asked = Asked()
        self.clock_id = ""

    def now(self) -> int:
        """Sandbox time."""
        return self.clock.now()

    def need(self, kind: str, object_id: str, param: str = "id") -> Body:
        """The object of this kind, or Stripe's "No such …"."""
        found = self.store.get(object_id)
        if found is None or found["object"] != kind:
            raise errors.missing(kind.replace(".", " ").replace("_", " "), object_id, param)
        return found

    def event(self, event_id: str) -> Body:
        """An event of either kind."""
        found = self.store.get(event_id)
        thin = found is not None and found["object"] == THIN_EVENT
        return found if found is not None and thin else self.need("event", event_id)

    def add(self, body: Body, event: str | None = None) -> Body:
        """Store a new object and tell the world."""
        if self.clock_id and "test_clock" in body:
            body["test_clock"] = self.clock_id
        self.store.put(body)
        if event:
            self.emit(event, body)
        return body

    def save(self, body: Body, event: str | None = None) -> Body:
        """Store a changed object; the event carries what it was before.

        No event is sent if nothing a reader can see has changed.
        """
        before = render.shown(self.store, self.store.get(body["id"]) or {})
        self.store.put(body)
        after = render.shown(self.store, body)
        previous = {k: before.get(k) for k in after if before.get(k) != after[k]}
        if event and previous:
            self.emit(event, body, previous)
        return body

    def remove(self, body: Body, event: str | None = None) -> None:
        """Forget an object; the event carries its last state."""
        if event:
            self.emit(event, body)
        self.store.remove(body["id"])

    @contextmanager
    def on_clock(self, clock_id: str, instant: int) -> Iterator[None]:
        """Inside, it is that instant on that test clock, and what falls due does so there."""
        before, self.clock_id = self.clock_id, clock_id
        try:
            with self.clock.at(instant):
                yield
        finally:
            self.clock_id = before

    @contextmanager
    def in_time_of(self, customer_id: str | None) -> Iterator[None]:
        """Inside, it is the customer's own time, if they live by a test clock."""
        customer = self.store.get(customer_id or "") or {}
        clock = self.store.get(customer.get("test_clock") or "")
        if clock is None:
            yield
            return
        with self.on_clock(clock["id"], clock["frozen_time"]):
            yield

    @contextmanager
    def asked_by(self, asked: Asked) -> Iterator[None]:
        """Events inside name this request."""
        self.asked = asked
        try:
            yield
        finally:
            self.asked = Asked()
        self.clock_id = ""

    def emit(self, kind: str, body: Body, previous: Body | None = None) -> None:
        """Write the event and one delivery for every endpoint that listens to it."""
        data: dict[str, Any] = {"object": render.shown(self.store, body)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": ids.new("event"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {
                "id": self.asked.request_id,
                "idempotency_key": self.asked.idempotency_key,
            },
            "type": kind,
        }
        listeners = self.listeners(event)
        event["pending_webhooks"] = len(listeners)
        self._send(event, listeners)

    def tell(self, event: Body) -> None:
        """Write down a thin event, and one delivery for every destination that listens to it."""
        self._send(event, self.listeners(event))

    def listeners(self, event: Body) -> list[Body]:
        """Who wants to hear of it: endpoints of events with a snapshot, destinations of thin ones."""
        kind = DESTINATION if event["object"] == THIN_EVENT else "webhook_endpoint"
        return [
            {**each, "url": each.get("_url") or each["url"]}
            for each in self.store.select(kind, {"status": "enabled"})
            if {"*", event["type"]} & set(each["enabled_events"])
        ]

    def _send(self, event: Body, listeners: list[Body]) -> None:
        self.store.put(event)
        for endpoint in reversed(listeners):
            self.faults.queue(self.store, event, endpoint)
