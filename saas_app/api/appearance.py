"""Tells a page, before it is painted, how its reader likes it: a cookie that a first script reads.

The pages are files, the same for everybody. The cookie comes with the very page that reads it, so
a choice made on one device holds on the next without a flash.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.accounts import profile, sessions
from saas_app.api.boundary import cookie
from saas_app.core.db import snapshot

COOKIE = "appearance"
_YEAR = 365 * 24 * 3600


class Appearance:
    """Around the pages: documents for people who are signed in carry `theme.density`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            headers = Headers(scope=scope)
            plain = cookie(headers, sessions.COOKIE)
            if plain and "text/html" in headers.get("accept", ""):
                wanted = await asyncio.to_thread(_wanted, plain)
                if wanted and wanted != cookie(headers, COOKIE):
                    send = _with_cookie(send, wanted)
        await self.app(scope, receive, send)


def _wanted(plain: str) -> str:
    with snapshot() as session:
        who = sessions.lookup(session, plain)
        return profile.appearance(session, who.user_id) if who else ""


def _with_cookie(send: Send, wanted: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append(
                "set-cookie",
                f"{COOKIE}={wanted}; Path=/; Max-Age={_YEAR}; SameSite=Lax; Secure",
            )
        await send(message)

    return wrapped
