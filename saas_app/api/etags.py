"""Answers that seldom change carry an ETag; who has them already is told so in a few bytes."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Where the same is asked again and again: closed candles above all.
_WHERE = (
    "/api/candles/",
    "/api/indicators/",
    "/api/watchlist",
    "/api/alerts",
)
_OK = 200


class ETags:
    """Around the REST edge. A conditional request counts against the plan's hour as any other."""

    def __init__(self, api: ASGIApp) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            headers = Headers(scope=scope)
            # Browsers keep nothing of ours on their disks; programs choose for themselves.
            if scope["path"].startswith(_WHERE) and headers.get("authorization"):
                send = _Tagging(send, headers)
        await self.api(scope, receive, send)


class _Tagging:
    """Holds a good answer back until it is whole, and names it by its digest."""

    def __init__(self, send: Send, asked: Headers) -> None:
        self.send, self.known = send, asked.get("if-none-match", "")
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == _OK:
            self.start = message
            return
        if self.start is None:
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._answer(self.start)

    async def _answer(self, start: Message) -> None:
        tag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'
        headers = MutableHeaders(scope=start)
        headers["etag"] = tag
        headers["cache-control"] = "private, no-cache"
        if _has(self.known, tag):
            del headers["content-length"]
            del headers["content-type"]
            await self.send({**start, "status": 304})
            await self.send({"type": "http.response.body", "body": b""})
            return
        await self.send(start)
        await self.send({"type": "http.response.body", "body": self.body})


def _has(known: str, tag: str) -> bool:
    """RFC 9110, 13.1.2: a list, or `*`; weak ones count as well."""
    named = {one.strip().removeprefix("W/") for one in known.split(",")}
    return "*" in named or tag in named
