"""Opens what arrives at the webhook: signed by us-and-Stripe's secret, of this moment, and an event."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import stripe

from saas_app.billing.errors import BadWebhook, WrongSignature
from saas_app.billing.gateway import EventFacts, ThinEventFacts
from saas_app.billing.stripe import mapping

TOLERANCE = timedelta(seconds=300)
LARGEST = 1_000_000
# Whatever a body can do to a reader: nested too deep, a date beyond time, the wrong shape.
_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    OSError,
    RecursionError,
)


def opened(body: bytes, signature: str, secrets: Sequence[str], *, at: datetime) -> EventFacts:
    """The event in a raw body. Raises BadWebhook, which says only that it is not believed."""
    verify(body, signature, secrets, at=at)
    try:
        return facts(json.loads(body), body.decode())
    except _UNREADABLE as unreadable:
        raise BadWebhook("The body is not an event. Nothing was stored.") from unreadable


def mentioned(
    body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
) -> ThinEventFacts:
    """What a thin event says, which is little more than its name. Raises BadWebhook."""
    verify(body, signature, secrets, at=at)
    try:
        said = json.loads(body)
        if said["object"] != "v2.core.event" or "\0" in f"{said['id']}{said['type']}":
            raise ValueError("not a thin event")
        return ThinEventFacts(str(said["id"]), str(said["type"]), bool(said["livemode"]))
    except _UNREADABLE as unreadable:
        raise BadWebhook("The body is not a thin event. Nothing was stored.") from unreadable


def verify(body: bytes, signature: str, secrets: Sequence[str], *, at: datetime) -> None:
    """Raises BadWebhook for what nobody with a secret signed just now.

    The SDK refuses old timestamps and accepts tomorrow's; both directions are checked here.
    """
    if len(body) > LARGEST:
        raise BadWebhook("The body is too large for an event. Nothing was stored.")
    if abs(at - _signed_at(signature)) > TOLERANCE:
        raise BadWebhook("The signature is not of this moment. Nothing was stored.")
    if not any(_signed(body, signature, secret) for secret in secrets):
        raise WrongSignature("The signature does not fit the body. Nothing was stored.")


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(secret) and bool(
            stripe.WebhookSignature.verify_header(body, signature, secret)  # pyright: ignore[reportUnknownMemberType] — the SDK leaves `tolerance` untyped
        )
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False  # TypeError: the comparison will not look at anything but ASCII


def _signed_at(signature: str) -> datetime:
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    try:
        return datetime.fromtimestamp(int(stamps[0]), UTC)
    except (IndexError, ValueError, OverflowError, OSError):
        return datetime.min.replace(tzinfo=UTC)


def facts(event: Any, payload: str = "") -> EventFacts:
    """Whom an event concerns. Raises one of many errors for what is not an event."""
    body = cast("dict[str, Any]", event)
    if body["object"] != "event" or "\0" in f"{body['id']}{body['type']}":
        raise ValueError("not an event")
    return EventFacts(
        id=str(body["id"]),
        type=str(body["type"]),
        created_at=datetime.fromtimestamp(body["created"], UTC),
        livemode=bool(body["livemode"]),
        api_version=body.get("api_version"),
        customer=mapping.concerned(body),
        payment=mapping.paid_with(body),
        payload=payload,
    )
