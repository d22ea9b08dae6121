"""Usage as Stripe's meters take it, and what they say of readings they could not count."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from saas_app.billing.gateway import MeterReading, UsageLost

_KEY = "meter:"


def event(reading: MeterReading) -> dict[str, Any]:
    return {
        "event_name": reading.event_name,
        "identifier": reading.identifier,
        "payload": {"stripe_customer_id": reading.customer, "value": str(reading.value)},
        "timestamp": int(reading.at.timestamp()),
    }


def key(reading: MeterReading) -> str:
    """What a reading is sent under; Stripe names it again where it could not count it."""
    return f"{_KEY}{reading.identifier}"


def lost(body: Mapping[str, Any]) -> UsageLost:
    """The report of one meter: it gives a few examples of each reason, never all."""
    reasons = cast("Sequence[Mapping[str, Any]]", body["data"]["reason"]["error_types"])
    samples = [each for reason in reasons for each in reason.get("sample_errors") or ()]
    return UsageLost(
        meter=body["related_object"]["id"],
        reasons={reason["code"]: reason["error_count"] for reason in reasons},
        examples=tuple(each["request"]["identifier"].removeprefix(_KEY) for each in samples),
    )
