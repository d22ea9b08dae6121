"""Webhooks acknowledged per second and how late, beside bare verify-plus-one-commit on the same database."""

import asyncio
import hashlib
import hmac
import json
import os
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psycopg

from bench.table import line, percentile
from saas_app.billing import inbox
from saas_app.billing.models import StripeEvent
from saas_app.billing.stripe import webhooks
from saas_app.core import clock, db
from saas_app.core.settings import Settings, prepared, use
from saas_app.tables import schema

_SECRET = "whsec_bench"
_EVENTS = 4000
_AT_ONCE = 16
_BARE = 1500

Send = Callable[[bytes, str], Awaitable[object]]


def rows() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield from _on(f"sqlite:///{Path(folder) / 'bench.db'}", "SQLite", Path(folder))
    postgres = os.environ.get("TEST_DATABASE_URL")
    if not postgres:
        yield line("webhooks on PostgreSQL", "not measured", "TEST_DATABASE_URL is not set")
        return
    name = f"tidemark_bench_{uuid.uuid4().hex[:8]}"
    with (
        psycopg.connect(postgres, autocommit=True) as admin,
        tempfile.TemporaryDirectory() as folder,
    ):
        admin.execute(f'create database "{name}"')
        try:
            yield from _on(f"{postgres.rsplit('/', 1)[0]}/{name}", "PostgreSQL", Path(folder))
        finally:
            db.dispose()
            admin.execute(f'drop database "{name}" with (force)')


def _on(url: str, name: str, folder: Path) -> Iterator[str]:
    use(
        prepared(
            Settings(
                _env_file=None, data_dir=folder, database_url=url, stripe_webhook_secrets=[_SECRET]
            )
        )
    )  # pyright: ignore[reportCallIssue] — pydantic-settings' own argument
    db.dispose()
    schema().create_all(db.engine())
    bare = asyncio.run(_timed(_BARE, _bare))
    ours = asyncio.run(_timed(_EVENTS, inbox.receive))
    p99 = percentile(ours[1], 0.99) * 1000
    yield line(
        f"webhooks acknowledged, {_AT_ONCE} at once, {name}",
        f"{_EVENTS / ours[0]:,.0f} /s",
        f"bare verify + one commit each {_BARE / bare[0]:,.0f} /s",
    )
    yield line(
        f"  p99 from receipt to acknowledgement, {name}",
        f"{p99:.1f} ms",
        f"bare {percentile(bare[1], 0.99) * 1000:.1f} ms",
    )
    db.dispose()


async def _timed(events: int, send: Send) -> tuple[float, list[float]]:
    """Seconds for all of them, and the seconds each took, with a fixed number under way."""
    waiting = iter([_signed(f"evt_{send.__name__}_{n}") for n in range(events)])
    took: list[float] = []

    async def one_sender() -> None:
        for body, signature in waiting:
            began = time.perf_counter()
            await send(body, signature)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one_sender() for _ in range(_AT_ONCE)))
    return time.perf_counter() - began, took


async def _bare(body: bytes, signature: str) -> None:
    """What the simplest honest receiver does: believe, insert, commit, alone."""
    facts = webhooks.opened(body, signature, (_SECRET,), at=clock.wall())
    row = inbox._row(facts, "")

    def store() -> None:
        with db.transaction() as session:
            session.add(StripeEvent(**row))

    await asyncio.to_thread(store)


def _signed(event_id: str) -> tuple[bytes, str]:
    body = json.dumps(
        {
            "id": event_id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": "customer.subscription.updated",
            "data": {
                "object": {"id": "sub_1", "object": "subscription", "customer": f"cus_{event_id}"}
            },
        }
    ).encode()
    stamp = int(time.time())
    digest = hmac.new(_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={digest}"
