"""Tells a page, before it is painted, how its reader likes it, and hears where their clock hangs.

The pages are files, the same for everybody. The first cookie comes with the very page that reads it, so
a choice made on one device holds on the next without a flash. The second is set by
that script and read at the next page.
"""

import asyncio
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.accounts import profile, sessions, time_zone
from saas_app.api.boundary import cookie
from saas_app.core.db import snapshot, transaction
from saas_app.workspaces import memberships

COOKIE = "appearance"
ZONE = "zone"
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
                wanted = await asyncio.to_thread(_wanted, plain, unquote(cookie(headers, ZONE)))
                if wanted and wanted != cookie(headers, COOKIE):
                    send = _with_cookie(send, wanted)
        await self.app(scope, receive, send)


def _wanted(plain: str, zone: str) -> str:
    with snapshot() as session:
        who = sessions.lookup(session, plain)
        wanted = profile.appearance(session, who.user_id) if who else ""
    if who is not None and zone != who.time_zone:
        with transaction() as session:
            if time_zone.follow(session, who.user_id, zone):
                memberships.begin_days_with(session, who.user_id, zone)
    return wanted


def _with_cookie(send: Send, wanted: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append(
                "set-cookie",
                f"{COOKIE}={wanted}; Path=/; Max-Age={_YEAR}; SameSite=Lax; Secure",
            )
        await send(message)

    return wrapped
