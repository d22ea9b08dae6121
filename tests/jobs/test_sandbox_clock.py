import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from saas_app.core import clock, live, sandbox_clock
from tests.support.billing_world import sandbox_process
from tests.support.sandbox_process import free_port

__all__ = ["sandbox_process"]


@pytest.fixture
def sandbox(sandbox_process, configured):
    sandbox_process.reset()
    configured.sandbox_port = int(sandbox_process.base_url.rsplit(":", 1)[1])
    sandbox_clock.ask_once()
    return sandbox_process


def days_ahead():
    return round(clock.lead() / timedelta(days=1), 2)


def test_the_business_clock_follows_a_jump_and_tells_whoever_waits(sandbox):
    before = days_ahead()

    async def follow():
        seen, page = live.HUB.version(live.CLOCK), live.HUB.version("workspace:1")
        task = asyncio.create_task(sandbox_clock.follow())
        waiting = asyncio.create_task(live.HUB.wait("workspace:1", page, 5))
        await asyncio.to_thread(sandbox.advance, "15d")
        assert await live.HUB.wait(live.CLOCK, seen, 5) != seen
        assert await waiting != page
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(follow())
    assert days_ahead() == before + 15


def test_the_wall_clock_is_moved_by_nobody(sandbox):
    before = clock.wall()
    sandbox.advance("30d")
    assert sandbox_clock.ask() is True
    assert clock.wall() - before < timedelta(minutes=1)
    assert sandbox_clock.ask() is False


def test_a_silent_sandbox_leaves_the_clock_as_it_is(configured):
    configured.sandbox_port = free_port()
    clock.set_lead(timedelta(days=3))
    sandbox_clock.ask_once()
    assert clock.lead() == timedelta(days=3)
