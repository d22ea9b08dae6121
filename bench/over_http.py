"""Webhooks over HTTP as the product runs, beside the simplest receivers on the same server software.

One after the other, each in a process of its own, with one sender for all of them.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench import applied, databases, sender
from bench.sender import SECRET, Taken
from bench.table import line
from tests.support.product import ROOT, built, granian, running_product
from tests.support.sandbox_process import free_port

_WARM = 300
_EVENTS = 4000
_SIMPLEST = ("echo", "verify", "commit")
_NAMES = {
    "echo": "bare Starlette echo",
    "verify": "verify only",
    "commit": "verify + one commit each",
}


def rows() -> Iterator[str]:
    built()
    for kind in databases.offered():
        yield from _on(kind)


def _on(kind: str) -> Iterator[str]:
    simplest: dict[str, Taken] = {}
    with databases.KINDS[kind]() as url, _receivers(url) as address:
        for name in _SIMPLEST:
            simplest[name] = _measured(f"{address}/{name}", name)
    with (
        databases.KINDS[kind]() as url,
        tempfile.TemporaryDirectory() as folder,
        running_product(
            Path(folder) / "tree", STRIPE_WEBHOOK_SECRETS=SECRET, DATABASE_URL=url
        ) as product,
    ):
        ours = _measured(f"{product.url}/api/stripe/webhook", "ours")
        for name, taken in simplest.items():
            yield _row(f"{_NAMES[name]}, {kind}", taken, "")
        yield _row(f"webhooks acknowledged, {kind}", ours, _beside(ours, simplest))
        yield from applied.rows(product, kind, url)


def _beside(ours: Taken, simplest: dict[str, Taken]) -> str:
    return ", ".join(
        f"{ours.rate / taken.rate:.2f} x the rate and {ours.at(0.99) / taken.at(0.99):.2f} x the p99 of {name}"
        for name, taken in simplest.items()
    )


def _row(what: str, taken: Taken, baseline: str) -> str:
    found = f"p50 {taken.at(0.5):.1f} p99 {taken.at(0.99):.1f} ms"
    return line(
        f"HTTP, {sender.AT_ONCE} at once: {what}", f"{taken.rate:,.0f} /s", f"{found}   {baseline}"
    )


def _measured(url: str, name: str) -> Taken:
    """About a customer that is nobody here: stored like any other, and little work afterwards."""
    sender.fired(url, _requests(url, f"{name}_warm", _WARM))
    return sender.fired(url, _requests(url, name, _EVENTS))


def _requests(url: str, name: str, count: int) -> list[bytes]:
    return [
        sender.post(url, sender.event(f"evt_{name}_{number}", "cus_nobody"))
        for number in range(count)
    ]


@contextmanager
def _receivers(url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        databases.laid_out(url, Path(folder))
        port = free_port()
        process = subprocess.Popen(
            granian(port, "bench.baselines:made"),
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DATA_DIR": folder},
            start_new_session=True,
        )
        try:
            address = f"http://localhost:{port}"
            _until_there(f"{address}/echo")
            yield address
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(15)


def _until_there(url: str) -> None:
    for _ in range(200):
        try:
            httpx.post(url, content=b"").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nobody answers at {url}")
