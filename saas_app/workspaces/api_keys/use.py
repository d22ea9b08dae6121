"""A key that is shown to us: whose it is, and whether it still opens."""

from datetime import timedelta

from sqlmodel import Session, col, select, update

from saas_app.accounts.errors import TokenInvalid
from saas_app.audit.trail import Origin
from saas_app.core import clock, tokens
from saas_app.core.texts import text
from saas_app.workspaces.api_keys import keeping, secret
from saas_app.workspaces.api_keys.models import ApiKey

# Written at most this often: a busy program must not write with each of its calls.
_TOUCH = timedelta(minutes=1)


def find(session: Session, plain: str) -> ApiKey:
    """The living key of this secret. Raises TokenInvalid, with one sentence for every way it can be wrong."""
    name = secret.read(plain)
    row = name and session.exec(select(ApiKey).where(ApiKey.name_outside == name)).first()
    at = clock.wall()
    if not row or row.revoked_at is not None or (row.expires_at and row.expires_at <= at):
        raise TokenInvalid(text("api_keys.dead"))
    shown = tokens.digest(plain)
    before = bool(row.previous_until and row.previous_until > at)
    if not tokens.same(shown, row.digest) and not (
        before and tokens.same(shown, row.previous_digest)
    ):
        raise TokenInvalid(text("api_keys.dead"))
    return row


def due_touch(row: ApiKey) -> bool:
    return row.last_used_at is None or clock.wall() - row.last_used_at >= _TOUCH


def touch(session: Session, row: ApiKey, origin: Origin) -> None:
    """Last used now, from there."""
    session.exec(
        update(ApiKey)
        .where(col(ApiKey.id) == row.id)
        .values(last_used_at=clock.wall(), last_used_from=origin.address)
    )


def leaked(session: Session, plain: str, origin: Origin) -> ApiKey | None:
    """End a key that somebody found where it should not be: who can show it may end it.

    None for what is not a living key; the finder is told the same.
    """
    try:
        row = find(session, plain)
    except TokenInvalid:
        return None
    keeping.end(session, row, None, origin, "api_key.leaked")
    return row
