"""The secrets a webhook may be signed with: those from settings and the sealed ones we were given."""

import threading
import time
from dataclasses import dataclass

from sqlmodel import Session, col, select

from saas_app.billing.models import WebhookEndpoint
from saas_app.core import clock, logs
from saas_app.core.crypto import CannotOpen, renewed, seal, unseal
from saas_app.core.db import snapshot
from saas_app.core.resealing import Sealed
from saas_app.core.settings import settings

_REMEMBERED_SECONDS = 5.0
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    secrets: tuple[str, ...]
    database: str
    read_at: float


_lock = threading.Lock()
_known: _Known | None = None


def remembered() -> tuple[str, ...] | None:
    """What `current` would say without asking the database, or None where it would have to ask."""
    known = _known
    if known is None or known.read_at < time.monotonic() - _REMEMBERED_SECONDS:
        return None
    if known.database != settings().database:
        return None
    return (*settings().stripe_webhook_secrets, *known.secrets)


def current() -> tuple[str, ...]:
    """Newest first. Reads the table at most every few seconds: each webhook asks."""
    with _lock:
        known = remembered()
        return _read() if known is None else known


def read_again() -> tuple[str, ...]:
    """As `current`, and surely as the table is now."""
    with _lock:
        return _read()


def forget() -> None:
    """Read the table again next time: an endpoint was made just now."""
    global _known  # noqa: PLW0603 — see _read()
    with _lock:
        _known = None


def keep(
    session: Session, *, endpoint: str, url: str, version: str, live: bool, secret: str
) -> None:
    session.merge(
        WebhookEndpoint(
            stripe_id=endpoint,
            url=url,
            api_version=version,
            livemode=live,
            sealed_secret=seal(secret, place=_place(endpoint)),
            created_at=clock.now(),
        )
    )


def renew(session: Session, url: str) -> str | None:
    """The endpoint at `url` whose secret we can open, sealed anew where ours has changed; or None."""
    ours = select(WebhookEndpoint).where(
        WebhookEndpoint.url == url, col(WebhookEndpoint.livemode) == settings().live
    )
    row = session.exec(ours).first()
    if row is None or _opened(row) is None:
        return None
    row.sealed_secret = renewed(row.sealed_secret, place=_place(row.stripe_id))
    session.add(row)
    return row.stripe_id


def _read() -> tuple[str, ...]:
    global _known  # noqa: PLW0603 — a short memory of one query, per process
    _known = _Known(_stored(), settings().database, time.monotonic())
    return (*settings().stripe_webhook_secrets, *_known.secrets)


def _stored() -> tuple[str, ...]:
    with snapshot() as session:
        rows = session.exec(select(WebhookEndpoint)).all()
    newest = sorted(rows, key=lambda row: row.created_at, reverse=True)
    return tuple(secret for row in newest if (secret := _opened(row)) is not None)


def _opened(row: WebhookEndpoint) -> str | None:
    """None for one that was sealed under a secret we gave away: the others must go on working."""
    try:
        return unseal(row.sealed_secret, place=_place(row.stripe_id))
    except CannotOpen:
        _log.error("webhook_secret.sealed_shut", endpoint=row.stripe_id)
        return None


def _place(endpoint: str) -> str:
    return f"webhook_endpoint.sealed_secret.{endpoint}"


SEALED = Sealed(WebhookEndpoint, "sealed_secret", lambda row: _place(row.stripe_id))
