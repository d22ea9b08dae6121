"""New meters, usage events, and the summaries made of them."""

from sandbox import ids
from sandbox.store import Body


def meter(params: Body, *, now: int) -> Body:
    """What is counted, for whom, and how the counts are put together."""
    mapping = params.get("customer_mapping") or {}
    values = params.get("value_settings") or {}
    return {
        "id": ids.new("billing.meter"),
        "object": "billing.meter",
        "created": now,
        "customer_mapping": {
            "event_payload_key": mapping.get("event_payload_key") or "stripe_customer_id",
            "type": "by_id",
        },
        "default_aggregation": params["default_aggregation"],
        "display_name": params["display_name"],
        "event_name": params["event_name"],
        "event_time_window": params.get("event_time_window"),
        "livemode": False,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
        "updated": now,
        "value_settings": {"event_payload_key": values.get("event_payload_key") or "value"},
    }


def event(params: Body, *, now: int) -> Body:
    """Something somebody used."""
    return {
        "object": "billing.meter_event",
        "created": now,
        "event_name": params["event_name"],
        "identifier": params.get("identifier") or ids.letters(36),
        "livemode": False,
        "payload": params["payload"],
        "timestamp": params.get("timestamp") or now,
    }


def summary(meter_id: str, span: tuple[int, int], value: float) -> Body:
    """How much was used between two instants."""
    return {
        "id": ids.new("billing.meter_event_summary"),
        "object": "billing.meter_event_summary",
        "aggregated_value": value,
        "end_time": span[1],
        "livemode": False,
        "meter": meter_id,
        "start_time": span[0],
    }
