"""Installs the adapters that the settings ask for. Shared by web, command line and worker; no Reflex."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from saas_app.core import dbos_tasks, live, sandbox_clock, tasks
from saas_app.core.settings import settings


def install() -> None:
    """Everything a process needs before it does anything. Opens no connection, starts no thread."""
    tasks.install(dbos_tasks.DbosTasks())


@asynccontextmanager
async def lifespan() -> AsyncGenerator[None]:
    """What runs beside the web process for as long as it lives."""
    loops = [asyncio.create_task(loop) for loop in _loops()]
    await asyncio.to_thread(dbos_tasks.launch)
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        for loop in loops:
            with suppress(asyncio.CancelledError):
                await loop
        await asyncio.to_thread(dbos_tasks.stop)


def _loops() -> Iterator[Coroutine[Any, Any, None]]:
    if settings().sandboxed:
        yield sandbox_clock.follow()
    if not settings().on_sqlite:
        yield live.listen()
