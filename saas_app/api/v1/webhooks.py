"""Where Stripe's events arrive. Believes nothing unsigned, answers only after the commit."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from saas_app.api import problems
from saas_app.billing import inbox
from saas_app.billing.errors import BadWebhook
from saas_app.billing.publication import THIN_PATH
from saas_app.core.errors import SaasError
from saas_app.entitlements import uncounted

PATH = "/api/stripe/webhook"


class StripeWebhook:
    """In front of the REST edge: a burst of events pays for no routing and no validation."""

    def __init__(self, api: ASGIApp) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = _HANDLERS.get(scope["path"]) if scope["type"] == "http" else None
        if handler is None or scope["method"] != "POST":
            await self.api(scope, receive, send)
            return
        answer = await handler(Request(scope, receive))
        await answer(scope, receive, send)


Take = Callable[[bytes, str], Awaitable[str]]
"""What is done with a body and its signature; the word that is answered."""


async def received(request: Request) -> Response:
    """200 once the event is on disk."""
    return await _answered(request, inbox.receive)


async def received_thin(request: Request) -> Response:
    """200 only once what the event was about was fetched and told."""
    return await _answered(request, uncounted.receive)


async def _answered(request: Request, take: Take) -> Response:
    """400 only for a bad signature or body, 503 to be sent again."""
    try:
        outcome = await take(await request.body(), request.headers.get("stripe-signature", ""))
    except BadWebhook as forged:
        return problems.response(
            HTTPStatus.BAD_REQUEST,
            code=forged.code,
            detail=forged.message,
            request_id=problems.request_id(request),
        )
    except SaasError as refusal:
        return problems.of(refusal, problems.request_id(request))
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse({"received": outcome})


_HANDLERS = {PATH: received, THIN_PATH: received_thin}
