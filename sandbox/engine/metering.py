"""Usage: each event counted once, in its time, for a customer that exists, and billed in arrears."""

from decimal import Decimal, InvalidOperation

from sandbox import amounts, errors
from sandbox.clock import DAY
from sandbox.engine import meter_errors
from sandbox.objects import invoice as invoices
from sandbox.objects import meter as meters
from sandbox.store import Body
from sandbox.world import World

OLDEST, AHEAD, REMEMBERED = 35 * DAY, 300, DAY
_KIND = "billing.meter_event"


def record(world: World, params: Body) -> Body:
    """Count an event; one for an unknown customer is noted as an error and not counted."""
    meter = _meter(world, params["event_name"])
    body = meters.event(params, now=world.now())
    _check_time(body["timestamp"], world.now())
    stored_id = _stored_id(body["event_name"], body["identifier"])
    known = world.store.get(stored_id)
    if known and known["created"] > world.now() - REMEMBERED:
        raise errors.invalid(
            f"An event already exists with identifier {body['identifier']}.",
            "identifier",
            "duplicate_meter_event",
        )
    value = _value(meter, body["payload"])
    customer_id = body["payload"].get(meter["customer_mapping"]["event_payload_key"])
    if not customer_id:
        raise errors.invalid(
            "The payload names no customer: it needs"
            f" `{meter['customer_mapping']['event_payload_key']}`.",
            "payload",
            "meter_event_no_customer_defined",
        )
    customer = world.store.get(customer_id)
    exists = bool(customer and customer["object"] == "customer" and not customer.get("deleted"))
    world.store.put(
        {
            **body,
            "id": stored_id,
            "_customer": customer_id,
            "_error": None if exists else "meter_event_customer_not_found",
            "_meter": meter["id"],
            "_request": world.asked.idempotency_key or world.asked.request_id or "",
            "_value": str(value),
        }
    )
    if not exists:
        meter_errors.plan(world, meter)
    return body


def cancel(world: World, event_name: str, identifier: str) -> None:
    """Take an event back, within a day of its arrival."""
    found = world.store.get(_stored_id(event_name, identifier))
    if found is None or found["created"] < world.now() - REMEMBERED:
        raise errors.invalid(
            f"No event of the last 24 hours has the identifier {identifier}.",
            "cancel[identifier]",
            "resource_missing",
        )
    world.store.put({**found, "_canceled": True})


def used(world: World, meter: Body, customer: str, span: tuple[int, int]) -> Decimal:
    """How much a customer used from the first instant up to, not including, the second."""
    own = {"_meter": meter["id"], "_customer": customer}
    counted = [
        each
        for each in world.store.select(_KIND, own)
        if span[0] <= each["timestamp"] < span[1]
        and not each["_error"]
        and not each.get("_canceled")
    ]
    match meter["default_aggregation"]["formula"]:
        case "count":
            return Decimal(len(counted))
        case "last":
            latest = max(counted, key=lambda each: each["timestamp"], default=None)
            return Decimal(latest["_value"]) if latest else Decimal(0)
        case _:
            return sum((Decimal(each["_value"]) for each in counted), Decimal(0))


def lines(world: World, subscription: Body) -> list[Body]:
    """What was used of each metered item in its current period, priced."""
    made: list[Body] = []
    for item in subscription["items"]["data"]:
        price = world.need("price", item["price"])
        if not is_metered(price):
            continue
        span = (item["current_period_start"], item["current_period_end"])
        meter = world.need("billing.meter", price["recurring"]["meter"])
        quantity = int(used(world, meter, subscription["customer"], span))
        product = world.need("product", price["product"])
        made.append(
            invoices.line(
                item,
                price,
                amount=amounts.cost(price, quantity),
                quantity=quantity,
                period=span,
                description=f"{quantity} × {product['name']}",  # noqa: RUF001 - a multiplication sign is meant
                metadata=subscription["metadata"],
            )
        )
    return made


def is_metered(price: Body) -> bool:
    """Whether it is billed by use, afterwards."""
    return bool(price["recurring"]) and price["recurring"]["usage_type"] == "metered"


def _meter(world: World, event_name: str) -> Body:
    found = world.store.select("billing.meter", {"event_name": event_name, "status": "active"})
    if not found:
        raise errors.invalid(
            f"No active meter found for event name {event_name}.", "event_name", "no_meter"
        )
    return found[0]


def _check_time(timestamp: int, now: int) -> None:
    if timestamp < now - OLDEST:
        raise errors.invalid(
            "The timestamp is too far in the past: it must be within the past 35 days.",
            "timestamp",
            "timestamp_too_far_in_past",
        )
    if timestamp > now + AHEAD:
        raise errors.invalid(
            "The timestamp is more than 5 minutes in the future.",
            "timestamp",
            "timestamp_in_future",
        )


def _value(meter: Body, payload: Body) -> Decimal:
    if meter["default_aggregation"]["formula"] == "count":
        return Decimal(1)
    key = meter["value_settings"]["event_payload_key"]
    if key not in payload:
        raise errors.invalid(
            f"The payload has no value: it needs `{key}`.", "payload", "meter_event_value_not_found"
        )
    try:
        value = Decimal(payload[key])
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise errors.invalid(
            f"The value {payload[key]!r} is not a number.", "payload", "meter_event_invalid_value"
        )
    return value


def _stored_id(event_name: str, identifier: str) -> str:
    return f"mtrevt_{event_name}_{identifier}"
