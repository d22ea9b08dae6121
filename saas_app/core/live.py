"""Tells open pages and waiting workers that something changed. Carries no data, only a topic.

Level-triggered: a waiter compares version counters, so a change between two waits is never
lost. On PostgreSQL the news travels by NOTIFY inside the writer's transaction and reaches
every process through `listen`; on SQLite it is bumped here after the commit.
"""

import asyncio
import threading
from collections import defaultdict

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from saas_app.core import db, logs
from saas_app.core.settings import settings

_CHANNEL = "tidemark"
_log = logs.get(__name__)


class Hub:
    """Version counters by topic, with asynchronous and threaded waiters. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = (
            defaultdict(set)
        )

    def bump(self, topic: str) -> None:
        with self._lock:
            self._versions[topic] += 1
            for loop, event in self._waiting.pop(topic, set()):
                _set(loop, event)
            self._lock.notify_all()

    def bump_all(self) -> None:
        """After a gap in listening anything may have changed: wake everyone."""
        with self._lock:
            topics = [*self._versions, *self._waiting]
        for topic in dict.fromkeys(topics):
            self.bump(topic)

    def version(self, topic: str) -> int:
        with self._lock:
            return self._versions[topic]

    async def wait(self, topic: str, seen: int, within: float) -> int:
        """The topic's version once it differs from `seen`, or `seen` again after `within` seconds."""
        event = asyncio.Event()
        waiter = (asyncio.get_running_loop(), event)
        with self._lock:
            if self._versions[topic] != seen:
                return self._versions[topic]
            self._waiting[topic].add(waiter)
        try:
            await asyncio.wait_for(event.wait(), within)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting[topic].discard(waiter)
        return self.version(topic)

    def wait_in_thread(self, topic: str, seen: int, within: float) -> int:
        with self._lock:
            self._lock.wait_for(lambda: self._versions[topic] != seen, within)
            return self._versions[topic]


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)


HUB = Hub()
# Bumped when the business clock jumps: whatever waits for a date looks again.
CLOCK = "clock"


def workspace_topic(workspace_id: int) -> str:
    return f"workspace:{workspace_id}"


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


def publish(session: Session, topic: str) -> None:
    """Announce a change of `topic` when, and only when, this transaction commits."""
    if settings().on_sqlite:
        db.after_commit(session, lambda: HUB.bump(topic))
    else:
        session.connection().execute(
            text("select pg_notify(:channel, :topic)"), {"channel": _CHANNEL, "topic": topic}
        )


async def listen() -> None:
    """Carry PostgreSQL's notifications into this process's hub, for ever; reconnects by itself."""
    url = settings().database.replace("postgresql+psycopg://", "postgresql://")
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"listen {_CHANNEL}")
                HUB.bump_all()
                async for notification in connection.notifies():
                    HUB.bump(notification.payload)
        except psycopg.OperationalError as lost:
            _log.warning("live.listen_lost", error=str(lost))
            await asyncio.sleep(1)
