"""Signed-in browsers: a random cookie, its digest in the database, rotated at every log-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from saas_app.accounts import ways_in
from saas_app.accounts.models import LoginSession, RefreshToken, User
from saas_app.accounts.people import ident
from saas_app.accounts.second_factor.models import PendingLogin
from saas_app.audit.trail import Origin
from saas_app.core import clock, live, tokens
from saas_app.core.errors import NotFound, NotSignedIn

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
    key: str
    time_zone: str


def start(
    session: Session,
    user: User,
    workspace_id: int,
    *,
    remember: bool,
    origin: Origin,
    methods: str = "pwd",
    device: str | None = None,
) -> str:
    """A new session; its plain secret goes into the cookie and nowhere else.

    `methods` says how the person proved who they are, `device` is the digest of a known device.
    """
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
            methods=methods,
            device_digest=device,
        )
    )
    return issued.plain


def renew(session: Session, digest: str, method: str) -> str:
    """The person proved again who they are: the proof is fresh, and the secret is a new one.

    Raises NotSignedIn when the session has ended meanwhile.
    """
    row = session.get(LoginSession, digest)
    if row is not None:
        ways_in.locked(session, row.user_id)
    gone = delete(LoginSession).where(col(LoginSession.digest) == digest)
    # Whoever ended it this moment was first: a proof does not bring it back to life.
    if row is None or session.exec(gone).rowcount != 1:
        raise NotSignedIn("Your session has ended. Nothing was changed; please log in again.")
    issued, at = tokens.issue(), clock.wall()
    known = row.methods.split(",")
    methods = row.methods if method in known else f"{row.methods},{method}"
    fresh = LoginSession(
        **row.model_dump(exclude={"digest", "authenticated_at", "last_seen_at", "methods"}),
        digest=issued.digest,
        authenticated_at=at,
        last_seen_at=at,
        methods=methods,
    )
    session.add(fresh)
    # Not announced: other tabs look again within seconds, when the browser holds the new cookie.
    # Told at once, they would load with the old one and be sent to the log-in.
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
        row.key,
        user.time_zone,
    )


def goes_on(session: Session, key: str) -> bool:
    """Whether this log-in lives on, perhaps under a newer secret than the one that was looked up."""
    mine = select(LoginSession, User).join(User, col(User.id) == col(LoginSession.user_id))
    found = session.exec(mine.where(LoginSession.key == key)).first()
    return found is not None and alive(found[0], found[1].sessions_valid_from, clock.wall())


def alive(row: LoginSession, valid_from: datetime, at: datetime) -> bool:
    idle = _SPANS[row.remembered].idle
    return row.created_at >= valid_from and at < row.expires_at and at < row.last_seen_at + idle


def due_touch(row_last_seen: datetime, at: datetime) -> bool:
    return at - row_last_seen >= _TOUCH_EVERY


def touch(session: Session, digest: str) -> None:
    """Note that the person is here; written at most once a minute."""
    at = clock.wall()
    due = update(LoginSession).where(
        col(LoginSession.digest) == digest, col(LoginSession.last_seen_at) <= at - _TOUCH_EVERY
    )
    session.exec(due.values(last_seen_at=at))


def move(session: Session, digest: str, workspace_id: int) -> None:
    """This browser acts in another workspace from here on; its other tabs begin anew."""
    row = session.get(LoginSession, digest)
    if row is not None:
        row.workspace_id = workspace_id
        session.add(row)
        live.publish(session, live.user_topic(row.user_id))


def move_all(session: Session, user_id: int, *, from_workspace: int, to_workspace: int) -> None:
    """Every browser of this person that acted in the one acts in the other."""
    there = update(LoginSession).where(
        col(LoginSession.user_id) == user_id, col(LoginSession.workspace_id) == from_workspace
    )
    session.exec(there.values(workspace_id=to_workspace))


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


def list_of(session: Session, user_id: int) -> list[LoginSession]:
    """The log-ins that still live, the latest used first."""
    user, at = session.get_one(User, user_id), clock.wall()
    rows = session.exec(
        select(LoginSession)
        .where(LoginSession.user_id == user_id)
        .order_by(col(LoginSession.last_seen_at).desc())
    )
    return [row for row in rows if alive(row, user.sessions_valid_from, at)]


def end_by_key(session: Session, user_id: int, key: str) -> None:
    """End one of a person's own log-ins. Raises NotFound for another's and a missing one alike."""
    row = session.exec(select(LoginSession).where(LoginSession.key == key)).first()
    if row is None or row.user_id != user_id:
        raise NotFound("That log-in is not there, or has ended already. Nothing was changed.")
    end(session, row.digest)


def end_others(session: Session, user_id: int, keep: str) -> None:
    """End every log-in of this person but the one with this digest: programs and half-done ones included."""
    # Whoever comes in or refreshes this moment is waited for, and then ended as well.
    ways_in.locked(session, user_id)
    others = delete(LoginSession).where(
        col(LoginSession.user_id) == user_id, col(LoginSession.digest) != keep
    )
    session.exec(others)
    _end_the_rest(session, user_id)
    live.publish(session, live.user_topic(user_id))


def end_all(session: Session, user: User) -> None:
    """Log this person out everywhere, refresh tokens included."""
    user.sessions_valid_from = clock.wall()
    session.add(user)
    # Holds the row: whoever comes in or refreshes this moment is waited for, and then ended as well.
    session.flush()
    session.exec(delete(LoginSession).where(col(LoginSession.user_id) == user.id))
    _end_the_rest(session, ident(user))
    live.publish(session, live.user_topic(ident(user)))


def purge(session: Session) -> int:
    """Forget sessions that nobody can use any more; how many there were."""
    return session.exec(
        delete(LoginSession).where(col(LoginSession.expires_at) < clock.wall())
    ).rowcount


def _end_the_rest(session: Session, user_id: int) -> None:
    session.exec(
        update(RefreshToken)
        .where(col(RefreshToken.user_id) == user_id, col(RefreshToken.revoked_at).is_(None))
        .values(revoked_at=clock.wall())
    )
    session.exec(delete(PendingLogin).where(col(PendingLogin.user_id) == user_id))
