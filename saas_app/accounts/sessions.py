"""Signed-in browsers: a random cookie, its digest in the database, rotated at every log-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from saas_app.accounts.models import LoginSession, User
from saas_app.accounts.people import ident
from saas_app.audit.trail import Origin
from saas_app.core import clock, live, tokens

COOKIE = "__Host-sid"
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """How long a session may lie idle, and how long it may live at all."""

    idle: timedelta
    absolute: timedelta


_SPANS = {
    False: Span(timedelta(hours=2), timedelta(hours=12)),
    True: Span(timedelta(days=14), timedelta(days=90)),
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is asking, as every guard needs it."""

    user_id: int
    workspace_id: int
    digest: str
    email: str
    name: str
    is_staff: bool
    authenticated_at: datetime
    last_seen_at: datetime


def start(
    session: Session, user: User, workspace_id: int, *, remember: bool, origin: Origin
) -> str:
    """A new session; its plain secret goes into the cookie and nowhere else."""
    issued, at = tokens.issue(), clock.wall()
    session.add(
        LoginSession(
            digest=issued.digest,
            user_id=ident(user),
            workspace_id=workspace_id,
            remembered=remember,
            created_at=at,
            last_seen_at=at,
            expires_at=at + _SPANS[remember].absolute,
            authenticated_at=at,
            address=origin.address,
            agent=origin.agent[:300],
        )
    )
    return issued.plain


def lookup(session: Session, plain: str) -> SignedIn | None:
    """Who holds this cookie, re-read every time: a revoked session ends at once."""
    if not plain:
        return None
    found = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(LoginSession.digest == tokens.digest(plain))
    ).first()
    if found is None:
        return None
    row, user = found
    if not alive(row, user.sessions_valid_from, clock.wall()):
        return None
    return SignedIn(
        ident(user),
        row.workspace_id,
        row.digest,
        user.email,
        user.name,
        user.is_staff,
        row.authenticated_at,
        row.last_seen_at,
    )


def alive(row: LoginSession, valid_from: datetime, at: datetime) -> bool:
    idle = _SPANS[row.remembered].idle
    return row.created_at >= valid_from and at < row.expires_at and at < row.last_seen_at + idle


def due_touch(row_last_seen: datetime, at: datetime) -> bool:
    return at - row_last_seen >= _TOUCH_EVERY


def touch(session: Session, digest: str) -> None:
    """Note that the person is here; written at most once a minute."""
    row = session.get(LoginSession, digest)
    at = clock.wall()
    if row is not None and due_touch(row.last_seen_at, at):
        row.last_seen_at = at
        session.add(row)


def end(session: Session, digest: str) -> None:
    row = session.get(LoginSession, digest)
    if row is not None:
        session.delete(row)
        live.publish(session, live.user_topic(row.user_id))


def end_plain(session: Session, plain: str) -> int | None:
    """End the session behind a cookie, if there is one; whose it was."""
    row = session.get(LoginSession, tokens.digest(plain)) if plain else None
    if row is None:
        return None
    end(session, row.digest)
    return row.user_id


def end_all(session: Session, user: User) -> None:
    """Log this person out everywhere, refresh tokens included."""
    user.sessions_valid_from = clock.wall()
    session.add(user)
    session.exec(delete(LoginSession).where(col(LoginSession.user_id) == user.id))
    live.publish(session, live.user_topic(ident(user)))


def purge(session: Session) -> int:
    """Forget sessions that nobody can use any more; how many there were."""
    return session.exec(
        delete(LoginSession).where(col(LoginSession.expires_at) < clock.wall())
    ).rowcount
