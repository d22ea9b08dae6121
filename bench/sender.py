"""The sender of webhooks: signed beforehand, over connections that stay, plain enough to cost little."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.table import percentile

SECRET = "whsec_bench"
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Taken:
    """How long a number of requests took, altogether and each of them, in seconds."""

    whole: float
    each: Sequence[float]

    @property
    def rate(self) -> float:
        return len(self.each) / self.whole

    def at(self, share: float) -> float:
        """In milliseconds."""
        return percentile(list(self.each), share) * 1000


def event(event_id: str, customer: str) -> bytes:
    return json.dumps(
        {
            "id": event_id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": "customer.subscription.updated",
            "data": {"object": {"id": "sub_1", "object": "subscription", "customer": customer}},
        }
    ).encode()


def signature(body: bytes) -> str:
    stamp = int(time.time())
    digest = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def get(url: str) -> bytes:
    parts = urlsplit(url)
    return f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


def post(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Stripe-Signature: {signature(body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def fired(url: str, requests: Sequence[bytes]) -> Taken:
    """As fast as the answers come, a fixed number under way."""
    return asyncio.run(_fired(urlsplit(url).port or 80, requests))


def paced(url: str, requests: Sequence[bytes], *, per_second: float) -> Taken:
    """Each when it is due, whether those before it were answered or not."""
    return asyncio.run(_paced(urlsplit(url).port or 80, requests, 1 / per_second))


async def _fired(port: int, requests: Sequence[bytes]) -> Taken:
    waiting = iter(requests)
    took: list[float] = []

    async def one_sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        took.extend([await _exchanged(reader, writer, request) for request in waiting])
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(one_sender() for _ in range(AT_ONCE)))
    return Taken(time.perf_counter() - began, took)


async def _paced(port: int, requests: Sequence[bytes], apart: float) -> Taken:
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(AT_ONCE):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))

    async def one(request: bytes) -> float:
        reader, writer = await free.get()
        took = await _exchanged(reader, writer, request)
        free.put_nowait((reader, writer))
        return took

    began = time.perf_counter()
    under_way: list[asyncio.Task[float]] = []
    for number, request in enumerate(requests):
        await asyncio.sleep(max(0.0, began + number * apart - time.perf_counter()))
        under_way.append(asyncio.create_task(one(request)))
    took = await asyncio.gather(*under_way)
    whole = time.perf_counter() - began
    for _ in range(AT_ONCE):
        _, writer = free.get_nowait()
        writer.close()
        await writer.wait_closed()
    return Taken(whole, took)


async def _exchanged(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> float:
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise RuntimeError(head.decode())
    return time.perf_counter() - began
