"""Calls that a program names by an `Idempotency-Key` are made once, however often they arrive."""

import asyncio
import hashlib

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.api import bounds, problems
from saas_app.api import caller as callers
from saas_app.core import rate_limit
from saas_app.core.db import transaction
from saas_app.core.errors import SaasError
from saas_app.workspaces import answered
from saas_app.workspaces.answered import Answer, Call

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REFUSED, _BROKEN = 300, 500
_MOST = 65_536  # bytes of an answer that is kept
_NAMED, _HOUR = 3000, 3600  # each leaves a row for a day


class Repeats:
    """Around the REST edge. For programs with a token or key; pages do without."""

    def __init__(self, api: ASGIApp) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get(answered.HEADER)
        if key is None or scope["method"] not in _UNSAFE or not headers.get("authorization"):
            await self.api(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        try:
            call = await asyncio.to_thread(_named, request, key, body)
            told = await asyncio.to_thread(_begun, call)
        except SaasError as refusal:
            await problems.of(refusal, problems.request_id(request))(scope, receive, send)
            return
        if told is not None:
            await _again(told)(scope, receive, send)
            return
        await self._made(call, scope, body, send)

    async def _made(self, call: Call, scope: Scope, body: bytes, send: Send) -> None:
        """The call itself. Its answer is kept before anybody is told it."""
        heard: list[Message] = []

        async def given() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def hear(message: Message) -> None:
            heard.append(message)

        try:
            await self.api(scope, given, hear)
        finally:
            await asyncio.to_thread(_settled, call, heard)
            for message in heard:
                await send(message)


def _named(request: Request, key: str, body: bytes) -> Call:
    bounds.bounded(request)
    who = callers.signed_in(callers.optional(request))
    rate_limit.hit("named", str(who.user_id), limit=_NAMED, seconds=_HOUR)
    made = f"{request.method}\x00{request.url.path}\x00{request.url.query}"
    fingerprint = hashlib.sha256(made.encode() + b"\0" + body).hexdigest()
    return Call(who.user_id, who.workspace_id, answered.checked(key), fingerprint)


def _begun(call: Call) -> Answer | None:
    with transaction() as session:
        return answered.begin(session, call)


def _settled(call: Call, heard: list[Message]) -> None:
    """A refusal is forgotten; what broke may have changed something, so its key stays spent."""
    status = heard[0]["status"] if heard else _BROKEN
    body = b"".join(message.get("body", b"") for message in heard[1:])
    with transaction() as session:
        if _REFUSED <= status < _BROKEN:
            answered.forget(session, call)
        elif status < _REFUSED and len(body) <= _MOST:
            media_type = Headers(raw=heard[0]["headers"]).get("content-type", "")
            answered.keep(session, call, Answer(status, media_type, body.decode()))
        else:
            answered.broke(session, call)


def _again(told: Answer) -> Response:
    media_type = told.media_type or None
    return Response(
        told.body or None,
        told.status,
        headers={"Idempotency-Replayed": "true"},
        media_type=media_type,
    )
