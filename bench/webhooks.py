"""Webhooks acknowledged by the receiver without HTTP, beside bare verify-plus-one-commit on the same database."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from bench import databases, sender
from bench.baselines import stored_alone
from bench.sender import AT_ONCE, SECRET, Taken
from bench.table import line
from saas_app.billing import inbox
from saas_app.billing.stripe import webhooks
from saas_app.core import clock

_EVENTS = 4000
_BARE = 1500

Send = Callable[[bytes, str], Awaitable[object]]


def rows() -> Iterator[str]:
    for kind in databases.offered():
        with databases.KINDS[kind]() as url, tempfile.TemporaryDirectory() as folder:
            databases.laid_out(url, Path(folder), stripe_webhook_secrets=[SECRET])
            yield from _on(kind)


def _on(kind: str) -> Iterator[str]:
    bare = asyncio.run(_timed(_BARE, _bare))
    ours = asyncio.run(_timed(_EVENTS, inbox.receive))
    yield line(
        f"receiver without HTTP, {AT_ONCE} at once, {kind}",
        f"{ours.rate:,.0f} /s",
        f"verify + one commit each {bare.rate:,.0f} /s: {ours.rate / bare.rate:.1f} x",
    )
    yield line(
        f"  p99 from receipt to acknowledgement, {kind}",
        f"{ours.at(0.99):.1f} ms",
        f"verify + one commit each {bare.at(0.99):.1f} ms",
    )


async def _timed(events: int, send: Send) -> Taken:
    """With a fixed number under way."""
    bodies = [sender.event(f"evt_{send.__name__}_{n}", f"cus_{n}") for n in range(events)]
    waiting = iter([(body, sender.signature(body)) for body in bodies])
    took: list[float] = []

    async def one_sender() -> None:
        for body, signature in waiting:
            began = time.perf_counter()
            await send(body, signature)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one_sender() for _ in range(AT_ONCE)))
    return Taken(time.perf_counter() - began, took)


async def _bare(body: bytes, signature: str) -> None:
    """What the simplest honest receiver does: believe, insert, commit, alone."""
    facts = webhooks.opened(body, signature, (SECRET,), at=clock.wall())
    await asyncio.to_thread(stored_alone, facts)
