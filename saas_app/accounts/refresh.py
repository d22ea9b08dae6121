"""Refresh tokens: each works once and gives the next; one that comes back closes its family."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from saas_app.accounts import ways_in
from saas_app.accounts.errors import RefreshReused, TokenInvalid
from saas_app.accounts.models import RefreshToken, User
from saas_app.audit.trail import NOWHERE, Origin
from saas_app.core import clock, ids, tokens
from saas_app.core.errors import Conflict, NotFound

LIFETIME = timedelta(days=30)
_FAMILY = "family"
# Two tabs may refresh at the same moment: within this time a second use is told to retry,
# later it is a theft.
_GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Rotated:
    plain: str
    user: User
    workspace_id: int
    family: str


@dataclass(frozen=True, slots=True)
class Started:
    plain: str
    family: str


def start(session: Session, user_id: int, workspace_id: int, origin: Origin = NOWHERE) -> Started:
    """The first token of a new family: one log-in of one program."""
    family = ids.new(_FAMILY)
    return Started(_issue(session, family, user_id, workspace_id, origin), family)


def is_open(session: Session, family: str) -> bool:
    """Whether this log-in still lives: an access token dies with it."""
    living = select(RefreshToken.digest).where(
        RefreshToken.family == family,
        col(RefreshToken.revoked_at).is_(None),
        col(RefreshToken.expires_at) > clock.wall(),
    )
    return session.exec(living.limit(1)).first() is not None


def rotate(session: Session, plain: str) -> Rotated | RefreshReused:
    """The next token of the family.

    A reuse is returned, not raised: closing the family must be committed, and an exception
    would undo it. Raises TokenInvalid for what is unknown, expired or revoked, Conflict when
    another tab refreshed this very moment.
    """
    digest = tokens.digest(plain)
    user = _whose(session, digest)
    at = clock.wall()
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
    if row is None or user is None or row.created_at < user.sessions_valid_from:
        raise TokenInvalid(_ENDED)
    if taken:
        origin = Origin(row.address, row.agent)
        plain = _issue(session, row.family, row.user_id, row.workspace_id, origin)
        return Rotated(plain, user, row.workspace_id, row.family)
    if row.used_at is None or row.revoked_at is not None:
        raise TokenInvalid(_ENDED)
    if at - row.used_at <= _GRACE:
        raise Conflict(
            "Another tab refreshed at the same moment. Nothing was lost; please try again with the newer token."
        )
    _close(session, row.user_id, row.family)
    return RefreshReused(
        "This refresh token was used before. To be safe, every token of this log-in was closed; please log in again."
    )


def revoke(session: Session, plain: str) -> int | None:
    """Close the family of this token, if there is one; whose it was."""
    row = session.get(RefreshToken, tokens.digest(plain))
    if row is None:
        return None
    _close(session, row.user_id, row.family)
    return row.user_id


@dataclass(frozen=True, slots=True)
class Program:
    """A log-in by token, as its owner sees it. `key` is the family."""

    key: str
    address: str
    agent: str
    last_used_at: datetime


def list_of(session: Session, user_id: int) -> list[Program]:
    """The programs that can still refresh, the latest used first."""
    user = session.get_one(User, user_id)
    rows = session.exec(
        select(RefreshToken)
        .where(
            RefreshToken.user_id == user_id,
            col(RefreshToken.used_at).is_(None),
            col(RefreshToken.revoked_at).is_(None),
            col(RefreshToken.expires_at) > clock.wall(),
            col(RefreshToken.created_at) >= user.sessions_valid_from,
        )
        .order_by(col(RefreshToken.created_at).desc())
    )
    return [Program(row.family, row.address, row.agent, row.created_at) for row in rows]


def end_by_key(session: Session, user_id: int, family: str) -> None:
    """Close one of a person's own families. Raises NotFound for another's and a missing one alike."""
    row = session.exec(select(RefreshToken).where(RefreshToken.family == family)).first()
    if row is None or row.user_id != user_id:
        raise NotFound("That log-in is not there, or has ended already. Nothing was changed.")
    _close(session, user_id, family)


def end_in(session: Session, user_id: int, workspace_id: int) -> None:
    """Close every family that acts in this workspace: access tokens die with it."""
    session.exec(
        update(RefreshToken)
        .where(
            col(RefreshToken.user_id) == user_id,
            col(RefreshToken.workspace_id) == workspace_id,
            col(RefreshToken.revoked_at).is_(None),
        )
        .values(revoked_at=clock.wall())
    )


def is_family(key: str) -> bool:
    """Whether a key from a list of log-ins names a program's."""
    return key.startswith(f"{_FAMILY}_")


def purge(session: Session) -> int:
    return session.exec(
        delete(RefreshToken).where(col(RefreshToken.expires_at) < clock.wall())
    ).rowcount


_ENDED = "This log-in has ended. Nothing was lost; please log in again."


def _whose(session: Session, digest: str) -> User | None:
    """The person behind a token, to be let go with the transaction: a next token must not slip past its closing."""
    row = session.get(RefreshToken, digest)
    if row is None:
        return None
    return ways_in.locked(session, row.user_id)


def _close(session: Session, user_id: int, family: str) -> None:
    ways_in.locked(session, user_id)
    session.exec(
        update(RefreshToken)
        .where(col(RefreshToken.family) == family)
        .values(revoked_at=clock.wall())
    )


def _issue(session: Session, family: str, user_id: int, workspace_id: int, origin: Origin) -> str:
    issued, at = tokens.issue(), clock.wall()
    session.add(
        RefreshToken(
            digest=issued.digest,
            family=family,
            user_id=user_id,
            workspace_id=workspace_id,
            created_at=at,
            expires_at=at + LIFETIME,
            address=origin.address,
            agent=origin.agent[:300],
        )
    )
    return issued.plain
