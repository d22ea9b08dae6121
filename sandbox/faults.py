"""The switches that make the world unkind on purpose, each with a count that runs out.

It decides what goes wrong with the next delivery, payment or request; others carry it out.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from sandbox.store import Body, Store


@dataclass(frozen=True)
class Fault:
    """One switch: its name, what it does in plain words, and its settings with defaults."""

    name: str
    label: str
    says: str
    settings: tuple[tuple[str, float], ...] = ()


FAULTS = (
    Fault(
        "fail_next_payment",
        "Fail the next payment",
        "The next payment is declined, and so is each retry, until another card is used.",
    ),
    Fault(
        "fail_next_charge",
        "Fail the next charge",
        "One attempt is declined; its retry goes through.",
    ),
    Fault("drop_webhooks", "Drop webhooks", "The next deliveries never leave. Replay them later."),
    Fault("duplicate_webhooks", "Duplicate webhooks", "The next deliveries are sent twice."),
    Fault("reorder_webhooks", "Reorder webhooks", "The next deliveries go out last one first."),
    Fault(
        "delay_webhooks",
        "Delay webhooks",
        "The next deliveries wait before they leave.",
        (("delay_seconds", 5.0),),
    ),
    Fault("forge_webhooks", "Forge webhooks", "The next deliveries carry a wrong signature."),
    Fault("api_down", "API down", "The next API requests are answered 503."),
    Fault(
        "api_slow",
        "API slow",
        "The next API requests wait before they are answered.",
        (("slow_seconds", 3.0),),
    ),
    Fault(
        "api_lost",
        "Answer lost",
        "The next API requests do their work, but answer 500 as if the answer were lost.",
    ),
)
_COUNTS = {fault.name for fault in FAULTS}
_SETTINGS = {name: default for fault in FAULTS for name, default in fault.settings}
HELD, PENDING, DROPPED = "held", "pending", "dropped"
HELD_AT_MOST = 1.0


class UnknownFault(ValueError):
    """A switch the sandbox does not have, or a value it cannot take."""


class Faults:
    """The switches as they stand."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self) -> dict[str, float]:
        """Every switch and setting with its value."""
        stored = self._store.read_note("faults", {})
        return {**dict.fromkeys(sorted(_COUNTS), 0), **_SETTINGS, **stored}

    def set(self, changes: dict[str, Any]) -> dict[str, float]:
        """Change some of them; refused whole if any is unknown."""
        for name, value in changes.items():
            if name not in _COUNTS | set(_SETTINGS):
                known = ", ".join(sorted(_COUNTS | set(_SETTINGS)))
                raise UnknownFault(f"There is no fault called {name!r}. There are: {known}.")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise UnknownFault(f"{name} takes a number from 0 up, not {value!r}.")
            if name in _COUNTS and value != int(value):
                raise UnknownFault(f"{name} counts whole things, so not {value!r}.")
        self._store.write_note("faults", {**self._store.read_note("faults", {}), **changes})
        return self.standing()

    def clear(self) -> None:
        """Be kind again."""
        self._store.write_note("faults", {})

    def takes(self, name: str) -> bool:
        """Whether the switch is on for this one; uses up one of its count."""
        left = int(self.standing()[name])
        if left:
            self.set({name: left - 1})
        return left > 0

    def queue(self, store: Store, event: Body, endpoint: Body) -> None:
        """Queue the delivery of an event to an endpoint, as the switches would have it."""
        now = time.time()
        status, due, fault = PENDING, now, None
        if self.takes("drop_webhooks"):
            status, fault = DROPPED, "dropped"
        elif self.takes("reorder_webhooks"):
            status, fault, due = HELD, "reordered", now + HELD_AT_MOST
        elif self.takes("delay_webhooks"):
            fault, due = "delayed", now + self.standing()["delay_seconds"]
        elif self.takes("forge_webhooks"):
            fault = "forged"
        copies = 2 if status != DROPPED and self.takes("duplicate_webhooks") else 1
        for copy in range(copies):
            store.db.execute(
                "INSERT INTO deliveries (event, type, endpoint, url, status, fault, next_at,"
                " created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    event["id"],
                    event["type"],
                    endpoint["id"],
                    endpoint["url"],
                    status,
                    "duplicate" if copy else fault,
                    due,
                    now,
                ),
            )


def summary(attempts: str) -> list[Body]:
    """The attempts of a delivery row."""
    return json.loads(attempts)
