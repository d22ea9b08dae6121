"""Event destinations and the thin events that go to them; v2 of the API leaves out what is not there."""

from datetime import UTC, datetime

from sandbox import ids
from sandbox.store import Body

DESTINATION, EVENT = "v2.core.event_destination", "v2.core.event"
METER_ERRORS = "v1.billing.meter.error_report_triggered"
# Only who fetches an event is told these; the notification is without them.
FETCHED = ("changes", "data")
_SAMPLES = 5


def destination(params: Body, *, now: int) -> Body:
    """A webhook endpoint for thin events; its secret is shown once, and only if asked for."""
    return {
        "id": ids.new(DESTINATION),
        "object": DESTINATION,
        "created": instant(now),
        "description": params.get("description") or "",
        "enabled_events": params["enabled_events"],
        "event_payload": "thin",
        "events_from": params.get("events_from") or ["@self"],
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "name": params["name"],
        "status": "enabled",
        "type": "webhook_endpoint",
        "updated": instant(now),
        "webhook_endpoint": {},
        "_secret": f"whsec_{ids.letters(32)}",
        "_url": params["webhook_endpoint"]["url"],
    }


def meter_errors(meter: Body, failed: list[Body], span: tuple[int, int], *, now: int) -> Body:
    """What of a meter's usage could not be counted between two instants."""
    codes = sorted({each["_error"] for each in failed})
    count = len(failed)
    said = "There is 1 invalid event" if count == 1 else f"There are {count} invalid events"
    return {
        "id": ids.new(EVENT),
        "object": EVENT,
        "created": instant(now),
        "data": {
            "developer_message_summary": said,
            "reason": {
                "error_count": count,
                "error_types": [_kind(code, failed) for code in codes],
            },
            "validation_start": instant(span[0]),
            "validation_end": instant(span[1]),
        },
        "livemode": False,
        "related_object": {
            "id": meter["id"],
            "type": "billing.meter",
            "url": f"/v1/billing/meters/{meter['id']}",
        },
        "type": METER_ERRORS,
    }


def notification(event: Body) -> Body:
    """What is delivered: that it happened, and where to ask."""
    return {name: value for name, value in event.items() if name not in FETCHED}


def instant(at: int) -> str:
    """The time as v2 writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _kind(code: str, failed: list[Body]) -> Body:
    own = [each for each in failed if each["_error"] == code]
    return {
        "code": code,
        "error_count": len(own),
        "sample_errors": [
            {
                "error_message": _WORDS[code].format(customer=each["_customer"]),
                "request": {"identifier": each["_request"]},
            }
            for each in own[:_SAMPLES]
        ],
    }


_WORDS = {"meter_event_customer_not_found": "No such customer: '{customer}'"}
