"""Other names and shapes under which outside scripts know our endpoints. One table, one function each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.api import problems
from saas_app.api.v1 import billing, webhooks
from saas_app.billing import offer
from saas_app.billing.publication import THIN_PATH
from saas_app.core.errors import Invalid, SaasError

Mapper: TypeAlias = Callable[[Any], Any]


def _by_number(body: dict[str, Any]) -> dict[str, Any]:
    """`{plan_id, duration_months}`, where a plan may be known by its integer."""
    return {
        "plan": _plan_id(body.get("plan_id")),
        "interval": billing.interval_of(_whole(body.get("duration_months", 1))),
    }


def _plan_id(given: Any) -> str:
    if isinstance(given, str):
        return given
    # JSON's true is an int to Python, and no plan's number.
    number = given if isinstance(given, int) and not isinstance(given, bool) else None
    plan = offer.catalogue().numbered(number) if number is not None else None
    if plan is None:
        raise Invalid(
            "There is no such plan. Nothing was ordered.",
            fields={"plan_id": "Choose one of the plans at /api/plans."},
        )
    return plan.id


def _whole(months: Any) -> int:
    if isinstance(months, bool) or not isinstance(months, int):
        raise Invalid(
            "The duration must be a whole number of months. Nothing was ordered.",
            fields={"duration_months": "Use a whole number."},
        )
    return months


def _user_plan(answer: dict[str, Any]) -> dict[str, Any]:
    plan = offer.catalogue().find(answer["plan"])
    if answer["id"] is None or plan is None:
        return {"user_plan": None}
    return {
        "user_plan": {
            "id": answer["id"],
            "plan_id": plan.number,
            "is_active": answer["plan"] != offer.catalogue().default_plan,
            "start_date": answer["started_at"],
            "end_date": answer["cancel_at"] or answer["current_period_end"],
        }
    }


def _purchased(answer: dict[str, Any]) -> dict[str, Any]:
    """Nothing is had before it is paid for: the plan appears once `checkout_url` was completed."""
    return {"user_plan": None, **answer}


def _status(answer: dict[str, Any]) -> dict[str, Any]:
    return {"status": answer["status"]}


@dataclass(frozen=True, slots=True)
class Alias:
    """`path` answers as `to` does; bodies pass the mappers where their shapes differ."""

    method: str
    path: str
    to: str
    to_method: str = ""
    request: Mapper | None = None
    response: Mapper | None = None


ALIASES: tuple[Alias, ...] = (
    Alias("POST", "/webhook/stripe", webhooks.PATH),
    Alias("POST", "/api/webhooks/stripe", webhooks.PATH),
    Alias("POST", "/api/v1/billing/webhook", webhooks.PATH),
    Alias("POST", "/api/create-checkout-session", "/api/checkout", request=_by_number),
    Alias("POST", "/api/purchase/plan", "/api/checkout", request=_by_number, response=_purchased),
    Alias("POST", "/api/v1/billing/create-checkout-session", "/api/checkout"),
    Alias("GET", "/api/v1/billing/subscription-status", "/api/subscription"),
    Alias("GET", "/api/user/plan", "/api/subscription", response=_user_plan),
    Alias(
        "POST",
        "/api/user/cancel_plan",
        "/api/subscription/cancel",
        to_method="PUT",
        response=_status,
    ),
)
_BY_PATH = {(alias.method, alias.path): alias for alias in ALIASES}
WEBHOOKS: frozenset[str] = frozenset(
    {
        webhooks.PATH,
        THIN_PATH,
        *(alias.path for alias in ALIASES if alias.to == webhooks.PATH),
    }
)
PREFIXES = ("/webhook",)


class Aliases:
    """Around the REST edge: turns a request for an alias into one for its endpoint, and back."""

    def __init__(self, api: ASGIApp) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        alias = _BY_PATH.get((scope.get("method", ""), scope.get("path", "")))
        if alias is None:
            await self.api(scope, receive, send)
            return
        scope = {
            **scope,
            "path": alias.to,
            "raw_path": alias.to.encode(),
            "method": alias.to_method or alias.method,
        }
        if alias.request is not None:
            try:
                receive = await _mapped_request(receive, alias.request, scope)
            except SaasError as refusal:
                answer = problems.of(refusal, scope.get("state", {}).get("request_id", ""))
                await answer(scope, receive, send)
                return
        if alias.response is not None:
            send = _mapped_response(send, alias.response)
        await self.api(scope, receive, send)


async def _mapped_request(receive: Receive, mapper: Mapper, scope: Scope) -> Receive:
    """The whole body, in the endpoint's own shape. Raises what the mapper raises."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    remade = _remade(body, mapper, scope)

    async def mapped() -> Message:
        return {"type": "http.request", "body": remade, "more_body": False}

    return mapped


def _remade(body: bytes, mapper: Mapper, scope: Scope) -> bytes:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return body  # the endpoint refuses it in its own words
    if not isinstance(given, dict):
        return body
    remade = json.dumps(mapper(given)).encode()
    scope["headers"] = [(k, v) for k, v in scope["headers"] if k != b"content-length"] + [
        (b"content-length", str(len(remade)).encode())
    ]
    return remade


def _mapped_response(send: Send, mapper: Mapper) -> Send:
    held: list[Message] = []

    async def mapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 300:  # noqa: PLR2004 — a refusal has the usual shape
                await send(message)
            else:
                held.append(message)
            return
        if not held:
            await send(message)
            return
        start = held[0]
        remade = json.dumps(mapper(json.loads(message["body"]))).encode()
        headers = [(k, v) for k, v in start["headers"] if k != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(remade)).encode())]})
        await send({**message, "body": remade})

    return mapped
