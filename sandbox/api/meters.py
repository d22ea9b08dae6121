"""Meters, the usage sent to them, and what it adds up to."""

from sandbox import errors, render
from sandbox.api.endpoint import PAGING, Endpoint, listing, reading
from sandbox.engine import metering
from sandbox.objects import meter as meters
from sandbox.shapes import Shape, fields, integer, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_KIND = "billing.meter"
_MINUTE = 60
_WINDOWS = {"hour": 3600, "day": 86_400}
_CREATE: dict[str, Shape] = {
    "customer_mapping": fields(
        {"event_payload_key": text, "type": one_of("by_id")}, required=("event_payload_key",)
    ),
    "default_aggregation": fields(
        {"formula": one_of("count", "last", "sum")}, required=("formula",)
    ),
    "display_name": text,
    "event_name": text,
    "event_time_window": one_of("day", "hour"),
    "value_settings": fields({"event_payload_key": text}, required=("event_payload_key",)),
}
_EVENT: dict[str, Shape] = {
    "event_name": text,
    "identifier": text,
    "payload": metadata,
    "timestamp": integer,
}


def create(world: World, params: Body) -> Body:
    """A meter; its event name is its alone while it is active."""
    own = {"event_name": params["event_name"], "status": "active"}
    if world.store.select(_KIND, own):
        raise errors.invalid(
            f"An active meter already exists for event name {params['event_name']}.", "event_name"
        )
    return world.add(meters.meter(params, now=world.now()), "billing.meter.created")


def update(world: World, params: Body, meter_id: str) -> Body:
    """Another name to show."""
    body = world.need(_KIND, meter_id)
    body["updated"] = world.now()
    for name in params:
        body[name] = params[name]
    return world.save(body, "billing.meter.updated")


def deactivate(world: World, _params: Body, meter_id: str) -> Body:
    """Count nothing more."""
    body = world.need(_KIND, meter_id)
    if body["status"] != "active":
        raise errors.invalid("This meter is already inactive.")
    body |= {"status": "inactive", "status_transitions": {"deactivated_at": world.now()}}
    return world.save(body, "billing.meter.deactivated")


def reactivate(world: World, _params: Body, meter_id: str) -> Body:
    """Count again."""
    body = world.need(_KIND, meter_id)
    if body["status"] == "active":
        raise errors.invalid("This meter is already active.")
    body |= {"status": "active", "status_transitions": {"deactivated_at": None}}
    return world.save(body, "billing.meter.reactivated")


def record(world: World, params: Body) -> Body:
    """Count an event."""
    return metering.record(world, params)


def adjust(world: World, params: Body) -> Body:
    """Take an event back."""
    identifier = (params.get("cancel") or {}).get("identifier")
    if not identifier:
        raise errors.invalid(
            "Missing required param: cancel[identifier].", "cancel", "parameter_missing"
        )
    metering.cancel(world, params["event_name"], identifier)
    return {
        "object": "billing.meter_event_adjustment",
        "cancel": {"identifier": identifier},
        "event_name": params["event_name"],
        "livemode": False,
        "status": "complete",
        "type": "cancel",
    }


def summaries(world: World, params: Body, meter_id: str) -> Body:
    """What a customer used, as one sum or by hour or day, newest first."""
    meter = world.need(_KIND, meter_id)
    world.need("customer", params["customer"], "customer")
    start, end = params["start_time"], params["end_time"]
    step = _WINDOWS.get(params.get("value_grouping_window", ""), 0)
    for name, instant in (("start_time", start), ("end_time", end)):
        if instant % (step or _MINUTE):
            raise errors.invalid(f"`{name}` must align with the start of a window.", name)
    if end <= start:
        raise errors.invalid("`end_time` must be after `start_time`.", "end_time")
    spans = (
        [(at, min(at + step, end)) for at in range(start, end, step)] if step else [(start, end)]
    )
    found = [(span, metering.used(world, meter, params["customer"], span)) for span in spans]
    shown = [meters.summary(meter_id, span, float(value)) for span, value in found if value]
    limit = params.get("limit", 10)
    url = f"/v1/billing/meters/{meter_id}/event_summaries"
    return render.page(url, shown[::-1][:limit], has_more=len(shown) > limit)


_SUMMARIES: dict[str, Shape] = {
    **PAGING,
    "customer": text,
    "end_time": integer,
    "start_time": integer,
    "value_grouping_window": one_of("day", "hour"),
}
_PATH = "/billing/meters"

ENDPOINTS = (
    Endpoint("POST", _PATH, create, _CREATE, ("default_aggregation", "display_name", "event_name")),
    Endpoint(
        "GET",
        _PATH,
        listing(_KIND, f"/v1{_PATH}", "status"),
        {**PAGING, "status": one_of("active", "inactive")},
    ),
    Endpoint("GET", f"{_PATH}/{{id}}", reading(_KIND)),
    Endpoint("POST", f"{_PATH}/{{id}}", update, {"display_name": text}),
    Endpoint("POST", f"{_PATH}/{{id}}/deactivate", deactivate),
    Endpoint("POST", f"{_PATH}/{{id}}/reactivate", reactivate),
    Endpoint(
        "GET",
        f"{_PATH}/{{id}}/event_summaries",
        summaries,
        _SUMMARIES,
        ("customer", "start_time", "end_time"),
    ),
    Endpoint("POST", "/billing/meter_events", record, _EVENT, ("event_name", "payload")),
    Endpoint(
        "POST",
        "/billing/meter_event_adjustments",
        adjust,
        {"cancel": fields({"identifier": text}), "event_name": text, "type": one_of("cancel")},
        ("event_name", "type"),
    ),
)
