import asyncio
import threading
import time

import pytest

from saas_app.core import live
from saas_app.core.db import transaction
from saas_app.core.live import Hub


def test_a_waiter_wakes_for_its_topic_only():
    hub = Hub()

    async def scene():
        seen = hub.version("mine")
        waiter = asyncio.create_task(hub.wait("mine", seen, 5))
        await asyncio.sleep(0)
        hub.bump("other")
        await asyncio.sleep(0.02)
        assert not waiter.done()
        threading.Thread(target=hub.bump, args=("mine",)).start()
        return await waiter, seen

    woke, seen = asyncio.run(scene())
    assert woke == seen + 1


def test_a_change_between_two_waits_is_not_lost():
    hub = Hub()
    seen = hub.version("t")
    hub.bump("t")
    assert asyncio.run(hub.wait("t", seen, 0)) == seen + 1


def test_a_wait_ends_by_itself_with_what_was_seen():
    assert asyncio.run(Hub().wait("t", 0, 0.01)) == 0


def test_waiters_that_gave_up_leave_nothing_behind():
    hub = Hub()
    asyncio.run(hub.wait("t", 0, 0.01))
    assert not hub._waiting["t"]


def test_after_a_gap_everyone_looks_again():
    hub = Hub()
    hub.bump("a")
    before = hub.version("a")
    hub.bump_all()
    assert hub.version("a") == before + 1


@pytest.mark.db
def test_a_commit_reaches_listeners_in_any_process(database):
    """On PostgreSQL by NOTIFY through a connection of its own, on SQLite through the hub itself."""
    topic = f"workspace:{time.monotonic_ns()}"

    async def scene():
        listener = asyncio.create_task(live.listen()) if database == "postgresql" else None
        seen = live.HUB.version(topic)
        try:
            for _ in range(100):
                await asyncio.to_thread(_announce, topic)
                if (now := await live.HUB.wait(topic, seen, 0.1)) != seen:
                    return now - seen
        finally:
            if listener:
                listener.cancel()
        return 0

    assert asyncio.run(scene()) >= 1


def _announce(topic):
    with transaction() as session:
        live.publish(session, topic)
