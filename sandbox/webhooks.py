"""Delivering events: signed, in order at first, retried with growing patience, written down.

Deliveries run on wall time: moving the sandbox's clock never makes a retry come sooner.
"""

import asyncio
import contextlib
import json
import logging
import time
from typing import Any

import httpx

from sandbox import faults, render, signing
from sandbox.objects import thin
from sandbox.store import Body
from sandbox.world import World

BACK_OFF = (1, 5, 30, 120, 600, 1800, 3600, 3600, 7200, 14_400, 28_800, 28_800)
PATIENCE = 10.0
AT_ONCE = 8
SUCCEEDED, FAILED = "succeeded", "failed"
_KEPT = 600
_NAP = 0.2
_APART = 0.03  # far enough that reordered deliveries also arrive in their new order

logger = logging.getLogger("sandbox.webhooks")


class Deliverer:
    """Sends what is due to whoever listens; woken by every commit."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._woken = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._client = httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False)

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            self._woken.clear()
            self._release_held()
            self._start_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._until_next())

    async def close(self) -> None:
        """Drop what is on its way; it is tried again at the next start."""
        for task in self._sending.values():
            task.cancel()
        await self._client.aclose()

    async def settled(self, at_most: float) -> bool:
        """Wait until every delivery that is due has been tried once, or the time is up.

        Deliveries that a switch delays or drops are not waited for.
        """
        give_up = time.monotonic() + at_most
        self.wake()
        while self._untried():
            if time.monotonic() > give_up:
                return False
            await asyncio.sleep(0.005)
        return True

    def replay(self, event: Body) -> int:
        """Send the event again to every endpoint that listens; says to how many."""
        listeners = self._world.listeners(event)
        for endpoint in listeners:
            self._world.faults.queue(self._world.store, event, endpoint)
        self.wake()
        return len(listeners)

    def _untried(self) -> bool:
        row = self._world.store.db.execute(
            "SELECT 1 FROM deliveries WHERE attempts = '[]' AND (status = 'held'"
            " OR status = 'pending' AND (next_at <= ? OR fault = 'reordered')) LIMIT 1",
            (time.time(),),
        ).fetchone()
        return row is not None

    def _release_held(self) -> None:
        """Held deliveries leave, last one first, once no more are to be held or after a while."""
        db, now = self._world.store.db, time.time()
        held = db.execute("SELECT * FROM deliveries WHERE status = 'held' ORDER BY id").fetchall()
        more_wanted = self._world.faults.standing()["reorder_webhooks"] > 0
        if not held or (more_wanted and held[0]["next_at"] > now):
            return
        for place, row in enumerate(reversed(held)):
            db.execute(
                "UPDATE deliveries SET status = 'pending', next_at = ? WHERE id = ?",
                (now + place * _APART, row["id"]),
            )

    def _start_due(self) -> None:
        room = AT_ONCE - len(self._sending)
        if room <= 0:
            return
        rows = self._world.store.db.execute(
            "SELECT * FROM deliveries WHERE status = 'pending' AND next_at <= ?"
            " ORDER BY next_at, id LIMIT ?",
            (time.time(), room + len(self._sending)),
        ).fetchall()
        for row in [each for each in rows if each["id"] not in self._sending][:room]:
            self._sending[row["id"]] = asyncio.create_task(self._send(row))

    async def _send(self, row: Any) -> None:
        started = time.time()
        try:
            said = await self._attempt(row, int(started))
        except Exception as bug:
            logger.exception("delivery %s failed in the sandbox itself", row["id"])
            said = {"status": None, "response": f"A fault in the sandbox: {bug!r}", "final": True}
        finally:
            self._sending.pop(row["id"], None)
            self.wake()
        said |= {"at": started, "ms": round((time.time() - started) * 1000, 1)}
        self._write_down(row["id"], said)

    async def _attempt(self, row: Any, now: int) -> Body:
        event = self._world.store.get(row["event"])
        endpoint = self._world.store.get(row["endpoint"])
        if event is None or endpoint is None:
            return {"status": None, "response": "The endpoint is gone.", "final": True}
        told = thin.notification(event) if event["object"] == thin.EVENT else event
        body = json.dumps(render.shown(self._world.store, told), indent=2)
        secret = "whsec_wrong" if row["fault"] == "forged" else endpoint["_secret"]
        try:
            answer = await self._client.post(
                row["url"],
                content=body,
                headers={
                    "Content-Type": "application/json; charset=utf-8",
                    "Stripe-Signature": signing.header(body, secret, now),
                    "User-Agent": "Stripe/1.0 (sandbox)",
                },
            )
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            return {"status": None, "response": f"{type(problem).__name__}: {problem}"[:_KEPT]}
        return {"status": answer.status_code, "response": answer.text[:_KEPT]}

    def _write_down(self, delivery_id: int, said: Body) -> None:
        db = self._world.store.db
        row = db.execute("SELECT * FROM deliveries WHERE id = ?", (delivery_id,)).fetchone()
        if row is None:
            return
        attempts = [*faults.summary(row["attempts"]), said]
        delivered = said["status"] is not None and 200 <= said["status"] < 300  # noqa: PLR2004 - the 2xx range
        status, next_at = SUCCEEDED if delivered else FAILED, row["next_at"]
        if not delivered and len(attempts) <= len(BACK_OFF) and not said.pop("final", False):
            status, next_at = faults.PENDING, time.time() + BACK_OFF[len(attempts) - 1]
        with self._world.store.transaction():
            db.execute(
                "UPDATE deliveries SET status = ?, attempts = ?, next_at = ? WHERE id = ?",
                (status, json.dumps(attempts), next_at, delivery_id),
            )
            event = self._world.store.get(row["event"])
            if delivered and event is not None and "pending_webhooks" in event:
                event["pending_webhooks"] = max(event["pending_webhooks"] - 1, 0)
                self._world.store.put(event)

    def _until_next(self) -> float:
        if len(self._sending) >= AT_ONCE:
            return _NAP
        marks = ", ".join("?" * len(self._sending))
        query = f"SELECT min(next_at) FROM deliveries WHERE status IN ('pending', 'held') AND id NOT IN ({marks})"  # noqa: S608 - only marks are inserted
        row = self._world.store.db.execute(query, tuple(self._sending)).fetchone()
        return _NAP * 10 if row[0] is None else max(row[0] - time.time(), 0.001)


def forget(world: World, endpoint_id: str) -> None:
    """Nobody listens there any more: what was not delivered yet never will be."""
    world.store.db.execute(
        "UPDATE deliveries SET status = 'failed' WHERE endpoint = ? AND status IN"
        " ('pending', 'held')",
        (endpoint_id,),
    )


def delivered(world: World, *, successfully: bool) -> tuple[str, ...]:
    """Events that everyone who listens has taken, or those that somebody has not."""
    rows = world.store.db.execute(
        "SELECT event, min(status = 'succeeded') AS well FROM deliveries GROUP BY event"
    ).fetchall()
    return tuple(row["event"] for row in rows if bool(row["well"]) == successfully)


def log(world: World, *, event: str | None = None, limit: int = 200) -> list[Body]:
    """Deliveries, newest first, with every attempt."""
    rows = world.store.db.execute(
        "SELECT * FROM deliveries WHERE ? IS NULL OR event = ? ORDER BY id DESC LIMIT ?",
        (event, event, limit),
    ).fetchall()
    return [{**dict(row), "attempts": faults.summary(row["attempts"])} for row in rows]
