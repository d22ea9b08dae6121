"""The OpenAPI document: what FastAPI finds out by itself, and what every endpoint of ours has in common."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from saas_app.api import caller, key_scopes, problems, quota, versions
from saas_app.workspaces import answered

ABOUT = """Levels, candles, the scanner, watchlists, alerts, teams and billing.

**Who calls.** Send `Authorization: Bearer` with an API key (made under Settings, API keys) or with the access token of a log-in. Each operation says which scope a key needs, or that no key may call it.

**Refusals** are RFC 9457 problem documents. Decide by `code`; show `detail` to a person; send us `request_id`.

**Limits.** Calls for market data and alerts count against the plan's hour; every answer says in `RateLimit` how many are left, and 429 says in `Retry-After` when to come back.

**Repeating.** Name a call that changes something by an `Idempotency-Key`: sent again within a day it is answered the same, with `Idempotency-Replayed: true`, and done once.

**Caching.** Answers with an `ETag` can be asked for again with `If-None-Match`; 304 says that nothing changed.

**Versions.** `/api/v1/…` stays as it is described here. `/api/…` without the version is another name for the newest."""

TAGS: list[dict[str, str]] = [
    {
        "name": "Market",
        "description": "Candles, levels, indicators, the scanner and the watchlist.",
    },
    {"name": "Exports", "description": "The same as files, CSV or JSON."},
    {"name": "Alerts", "description": "Conditions, their history, and where they are sent."},
    {"name": "Notifications", "description": "What was told in the app."},
    {"name": "Team", "description": "Members, roles, invitations and seats."},
    {"name": "Billing", "description": "Plans, the subscription, invoices and usage."},
    {"name": "API keys", "description": "Keys for programs, made by people in a browser."},
    {"name": "Authentication", "description": "Logging in and out, and tokens."},
]

_BEARER = {"bearer": []}
_COOKIE = {"cookie": []}
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`tm_live_…`), or the access token of a log-in (a JWT of ten minutes).",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-sid",
        "description": "The session of a browser, from our own pages only.",
    },
}
_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. A refusal may have more members: the limit, the plan that would do, the scope.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:tidemark:problem:limit_reached"]},
        "title": {"type": "string", "examples": ["Forbidden"]},
        "status": {"type": "integer", "examples": [403]},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "For programs.", "examples": ["limit_reached"]},
        "request_id": {"type": "string", "examples": ["req_01kah3v2…"]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "What is wrong with which field, at 422.",
        },
    },
}
_WORDS = {
    "401": "Nobody is logged in, or the token or key is unknown, expired or revoked.",
    "403": "The role, the plan (`needs_upgrade`, `limit_reached`) or the key's scopes do not cover this.",
    "404": "It is not there, or it is somebody else's.",
    "409": "It does not fit what is there now.",
    "422": "Something that was sent cannot be used; `fields` says what.",
    "429": "Too many calls. `Retry-After` says when to come back.",
    "default": "Any other refusal.",
}
_UNSAFE = frozenset({"post", "put", "patch", "delete"})
_IDEMPOTENCY_KEY = {
    "name": answered.HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A name of your own for this call, best a random UUID.",
}


def operation_id(route: APIRoute) -> str:
    """What a generated client calls it: `alerts_create`, by its module and its function."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


def install(api: FastAPI, routers: Sequence[APIRouter]) -> None:
    found = api.openapi

    def whole() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _completed(found(), routers)
        return api.openapi_schema

    api.openapi = whole  # pyright: ignore[reportAttributeAccessIssue] — FastAPI's documented way to extend it


def _completed(document: dict[str, Any], routers: Sequence[APIRouter]) -> dict[str, Any]:
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = _SCHEMES
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    for route in _routes(routers):
        for verb in route.methods or ():
            operation = document["paths"].get(route.path, {}).get(verb.lower())
            if operation is not None:
                _complete(operation, route, verb)
    document["paths"] = {versions.versioned(path): row for path, row in document["paths"].items()}
    return document


def _routes(routers: Sequence[APIRouter]) -> Iterator[APIRoute]:
    return (each for router in routers for each in router.routes if isinstance(each, APIRoute))


def _complete(operation: dict[str, Any], route: APIRoute, verb: str) -> None:
    asked = set(_asked(route.dependant))
    by_people = bool(asked & {caller.fresh, caller.in_browser})
    known = caller.signed_in in asked
    operation["security"] = _security(asked, by_people=by_people)
    words = [operation.get("description", "")]
    if known and not by_people:
        scope = key_scopes.needed(verb, route.path)
        words.append(f"Scope of a key: `{scope.value}`." if scope else "Not open to API keys.")
    if by_people:
        words.append("Only in a browser, from our own pages.")
    operation["description"] = "\n\n".join(words)
    _refusals(operation, route, asked)
    if verb.lower() in _UNSAFE and known and not by_people:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)


def _security(asked: set[Any], *, by_people: bool) -> list[dict[str, list[str]]]:
    if by_people:
        return [_COOKIE]
    if caller.signed_in in asked:
        return [_BEARER, _COOKIE]
    return [{}, _BEARER, _COOKIE] if caller.optional in asked else []


def _refusals(operation: dict[str, Any], route: APIRoute, asked: set[Any]) -> None:
    codes = ["429", "default"]
    if caller.optional in asked:
        codes += ["401", "403"]
    if "{" in route.path:
        codes.append("404")
    if operation.get("requestBody") or operation.get("parameters"):
        codes.append("422")
    responses = operation["responses"]
    for code in sorted(codes):
        responses[code] = {
            "description": _WORDS[code],
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if quota.counted in asked or route.tags == ["Market"]:
        for code, response in responses.items():
            if code.startswith("2") or code == "429":
                response["headers"] = _RATE


_RATE = {
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "For calls by token or key: how many of the hour are left (`r`), and in how many seconds there is room again (`t`).",
    }
}


def _asked(dependant: Dependant) -> Iterator[Any]:
    """Everything an endpoint depends on, however deep."""
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from _asked(inner)
