"""Refresh tokens: each works once and gives the next; one that comes back closes its family."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, update

from saas_app.accounts.errors import RefreshReused, TokenInvalid
from saas_app.accounts.models import RefreshToken, User
from saas_app.core import clock, ids, tokens
from saas_app.core.errors import Conflict

LIFETIME = timedelta(days=30)
# Two tabs may refresh at the same moment: within this time a second use is told to retry,
# later it is a theft.
_GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Rotated:
    plain: str
    user: User
    workspace_id: int


def start(session: Session, user_id: int, workspace_id: int) -> str:
    return _issue(session, ids.new("family"), user_id, workspace_id)


def rotate(session: Session, plain: str) -> Rotated | RefreshReused:
    """The next token of the family.

    A reuse is returned, not raised: closing the family must be committed, and an exception
    would undo it. Raises TokenInvalid for what is unknown, expired or revoked, Conflict when
    another tab refreshed this very moment.
    """
    at, digest = clock.wall(), tokens.digest(plain)
    unused = (
        update(RefreshToken)
        .where(
            col(RefreshToken.digest) == digest,
            col(RefreshToken.used_at).is_(None),
            col(RefreshToken.revoked_at).is_(None),
            col(RefreshToken.expires_at) > at,
        )
        .values(used_at=at)
    )
    taken = session.exec(unused).rowcount == 1
    row = session.get(RefreshToken, digest, populate_existing=True)
    user = session.get(User, row.user_id) if row else None
    if row is None or user is None or row.created_at < user.sessions_valid_from:
        raise TokenInvalid(_ENDED)
    if taken:
        return Rotated(
            _issue(session, row.family, row.user_id, row.workspace_id), user, row.workspace_id
        )
    if row.used_at is None or row.revoked_at is not None:
        raise TokenInvalid(_ENDED)
    if at - row.used_at <= _GRACE:
        raise Conflict(
            "Another tab refreshed at the same moment. Nothing was lost; please try again with the newer token."
        )
    _close(session, row.family)
    return RefreshReused(
        "This refresh token was used before. To be safe, every token of this log-in was closed; please log in again."
    )


def revoke(session: Session, plain: str) -> int | None:
    """Close the family of this token, if there is one; whose it was."""
    row = session.get(RefreshToken, tokens.digest(plain))
    if row is None:
        return None
    _close(session, row.family)
    return row.user_id


def purge(session: Session) -> int:
    return session.exec(
        delete(RefreshToken).where(col(RefreshToken.expires_at) < clock.wall())
    ).rowcount


_ENDED = "This log-in has ended. Nothing was lost; please log in again."


def _close(session: Session, family: str) -> None:
    session.exec(
        update(RefreshToken)
        .where(col(RefreshToken.family) == family)
        .values(revoked_at=clock.wall())
    )


def _issue(session: Session, family: str, user_id: int, workspace_id: int) -> str:
    issued, at = tokens.issue(), clock.wall()
    session.add(
        RefreshToken(
            digest=issued.digest,
            family=family,
            user_id=user_id,
            workspace_id=workspace_id,
            created_at=at,
            expires_at=at + LIFETIME,
        )
    )
    return issued.plain
