"""Answering a request to /v1: key, switches, parameters, idempotency, one transaction, JSON."""

import asyncio
import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import errors, forms, ids, render
from sandbox.api import (
    account,
    balances,
    catalogue,
    checkout,
    coupons,
    customers,
    invoice_items,
    invoices,
    meters,
    money_back,
    pausing,
    payment_methods,
    payments,
    portal,
    schedules,
    search,
    setup_intents,
    tax_ids,
    test_clocks,
    thin,
)
from sandbox.api import subscriptions as subscriptions_api
from sandbox.api.endpoint import Endpoint
from sandbox.engine import whose
from sandbox.settings import LIVE_PREFIXES
from sandbox.store import Body
from sandbox.world import API_VERSION, Asked, World

ENDPOINTS = (
    *search.ENDPOINTS,
    *account.ENDPOINTS,
    *balances.ENDPOINTS,
    *catalogue.ENDPOINTS,
    *checkout.ENDPOINTS,
    *coupons.ENDPOINTS,
    *customers.ENDPOINTS,
    *invoices.ENDPOINTS,
    *invoice_items.ENDPOINTS,
    *meters.ENDPOINTS,
    *money_back.ENDPOINTS,
    *pausing.ENDPOINTS,
    *payment_methods.ENDPOINTS,
    *payments.ENDPOINTS,
    *portal.ENDPOINTS,
    *schedules.ENDPOINTS,
    *setup_intents.ENDPOINTS,
    *subscriptions_api.ENDPOINTS,
    *tax_ids.ENDPOINTS,
    *test_clocks.ENDPOINTS,
    *thin.ENDPOINTS,
)
BIGGEST_BODY = 1_000_000
_NAMES_SOMEBODY = (
    "customer",
    "subscription",
    "from_subscription",
    "invoice",
    "charge",
    "payment_intent",
)
_TEST_PREFIXES = ("sk_test_", "rk_test_")

log = logging.getLogger("sandbox.api")


