"""The control API under /_sandbox: what a test or a demo does that no customer and no shop can.

JSON only: a body without `application/json` is refused, and so is a browser on another
origin, so no web page anywhere can press these buttons by itself.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import clock, errors, happenings, mail, render, webhooks
from sandbox.engine import basket, buying, clockwork, collecting, due, dunning
from sandbox.faults import UnknownFault
from sandbox.house import House
from sandbox.store import Body

log = logging.getLogger("sandbox.control")

Handler = Callable[[House, Request, Body], Awaitable[Body]]

# Kept by a reset that keeps the catalogue: what the shop set up once, not what happened since.
CATALOGUE = (
    "product",
    "price",
    "billing.meter",
    "v2.core.event_destination",
    "webhook_endpoint",
    "billing_portal.configuration",
)


async def health(house: House, _request: Request, _asked: Body) -> Body:
    """Whether the sandbox is up, and what it holds."""
    kinds = ("customer", "subscription", "event", "webhook_endpoint")
    held = {kind: house.world.store.count(kind) for kind in kinds}
    return {"status": "ok", "now": house.world.now(), "objects": held}


async def reset(house: House, _request: Request, asked: Body) -> Body:
    """Forget everything, or with `{"keep_catalogue": true}` all but products, prices and endpoints."""
    await house.forget(CATALOGUE if asked.get("keep_catalogue") else ())
    return {"status": "ok", **_time(house)}


async def read_clock(house: House, _request: Request, _asked: Body) -> Body:
    """What time it is, and what falls due next."""
    return _time(house)


async def move_clock(house: House, _request: Request, asked: Body) -> Body:
    """Move on, `{"advance": "3d"}` or `{"to": unix}`; answers when all due has been done.

    Between two instants at which something happened it waits for the first attempt of
    every delivery (two seconds at most) and a moment more, `"settle"` seconds, so that
    the application sees each state and not only the last.
    """
    target = _target(house, asked)
    happened = await house.walk_to(target, settle=_settle(asked))
    return {**_time(house), "happened": happened}


async def read_mail(house: House, request: Request, _asked: Body) -> Body:
    """Mails, newest first."""
    return {"data": mail.find(house.world, "mail", request.query_params.get("to"))}


async def read_sms(house: House, request: Request, _asked: Body) -> Body:
    """Text messages, newest first."""
    return {"data": mail.find(house.world, "sms", request.query_params.get("to"))}


async def complete_checkout(house: House, request: Request, asked: Body) -> Body:
    """Pay on a Checkout page, `{"card": "4242…"}`; no card for trials that need none.

    3D Secure is answered as the customer would, unless `{"secure": "fail"}` says otherwise.
    """
    session_id = request.path_params["session"]
    card = buying.find_card(str(asked["card"])) if asked.get("card") else None
    with house.world.store.transaction():
        session = house.world.need("checkout.session", session_id)
        if asked.get("promotion_code"):
            basket.type_code(house.world, session, str(asked["promotion_code"]))
        details = asked["details"] if isinstance(asked.get("details"), dict) else {}
        collecting.take(house.world, session, collecting.typed(house.world, session, details))
        outcome = buying.pay(house.world, session, card)
        if isinstance(outcome, buying.AskBank) and asked.get("secure") != "fail":
            outcome = buying.pay(house.world, session, card, confirmed=True)
    house.committed()
    match outcome:
        case buying.Done(done):
            return {"session": render.shown(house.world.store, done), "url": house.success(done)}
        case buying.Declined(refusal):
            raise errors.declined(refusal.code, refusal.decline_code, refusal.message)
        case buying.AskBank():
            raise errors.declined(
                "authentication_required", None, "The bank could not confirm the customer."
            )


async def expire_checkout(house: House, request: Request, _asked: Body) -> Body:
    """Let a Checkout session expire before its time."""
    with house.world.store.transaction():
        session = house.world.need("checkout.session", request.path_params["session"])
        buying.expire(house.world, session)
    house.committed()
    return {"session": render.shown(house.world.store, session)}


async def read_webhooks(house: House, request: Request, _asked: Body) -> Body:
    """Deliveries, newest first, with every attempt."""
    return {"data": webhooks.log(house.world, event=request.query_params.get("event"), limit=1000)}


async def replay(house: House, request: Request, _asked: Body) -> Body:
    """Send an event again to everyone who listens."""
    event = house.world.event(request.path_params["event"])
    sent = house.deliverer.replay(event)
    await house.deliverer.settled(2.0)
    return {"event": event["id"], "deliveries": sent}


async def read_faults(house: House, _request: Request, _asked: Body) -> Body:
    """The switches as they stand."""
    return _switches(house)


async def set_faults(house: House, _request: Request, asked: Body) -> Body:
    """Turn switches: `{"drop_webhooks": 2}`; `{"clear": true}` turns all of them off."""
    try:
        final = asked.pop("after_last_retry", None)
        if asked.pop("clear", False):
            house.world.faults.clear()
        house.world.faults.set(asked)
        if final is not None:
            dunning.choose_final(house.world.store, final)
    except (UnknownFault, ValueError) as refusal:
        raise errors.invalid(str(refusal)) from refusal
    house.committed()
    return _switches(house)


def routes(house: House) -> list[BaseRoute]:
    """Every verb of the control API."""
    return [
        Route(f"/_sandbox{path}", _answering(house, handler), methods=[method])
        for method, path, handler in VERBS
    ]


VERBS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health", health),
    ("POST", "/reset", reset),
    ("GET", "/clock", read_clock),
    ("POST", "/clock", move_clock),
    ("GET", "/mail", read_mail),
    ("GET", "/sms", read_sms),
    ("POST", "/checkout/{session}/complete", complete_checkout),
    ("POST", "/checkout/{session}/expire", expire_checkout),
    ("GET", "/webhooks", read_webhooks),
    ("POST", "/webhooks/{event}/replay", replay),
    ("GET", "/faults", read_faults),
    ("POST", "/faults", set_faults),
    *happenings.VERBS,
)


def _answering(house: House, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await handler(house, request, await _body(request)))
        except errors.ApiError as refusal:
            return JSONResponse(refusal.body, refusal.status)
        except Exception:
            log.exception("%s failed", request.url.path)
            message = "The sandbox itself failed; its log says where. What was due stays due."
            return JSONResponse({"error": {"message": message}}, 500)

    return answer


async def _body(request: Request) -> Body:
    if request.method == "GET":
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise errors.ApiError(
            "Send JSON with Content-Type: application/json. Nothing was done.", status=415
        )
    raw = await request.body()
    try:
        body: Any = json.loads(raw or b"{}")
    except ValueError:
        raise errors.invalid("The body is not JSON. Nothing was done.") from None
    if not isinstance(body, dict):
        raise errors.invalid("The body must be a JSON object. Nothing was done.")
    return body


def _target(house: House, asked: Body) -> int:
    now = house.world.now()
    if "advance" in asked:
        span = clock.seconds(str(asked["advance"]))
        if span is None:
            raise errors.invalid('Say how far: "90s", "5m", "1h", "3d" or "2w".', "advance")
        target = now + span
    elif isinstance(asked.get("to"), int):
        target = asked["to"]
    else:
        raise errors.invalid('Send {"advance": "3d"} or {"to": unix seconds}.')
    if target < now:
        raise errors.invalid("The clock only goes forward; reset the sandbox to start again.", "to")
    if target - now > clockwork.FARTHEST:
        raise errors.invalid("The clock moves three years at most at a time.", "to")
    return target


def _settle(asked: Body) -> float:
    settle = asked.get("settle", 0.1)
    if isinstance(settle, bool) or not isinstance(settle, int | float) or not 0 <= settle <= 5:  # noqa: PLR2004 - seconds
        raise errors.invalid("settle is a number of seconds from 0 to 5.", "settle")
    return float(settle)


def _time(house: House) -> Body:
    ahead = house.world.store.next_timer()
    return {
        "now": house.world.now(),
        "offset_seconds": house.world.clock.offset,
        "wall": int(time.time()),
        "next": ahead and {"at": ahead.at, "what": due.WORDS[ahead.action], "id": ahead.object_id},
    }


def _switches(house: House) -> Body:
    return {**house.world.faults.standing(), "after_last_retry": dunning.final(house.world.store)}
