"""The account, events, webhook endpoints and subscription items."""

import fnmatch
import re
from urllib.parse import urlsplit

from sandbox import errors, render, webhooks
from sandbox.api import subscription_params, subscriptions
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.objects import account
from sandbox.shapes import Shape, boolean, count, many, metadata, text
from sandbox.store import Body
from sandbox.world import World

_EVENT_NAME = re.compile(r"^(\*|[a-z0-9_]+(\.[a-z0-9_]+)+)$")
_ENDPOINT: dict[str, Shape] = {
    "description": text,
    "enabled_events": many(text),
    "metadata": metadata,
    "url": text,
}


def me(_world: World, _params: Body) -> Body:
    """The one account of the sandbox."""
    return account.ACCOUNT


def events(world: World, params: Body) -> Body:
    """What happened, newest first, perhaps only some types."""
    where: Body = {"type": None, "id": None}
    if params.get("types"):
        where["type"] = tuple(params["types"])
    elif params.get("type"):
        where["type"] = _types_like(world, params["type"])
    if "delivery_success" in params:
        where["id"] = webhooks.delivered(world, successfully=params["delivery_success"])
    return listed(world, "event", "/v1/events", params, where)


def _types_like(world: World, pattern: str) -> tuple[str, ...]:
    """The event types a name with `*` in it stands for."""
    if "*" not in pattern:
        return (pattern,)
    known = {each["type"] for each in world.store.select("event")}
    return tuple(sorted(each for each in known if fnmatch.fnmatchcase(each, pattern)))


def create_endpoint(world: World, params: Body) -> Body:
    """Listen from now on; the answer is the only one that shows the secret."""
    _check(params)
    body = world.add(account.endpoint(params, now=world.now()))
    return {**body, "secret": body["_secret"]}


def update_endpoint(world: World, params: Body, endpoint_id: str) -> Body:
    """Listen elsewhere, to something else, or not at all while it is disabled."""
    body = world.need("webhook_endpoint", endpoint_id)
    _check({**body, **params})
    merge(body, params, "description", "enabled_events", "url")
    if "disabled" in params:
        body["status"] = "disabled" if params["disabled"] else "enabled"
    return world.save(body)


def delete_endpoint(world: World, _params: Body, endpoint_id: str) -> Body:
    """Stop listening; what was not delivered yet never will be."""
    world.remove(world.need("webhook_endpoint", endpoint_id))
    webhooks.forget(world, endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def read_endpoints(world: World, params: Body) -> Body:
    """Everyone who listens."""
    return listed(world, "webhook_endpoint", "/v1/webhook_endpoints", params)


def items(world: World, params: Body) -> Body:
    """The items of one subscription."""
    body = world.need("subscription", params["subscription"], "subscription")
    return render.page("/v1/subscription_items", body["items"]["data"])


def read_item(world: World, _params: Body, item_id: str) -> Body:
    """One item."""
    return _item(world, item_id)[1]


def create_item(world: World, params: Body) -> Body:
    """Add a price to a subscription."""
    subscription_id = params.pop("subscription")
    change = {name: params.pop(name) for name in _BILLING if name in params}
    body = world.need("subscription", subscription_id, "subscription")
    known = {each["id"] for each in body["items"]["data"]}
    after = subscriptions.update(world, {"items": [params], **change}, subscription_id)
    return next(each for each in after["items"]["data"] if each["id"] not in known)


def update_item(world: World, params: Body, item_id: str) -> Body:
    """Change price or quantity."""
    subscription, _ = _item(world, item_id)
    change = {name: params.pop(name) for name in _BILLING if name in params}
    asked = {"id": item_id, **params}
    subscriptions.update(world, {"items": [asked], **change}, subscription["id"])
    return _item(world, item_id)[1]


def delete_item(world: World, params: Body, item_id: str) -> Body:
    """Take a price off a subscription."""
    subscription, _ = _item(world, item_id)
    asked = {"id": item_id, "deleted": True}
    subscriptions.update(world, {"items": [asked], **params}, subscription["id"])
    return {"id": item_id, "object": "subscription_item", "deleted": True}


def _item(world: World, item_id: str) -> tuple[Body, Body]:
    for subscription in world.store.select("subscription"):
        for item in subscription["items"]["data"]:
            if item["id"] == item_id:
                return subscription, item
    raise errors.missing("subscription_item", item_id)


def check_url(url: str | None) -> None:
    """Refuse an address nothing can be delivered to."""
    if urlsplit(url or "").scheme not in {"http", "https"}:
        raise errors.invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url"
        )


def _check(params: Body) -> None:
    check_url(params.get("url"))
    if not params["enabled_events"]:
        raise errors.invalid(
            "Missing required param: enabled_events.", "enabled_events", "parameter_missing"
        )
    for name in params["enabled_events"]:
        if not _EVENT_NAME.match(name or ""):
            raise errors.invalid(f"Invalid event type: {name}", "enabled_events")


_EVENTS: dict[str, Shape] = {
    **PAGING,
    "created": CREATED,
    "delivery_success": boolean,
    "type": text,
    "types": many(text),
}
_BILLING: dict[str, Shape] = {
    "payment_behavior": subscription_params.PAYMENT,
    "proration_behavior": subscription_params.PRORATION,
    "proration_date": count,
}
_ITEM: dict[str, Shape] = {**subscription_params.NEW_ITEM, **_BILLING}

ENDPOINTS = (
    Endpoint("GET", "/account", me),
    Endpoint("GET", "/events", events, _EVENTS),
    Endpoint("GET", "/events/{id}", reading("event")),
    Endpoint(
        "POST",
        "/webhook_endpoints",
        create_endpoint,
        {**_ENDPOINT, "api_version": text},
        ("url", "enabled_events"),
    ),
    Endpoint("GET", "/webhook_endpoints", read_endpoints, PAGING),
    Endpoint("GET", "/webhook_endpoints/{id}", reading("webhook_endpoint")),
    Endpoint(
        "POST", "/webhook_endpoints/{id}", update_endpoint, {**_ENDPOINT, "disabled": boolean}
    ),
    Endpoint("DELETE", "/webhook_endpoints/{id}", delete_endpoint),
    Endpoint(
        "GET",
        "/subscription_items",
        items,
        {**PAGING, "subscription": text},
        ("subscription",),
    ),
    Endpoint("GET", "/subscription_items/{id}", read_item),
    Endpoint(
        "POST",
        "/subscription_items",
        create_item,
        {**_ITEM, "subscription": text},
        ("subscription", "price"),
    ),
    Endpoint("POST", "/subscription_items/{id}", update_item, _ITEM),
    Endpoint(
        "DELETE", "/subscription_items/{id}", delete_item, {**_BILLING, "clear_usage": boolean}
    ),
)
