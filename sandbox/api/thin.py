"""The second version of the API, as far as thin events need it: destinations and events."""

from typing import Any

from sandbox import errors, webhooks
from sandbox.api.account import check_url
from sandbox.api.endpoint import Endpoint, merge
from sandbox.objects import thin
from sandbox.shapes import Shape, count, fields, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_SECRET, _URL = "webhook_endpoint.signing_secret", "webhook_endpoint.url"
_PAGE, _PAGE_MAX = 20, 100


def create(world: World, params: Body) -> Body:
    """Listen from now on; the answer shows the secret to whoever asked for it, and none later does."""
    if params["event_payload"] != "thin":
        raise errors.invalid(
            "The sandbox delivers snapshot events to webhook endpoints: make one of those.",
            "event_payload",
        )
    if not params.get("webhook_endpoint"):
        raise errors.invalid(
            "Missing required param: webhook_endpoint.", "webhook_endpoint", "parameter_missing"
        )
    _check(params["enabled_events"], params["webhook_endpoint"]["url"])
    body = thin.destination(params, now=world.now())
    world.store.put(body)
    return _included(body, params)


def update(world: World, params: Body, destination_id: str) -> Body:
    """Listen elsewhere or to something else."""
    body = world.need(thin.DESTINATION, destination_id)
    merge(body, params, "description", "enabled_events", "name")
    body["_url"] = params.get("webhook_endpoint", {}).get("url") or body["_url"]
    _check(body["enabled_events"], body["_url"])
    return _included(_saved(world, body), params)


def delete(world: World, _params: Body, destination_id: str) -> Body:
    """Stop listening."""
    world.store.remove(world.need(thin.DESTINATION, destination_id)["id"])
    webhooks.forget(world, destination_id)
    return {"id": destination_id, "object": thin.DESTINATION}


def read(world: World, params: Body, destination_id: str) -> Body:
    """One destination; its address only if asked for."""
    return _included(world.need(thin.DESTINATION, destination_id), params)


def read_all(world: World, params: Body) -> Body:
    """Every destination."""
    found = world.store.select(thin.DESTINATION, limit=_limit(params))
    return _page([_included(each, params) for each in found])


def standing(status: str) -> Any:
    """A handler that starts or stops deliveries."""

    def handler(world: World, _params: Body, destination_id: str) -> Body:
        body = world.need(thin.DESTINATION, destination_id)
        body["status"] = status
        return _saved(world, body)

    return handler


def event(world: World, _params: Body, event_id: str) -> Body:
    """The whole of what a notification only mentioned."""
    return world.need(thin.EVENT, event_id)


def events(world: World, params: Body) -> Body:
    """Thin events, newest first, perhaps only those about one object."""
    where = {"related_object.id": params["object_id"]} if params.get("object_id") else {}
    return _page(world.store.select(thin.EVENT, where, limit=_limit(params)))


def _saved(world: World, body: Body) -> Body:
    body["updated"] = thin.instant(world.now())
    world.store.put(body)
    return body


def _included(body: Body, params: Body) -> Body:
    shown = {_SECRET: ("signing_secret", body["_secret"]), _URL: ("url", body["_url"])}
    asked = dict(shown[name] for name in params.get("include", ()))
    return {**body, "webhook_endpoint": asked}


def _check(names: list[str], url: str | None) -> None:
    check_url(url)
    if not names or any(name != "*" and not name.startswith("v") for name in names):
        raise errors.invalid(
            f"Thin events have names that begin with their version, as {thin.METER_ERRORS}.",
            "enabled_events",
        )


def _limit(params: Body) -> int:
    limit = params.get("limit", _PAGE)
    if not 1 <= limit <= _PAGE_MAX:
        raise errors.invalid("Limit must be between 1 and 100.", "limit")
    return limit


def _page(found: list[Body]) -> Body:
    return {"data": found, "next_page_url": None, "previous_page_url": None}


_INCLUDE_URL = many(one_of(_URL))
_ENDPOINT = fields({"url": text}, required=("url",))
_CREATE: dict[str, Shape] = {
    "description": text,
    "enabled_events": many(text),
    "event_payload": one_of("thin", "snapshot"),
    "events_from": many(text),
    "include": many(one_of(_SECRET, _URL)),
    "metadata": metadata,
    "name": text,
    "type": one_of("webhook_endpoint"),
    "webhook_endpoint": _ENDPOINT,
}
_UPDATE: dict[str, Shape] = {
    "description": text,
    "enabled_events": many(text),
    "include": _INCLUDE_URL,
    "metadata": metadata,
    "name": text,
    "webhook_endpoint": _ENDPOINT,
}
_LIST: dict[str, Shape] = {"include": _INCLUDE_URL, "limit": count}
_PATH = "/core/event_destinations"


def _of(method: str, path: str, handler: Any, *more: Any) -> Endpoint:
    return Endpoint(method, path, handler, *more, version="v2")


ENDPOINTS = (
    _of("POST", _PATH, create, _CREATE, ("enabled_events", "event_payload", "name", "type")),
    _of("GET", _PATH, read_all, _LIST),
    _of("GET", f"{_PATH}/{{id}}", read, {"include": _INCLUDE_URL}),
    _of("POST", f"{_PATH}/{{id}}", update, _UPDATE),
    _of("DELETE", f"{_PATH}/{{id}}", delete),
    _of("POST", f"{_PATH}/{{id}}/disable", standing("disabled")),
    _of("POST", f"{_PATH}/{{id}}/enable", standing("enabled")),
    _of("GET", "/core/events", events, {"limit": count, "object_id": text}),
    _of("GET", "/core/events/{id}", event),
)
