"""Who may push: a signature over id, time and body, in the format of Standard Webhooks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from saas_app.core import tokens
from saas_app.core.errors import NotSignedIn
from saas_app.core.texts import text
from saas_app.notifications.channels import webhook

TOLERANCE_SECONDS = 300
_LONGEST_ID = 100
_LONGEST_STAMP = 11  # digits; more of them are beyond any calendar


class BadSignature(NotSignedIn):
    code = "bad_signature"


def checked(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], *, now: datetime
) -> str:
    """The message's id. Raises BadSignature; also while no secret is set."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (0 < len(message) <= _LONGEST_ID and message.isascii() and message.isprintable()):
        raise BadSignature(text("ingest.no_signature"))
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
        raise BadSignature(text("ingest.no_signature"))
    at = datetime.fromtimestamp(int(stamp), UTC)
    given = headers.get("webhook-signature", "").split()
    ours = [webhook.signed(secret, message, body, at=at)["webhook-signature"] for secret in secrets]
    if not any(tokens.same(one, own) for one in given for own in ours):
        raise BadSignature(text("ingest.bad_signature"))
    if abs((now - at).total_seconds()) > TOLERANCE_SECONDS:
        raise BadSignature(text("ingest.bad_time", seconds=TOLERANCE_SECONDS))
    return message
