"""What every HTTP exchange passes through: request id, host, origin, size, security headers.

Wraps the whole application, pages and websocket handshake included. Authenticates nobody.
"""

import re
from collections.abc import Iterable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.accounts import sessions
from saas_app.api import csp, problems, versions
from saas_app.core import ids
from saas_app.core.settings import settings
from saas_app.core.texts import text

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_BODY_LIMIT = 1_000_000
# A picture may be larger than anything else that is sent to us.
_LARGER = {"/api/user/picture": 5_100_000}
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
# A load balancer asks by address, Stripe by whatever name it was given.
ANY_HOST = ("/api/health", "/ping", "/_health")
# Uploads have a route of their own, with an owner; Reflex's accepts any size from anybody.
_CLOSED = ("/_upload",)

RawHeader: TypeAlias = tuple[bytes, bytes]

_HEADERS: tuple[RawHeader, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HSTS = b"max-age=31536000; includeSubDomains"
# One-time links must not leave through a Referer header.
_SECRET_PAGES = (
    "/verify-email",
    "/reset-password",
    "/change-email",
    "/unsubscribe",
    "/invitation",
    "/auth/",
    "/login/provider",
)


class Boundary:
    """The outermost wrapper. `unchecked` holds the paths that prove their sender by a signature."""

    def __init__(self, app: ASGIApp, *, unchecked: frozenset[str]) -> None:
        self.app = app
        self.unchecked = unchecked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        send = _with_headers(send, scope["path"], request_id)
        refusal = self._refusal(scope, headers, request_id)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        try:
            await self.app(scope, _limited(receive, _limit(scope["path"])), send)
        except TooLarge:
            # Whoever read the body had not begun to answer: nobody answers half a request.
            await _too_large(request_id)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, request_id: str) -> ASGIApp | None:
        path, method = scope["path"], scope["method"]
        # PostgreSQL takes no NUL in a text: nothing of ours is called so.
        if path.startswith(_CLOSED) or "\0" in path:
            return problems.response(
                404, code="not_found", detail=text("api.status.404"), request_id=request_id
            )
        if (
            headers.get("host") != settings().host
            and not path.startswith(ANY_HOST)
            and path not in self.unchecked
        ):
            return _to_our_host(scope, request_id)
        if _declared(headers) > _limit(path):
            return _too_large(request_id)
        if (
            method in _UNSAFE
            and path not in self.unchecked
            and _with_cookie(headers)
            and not _same_origin(headers)
        ):
            return problems.response(
                403, code="foreign_origin", detail=text("api.foreign_origin"), request_id=request_id
            )
        return None


class TooLarge(Exception):
    """A body went past the limit without having declared it."""


def cookie(headers: Headers, name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def _with_cookie(headers: Headers) -> bool:
    """Requests with a bearer token ignore cookies, so no foreign page can ride on them.

    Any other Authorization, an empty one too, excuses nothing.
    """
    bearer = headers.get("authorization", "").lower().startswith("bearer ")
    return not bearer and bool(cookie(headers, sessions.COOKIE))


def _same_origin(headers: Headers) -> bool:
    origin = headers.get("origin")
    return origin == settings().origin if origin else headers.get("sec-fetch-site") == "same-origin"


def _to_our_host(scope: Scope, request_id: str) -> ASGIApp:
    if scope["method"] not in {"GET", "HEAD"}:
        return problems.response(
            421,
            code="wrong_host",
            detail=text("api.wrong_host", origin=settings().origin),
            request_id=request_id,
        )
    query = f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else ""
    # quoted again by RedirectResponse; a path can never turn into another host behind our origin
    return RedirectResponse(f"{settings().origin}{scope['path']}{query}", 307)


def _too_large(request_id: str) -> ASGIApp:
    return problems.response(
        413, code="too_large", detail=text("api.too_large"), request_id=request_id
    )


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _limit(path: str) -> int:
    return _LARGER.get(versions.plain(path), _BODY_LIMIT)


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge
        return message

    return counted


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if settings().trusted_proxy_hops and _REQUEST_ID.match(given) else ids.new("req")


def _with_headers(send: Send, path: str, request_id: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _completed(message.get("headers", ()), path, request_id)
        await send(message)

    return wrapped


def _completed(headers: Iterable[RawHeader], path: str, request_id: str) -> list[RawHeader]:
    """Written in the server's own form: every answer passes here, and this is what it costs."""
    ours = [(b"x-request-id", request_id.encode())]
    if path.startswith(_SECRET_PAGES):
        ours.append((b"referrer-policy", b"no-referrer"))
    fixed = {name for name, _ in ours}
    kept = [pair for pair in headers if pair[0] not in fixed]
    present = fixed | {name for name, _ in kept}
    return [*kept, *ours, *(pair for pair in _defaults(path) if pair[0] not in present)]


def _defaults(path: str) -> Iterator[RawHeader]:
    """What an answer has unless it says otherwise itself."""
    yield from _HEADERS
    yield b"content-security-policy", csp.policy().encode()
    if path.startswith("/api/"):
        yield b"cache-control", b"no-store"
    if settings().secure:
        yield b"strict-transport-security", _HSTS
