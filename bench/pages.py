"""From a paid Checkout to the page that unlocks by itself, webhooks over HTTP, and the size of the first load.

Runs the whole product (server, sandbox, Chromium) on this machine, so every part shares its cores.
"""

import asyncio
import hashlib
import hmac
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Response, sync_playwright

from bench.table import line, percentile
from launch.shots import log_in
from saas_app.scenes import PASSWORD
from tests.support.product import Product, built, running_product

_ROUNDS = 8
_EVENTS = 2000
_AT_ONCE = 16
_SECRET = "whsec_bench"
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
]
# Stamps the moment at which the lock leaves the page, without polling.
_STAMP = """() => { new MutationObserver(() => {
  if (!window.unlockedAt && !document.querySelector('[data-testid=lock]')) window.unlockedAt = Date.now();
}).observe(document.body, { childList: true, subtree: true }); }"""


def rows() -> Iterator[str]:
    built()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_product(Path(folder) / "tree", STRIPE_WEBHOOK_SECRETS=_SECRET) as product,
    ):
        yield from _acknowledged(product)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=_ARGS
            )
            yield from _unlocked(browser, product)
            yield from _weighed(browser, product)
            browser.close()


def _acknowledged(product: Product) -> Iterator[str]:
    bare = asyncio.run(_posted(f"{product.url}/api/plans", 500, signed=False))
    ours = asyncio.run(_posted(f"{product.url}/api/stripe/webhook", _EVENTS, signed=True))
    yield line(
        f"webhooks acknowledged over HTTP, {_AT_ONCE} connections, SQLite",
        f"{_EVENTS / ours[0]:,.0f} /s",
        f"GET /api/plans {500 / bare[0]:,.0f} /s",
    )
    yield line(
        "  p99 over HTTP",
        f"{percentile(ours[1], 0.99) * 1000:.1f} ms",
        f"GET /api/plans {percentile(bare[1], 0.99) * 1000:.1f} ms",
    )


async def _posted(url: str, count: int, *, signed: bool) -> tuple[float, list[float]]:
    """A sender this plain costs the two cores less than what it measures."""
    parts = urlsplit(url)
    numbers = iter(range(count))
    took: list[float] = []

    async def one_sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", parts.port)
        for number in numbers:
            request = _request(parts.path, parts.netloc, number if signed else None)
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            took.append(time.perf_counter() - began)
            if b" 200 " not in head.split(b"\r\n")[0]:
                raise RuntimeError(head.decode())
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(one_sender() for _ in range(_AT_ONCE)))
    return time.perf_counter() - began, took


def _request(path: str, host: str, number: int | None) -> bytes:
    if number is None:
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    body, signature = _event(number)
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nStripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _event(number: int) -> tuple[bytes, str]:
    """About a customer that is nobody here: acknowledged and stored like any other."""
    body = json.dumps(
        {
            "id": f"evt_http_{number}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": "customer.subscription.updated",
            "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_nobody"}},
        }
    ).encode()
    stamp = int(time.time())
    digest = hmac.new(_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={digest}"


def _unlocked(browser: Browser, product: Product) -> Iterator[str]:
    waits = [_one_unlock(browser, product, round_) for round_ in range(_ROUNDS)]
    yield line(
        "card accepted → webhook → the open page unlocked",
        f"median {statistics.median(waits):.0f} ms",
        f"worst of {_ROUNDS}: {max(waits):.0f} ms",
    )


def _one_unlock(browser: Browser, product: Product, round_: int) -> float:
    """Milliseconds on one machine's clock, from the moment the card is sent: more than the webhook alone."""
    email = f"bench{round_}@example.com"
    _joined(product, email)
    context = browser.new_context(base_url=product.url)
    tab = context.new_page()
    log_in(tab, email)
    tab.goto("/charts/GBPJPY?tf=M5")
    tab.get_by_test_id("lock").wait_for()
    tab.evaluate(_STAMP)
    order = {"plan": "pro", "interval": "month"}
    started = tab.request.post("/api/checkout", data=order, headers={"Origin": product.url}).json()
    paid_at = time.time() * 1000
    product.sandbox.complete_checkout(started["session_id"])
    tab.get_by_test_id("lock").wait_for(state="detached", timeout=15_000)
    unlocked_at = tab.evaluate("window.unlockedAt")
    context.close()
    return unlocked_at - paid_at


def _joined(product: Product, email: str) -> None:
    with httpx.Client(base_url=product.url) as web:
        web.post(
            "/api/auth/register", json={"email": email, "password": PASSWORD}
        ).raise_for_status()
        for _ in range(100):
            letters = product.sandbox.mail(email)
            if letters:
                break
            time.sleep(0.05)
        link = next(link for link in letters[0]["links"] if "token=" in link)
        web.post(
            "/api/auth/verify-email", json={"token": link.split("token=")[1]}
        ).raise_for_status()


def _weighed(browser: Browser, product: Product) -> Iterator[str]:
    for path in ("/", "/pricing", "/login"):
        context = browser.new_context(base_url=product.url)
        tab = context.new_page()
        sizes: list[int] = []
        tab.on("response", partial(_weigh, sizes))
        tab.goto(path, wait_until="networkidle")
        yield line(
            f"first load of {path}", f"{sum(sizes) / 1024:.0f} KiB gzip", f"{len(sizes)} requests"
        )
        context.close()


def _weigh(sizes: list[int], answer: Response) -> None:
    sizes.append(answer.request.sizes()["responseBodySize"])
