"""What happened to one object, step by step: each event that names it, and what it changed."""

import json
from typing import Any

from sandbox.engine import due
from sandbox.store import Body
from sandbox.world import World

_LONGEST = 200
_SHORT = 60
_QUIET = {"updated", "status_transitions"}


def of(world: World, object_id: str) -> list[Body]:
    """The events that speak of the object, newest first, its own and others'."""
    rows = world.store.db.execute(
        "SELECT body FROM objects WHERE kind = 'event' AND instr(body, ?) ORDER BY seq DESC LIMIT ?",
        (f'"{object_id}"', _LONGEST),
    ).fetchall()
    return [_step(json.loads(row["body"]), object_id) for row in rows]


def ahead(world: World, object_id: str) -> list[Body]:
    """What falls due on the object, soonest first."""
    rows = world.store.db.execute(
        "SELECT action, at FROM timers WHERE object_id = ? ORDER BY at", (object_id,)
    ).fetchall()
    return [{"what": due.WORDS[row["action"]], "at": row["at"]} for row in rows]


def describe(world: World, journey: list[tuple[int, str, str]]) -> list[Body]:
    """What the clock carried out on its way, in words, with whose it was."""
    told: list[Body] = []
    for at, action, object_id in journey:
        found = world.store.get(object_id) or {}
        customer = world.store.get(found.get("customer") or "") or {}
        who = customer.get("email") or customer.get("name") or object_id
        told.append({"at": at, "id": object_id, "what": due.WORDS[action], "who": who})
    return told


def _step(event: Body, object_id: str) -> Body:
    body = event["data"]["object"]
    before: dict[str, Any] = event["data"].get("previous_attributes") or {}
    changes = [
        {"field": name, "before": _shown(old), "after": _shown(body.get(name))}
        for name, old in before.items()
        if name not in _QUIET
    ]
    return {
        "at": event["created"],
        "changes": changes,
        "id": event["id"],
        "is_own": body.get("id") == object_id,
        "subject": body.get("id"),
        "type": event["type"],
    }


def _shown(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return words if len(words) <= _SHORT else f"{words[:_SHORT]}…"
