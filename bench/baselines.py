"""What the simplest receivers of webhooks do, as an application of their own: nothing, verify, verify and commit."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.sender import SECRET
from saas_app.billing import inbox
from saas_app.billing.gateway import EventFacts
from saas_app.billing.models import StripeEvent
from saas_app.billing.stripe import webhooks
from saas_app.core import clock, db


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"received": len(await request.body())})


async def verify(request: Request) -> JSONResponse:
    await _believed(request)
    return JSONResponse({"received": "verified"})


async def commit(request: Request) -> JSONResponse:
    await asyncio.to_thread(stored_alone, await _believed(request))
    return JSONResponse({"received": "stored"})


def stored_alone(facts: EventFacts) -> None:
    """One row, one commit: what everybody does who does not gather."""
    row = inbox._row(facts, "")
    with db.transaction() as session:
        session.add(StripeEvent(**row))


async def _believed(request: Request) -> EventFacts:
    signature = request.headers.get("stripe-signature", "")
    return webhooks.opened(await request.body(), signature, (SECRET,), at=clock.wall())


def made() -> Starlette:
    each = (echo, verify, commit)
    return Starlette(routes=[Route(f"/{one.__name__}", one, methods=["POST"]) for one in each])
