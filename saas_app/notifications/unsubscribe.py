"""The one-click way out of a list: a signed address that needs no log-in (RFC 8058)."""

import hashlib
import hmac

from sqlmodel import Session

from saas_app.core import crypto, tokens
from saas_app.core.errors import NotFound
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications import preferences
from saas_app.notifications.matrix import Channel


def token(user_id: int, event_id: str) -> str:
    """Says whose choice for which row; worth nothing for anything else."""
    claim = f"{user_id}.{event_id}"
    return f"{claim}.{_signature(claim, settings().secret_keys[0])}"


def leave(session: Session, given: str) -> str:
    """Stop letters of this row; its id. Harmless twice. Raises NotFound for a made-up token."""
    claim, _, signature = given.rpartition(".")
    user_id, _, event_id = claim.partition(".")
    signed = any(
        tokens.same(signature, _signature(claim, secret)) for secret in settings().secret_keys
    )
    if not signed or not user_id.isdecimal():
        raise NotFound(text("channels.unknown_link"))
    preferences.choose(session, int(user_id), event_id, Channel.EMAIL, wanted=False)
    return event_id


def _signature(claim: str, secret: str) -> str:
    key = crypto.derive("unsubscribe", secret)
    return hmac.new(key, claim.encode(), hashlib.sha256).hexdigest()[:40]