def routes(world: World, committed: Callable[[], None]) -> list[BaseRoute]:
    """One route per path; `committed` is called after every request that may have changed things."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in ENDPOINTS:
        by_path.setdefault(endpoint.address, {})[endpoint.method] = endpoint
    elsewhere: dict[str, dict[str, Endpoint]] = {"/v1/{rest:path}": {}, "/v2/{rest:path}": {}}
    return [
        Route(path, _answering(world, methods, committed), methods=["GET", "POST", "DELETE"])
        for path, methods in {**by_path, **elsewhere}.items()
    ]


def _answering(
    world: World, methods: dict[str, Endpoint], committed: Callable[[], None]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked = Asked(f"req_{ids.letters(14)}", request.headers.get("idempotency-key"))
        try:
            status, body, headers = await _carry_out(world, methods, request, asked)
        except errors.ApiError as refusal:
            status, body, headers = refusal.status, refusal.body, {}
        except Exception:
            log.exception("request %s failed", asked.request_id)
            said = "The sandbox itself failed; its log says where. This is a fault in the sandbox."
            status, body = 500, {"error": {"type": "api_error", "message": said}}
            headers = {}
        committed()
        headers |= {"Request-Id": str(asked.request_id), "Stripe-Version": API_VERSION}
        return JSONResponse(body, status, headers)

    return answer


async def _carry_out(
    world: World, methods: dict[str, Endpoint], request: Request, asked: Asked
) -> tuple[int, Body, dict[str, str]]:
    _check_key(request)
    endpoint = methods.get(request.method)
    if endpoint is None:
        raise errors.ApiError(
            f"Unrecognized request URL ({request.method}: {request.url.path}). Either it is"
            " misspelt, or the sandbox does not play this part of Stripe.",
            status=404,
        )
    await _be_unkind(world)
    pairs, given = await _given(request, endpoint)
    if request.method != "POST" or asked.idempotency_key is None:
        return 200, _in_transaction(world, endpoint, request, given, asked), {}
    digest = hashlib.sha256(f"{request.url.path}?{sorted(pairs)}".encode()).hexdigest()
    return _once(world, endpoint, request, given, asked, digest)


def _once(
    world: World, endpoint: Endpoint, request: Request, given: Body, asked: Asked, digest: str
) -> tuple[int, Body, dict[str, str]]:
    db = world.store.db
    row = db.execute("SELECT * FROM answers WHERE key = ?", (asked.idempotency_key,)).fetchone()
    if row is not None:
        if row["digest"] != digest:
            raise errors.ApiError(
                "Keys for idempotent requests can only be used with the same parameters they"
                f" were first used with. Try using a key other than '{asked.idempotency_key}'"
                " if you meant to execute a different request.",
                kind="idempotency_error",
            )
        status, body, headers = row["status"], json.loads(row["body"]), "true"
        return status, body, {"Idempotent-Replayed": headers}
    with world.store.transaction():
        try:
            status, body = 200, _in_transaction(world, endpoint, request, given, asked)
        except errors.ApiError as refusal:
            if not refusal.keeps:
                raise
            status, body = refusal.status, refusal.body
        db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?)",
            (asked.idempotency_key, digest, status, json.dumps(body)),
        )
    lost = world.faults.takes("api_lost")
    if lost:
        raise errors.ApiError(
            "The request was carried out, but its answer was lost on the way, as asked for in"
            " the control room.",
            status=500,
            kind="api_error",
        )
    return status, body, {"Idempotency-Key": str(asked.idempotency_key)}


def _in_transaction(
    world: World, endpoint: Endpoint, request: Request, given: Body, asked: Asked
) -> Body:
    params, paths = endpoint.read(given)
    refused: errors.ApiError | None = None
    body: Body = {}
    ids_named = [*request.path_params.values(), *(params.get(name) for name in _NAMES_SOMEBODY)]
    customer_id = whose.customer_of(world, ids_named)
    if request.method != "GET":
        whose.refuse_while_advancing(world, customer_id)
    with (
        world.store.transaction(),
        world.asked_by(asked),
        world.in_time_of(customer_id),
        whose.beginning_on(world, params.get("test_clock")),
    ):
        try:
            with world.store.undoable(_is_kept):
                answer = endpoint.handler(world, params, *request.path_params.values())
                shown = render.shown(world.store, answer)
                body = render.expanded(world.store, shown, paths)
        except errors.ApiError as refusal:
            refused = refusal
    if refused:
        raise refused
    return body


def _is_kept(problem: BaseException) -> bool:
    return isinstance(problem, errors.ApiError) and problem.keeps


async def _be_unkind(world: World) -> None:
    if world.faults.takes("api_down"):
        raise errors.ApiError(
            "The API is down, as asked for in the control room.", status=503, kind="api_error"
        )
    if world.faults.takes("api_slow"):
        await asyncio.sleep(world.faults.standing()["slow_seconds"])


async def _given(request: Request, endpoint: Endpoint) -> tuple[list[tuple[str, str]], Body]:
    """What was sent, flat and in its shape: a form in the first version, JSON in the second."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method != "POST":
        return pairs, forms.decode(pairs)
    raw = await request.body()
    if len(raw) > BIGGEST_BODY:
        raise errors.ApiError("The request body is larger than 1 MB.", status=413)
    sent = raw.decode("utf-8", "replace")
    if endpoint.version == "v1":
        pairs += parse_qsl(sent, keep_blank_values=True)
        return pairs, forms.decode(pairs)
    return [("", sent)], forms.from_json(sent)


def _check_key(request: Request) -> None:
    key = _key(request.headers.get("authorization", ""))
    if key.startswith(LIVE_PREFIXES):
        raise _refused(
            "This is a live key, and this is the sandbox: it never touches real money. Nothing"
            " was done. Use any key that begins with sk_test_, and check where your live key is"
            " being sent."
        )
    if not key:
        raise _refused(
            "You did not provide an API key. Use any key that begins with sk_test_, as in"
            " 'Authorization: Bearer sk_test_sandbox'."
        )
    if not key.startswith(_TEST_PREFIXES):
        raise _refused("Invalid API Key provided. The sandbox takes any key beginning sk_test_.")


def _refused(message: str) -> errors.ApiError:
    return errors.ApiError(message, status=401)


def _key(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def table() -> list[tuple[str, str, Any]]:
    """Every endpoint: method, path, and what it takes."""
    return [(each.method, each.address, each.takes) for each in ENDPOINTS]
