"""The ASGI application: every part of the sandbox under one address, guarded by origin."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import control, identity, mail, pages, sms
from sandbox.api import server
from sandbox.house import House
from sandbox.settings import is_loopback

log = logging.getLogger("sandbox")

_PAUSE_AFTER_A_FAULT = 1.0
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; font-src 'self'; base-uri 'none';"
    " frame-ancestors 'self'"
)

_HEADERS = {
    "content-security-policy": _CSP,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_WRONG_HOST = "The sandbox answers on localhost only. Nothing was done."


def build(house: House) -> Starlette:
    """The application of a running house."""
    return Starlette(
        routes=[
            *server.routes(house.world, house.committed),
            *control.routes(house),
            *sms.routes(house.world),
            *identity.routes(house),
            *pages.routes(house),
        ],
        middleware=[
            Middleware(SameOrigin, local_only=is_loopback(house.world.settings.bind)),
        ],
        exception_handlers=pages.handlers(house),
    )


class SameOrigin:
    """Refuses what a web page of another origin sends here, and sets the headers of ours."""

    def __init__(self, app: ASGIApp, *, local_only: bool) -> None:
        self._app = app
        self._local_only = local_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if self._local_only and not is_loopback(host_of(request)):
            # A name that some web page made point here is not one of ours.
            await JSONResponse({"error": {"message": _WRONG_HOST}}, 421)(scope, receive, send)
            return
        if request.method not in {"GET", "HEAD", "OPTIONS"} and is_foreign(request):
            message = "A page of another origin cannot do this. Nothing was done."
            await JSONResponse({"error": {"message": message}}, 403)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)


def host_of(request: Request) -> str:
    """The name the request was sent to, without its port."""
    return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""


def is_foreign(request: Request) -> bool:
    """Whether a browser says the request comes from a page that is not ours."""
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


@contextlib.asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """Deliveries, clock and mailbox at work for as long as the block lasts."""
    settings = house.world.settings
    smtp = await mail.listen(house.world, settings.bind, settings.smtp_port)
    at_work = [
        asyncio.create_task(_for_ever(house.deliverer.run)),
        asyncio.create_task(_for_ever(house.clockwork.keep_time)),
    ]
    try:
        yield
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await house.deliverer.close()
        smtp.close()
        await smtp.wait_closed()
        house.world.store.close()


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """A fault in one round is logged and does not stop the next one."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a round of background work failed; trying again")
            await asyncio.sleep(_PAUSE_AFTER_A_FAULT)
