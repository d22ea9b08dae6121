"""The one way in: what every log-in does once a first factor was proved, whichever that was.

Password, provider and passkey all end here, so that none of them can forget the second factor,
the new-device letter or the rotation of the session.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, update

from saas_app.accounts import devices, people, second_factor, sessions
from saas_app.accounts.errors import PendingLoginOver
from saas_app.accounts.models import User
from saas_app.accounts.second_factor import Way
from saas_app.accounts.second_factor.models import PendingLogin
from saas_app.audit.trail import Origin
from saas_app.core import clock, tokens

PENDING_COOKIE = "__Host-pending"
PENDING_FOR = timedelta(minutes=10)
_TRIES = 10


class Method(StrEnum):
    """How somebody proved who they are. RFC 8176 names where it has one."""

    PASSWORD = "pwd"  # noqa: S105 — the name of a method
    APP = "otp"
    PASSKEY = "hwk"
    SMS = "sms"
    LETTER = "mail"
    RECOVERY = "recovery"
    PROVIDER = "fed"


# A passkey is something one has, opened by something one is or knows: nothing more is asked.
_ENOUGH = frozenset({Method.PASSKEY})


@dataclass(frozen=True, slots=True)
class Visit:
    """The browser that wants in. `device` and `old_session` are its cookies as they were sent."""

    origin: Origin
    device: str = ""
    old_session: str = ""
    remember: bool = False
    next_page: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """`session` and `device` are the plain texts for the two cookies."""

    user: User
    workspace_id: int
    session: str
    device: str
    remember: bool
    next_page: str


@dataclass(frozen=True, slots=True)
class SecondFactorDue:
    """`pending` is the plain text of a short-lived cookie; `ways` says what may follow."""

    pending: str
    ways: tuple[Way, ...]
    next_page: str = ""


def enter(
    session: Session, user: User, workspace_id: int, visit: Visit, method: Method
) -> Entered | SecondFactorDue:
    """Let a person in whose first factor was right, or ask for the second."""
    user_id = people.ident(user)
    known = devices.recognised(session, user_id, visit.device)
    ways = second_factor.ways(session, user, first=method)
    if ways and method not in _ENOUGH and not devices.is_trusted(known, clock.wall()):
        return SecondFactorDue(_ask(session, user_id, visit, method), ways, visit.next_page)
    return _let_in(session, user, workspace_id, visit, str(method), trust=False)


def pending(session: Session, plain: str) -> PendingLogin:
    """The log-in that waits for its second factor. Raises PendingLoginOver."""
    row = session.get(PendingLogin, tokens.digest(plain)) if plain else None
    if row is None or row.used_at is not None or row.expires_at <= clock.wall():
        raise PendingLoginOver(_OVER)
    return row


def tried(session: Session, plain: str) -> PendingLogin:
    """The log-in that waits, with one try counted against it. Raises PendingLoginOver.

    Commit whatever comes of it, or the try is given back.
    """
    row = pending(session, plain)
    once_more = update(PendingLogin).where(
        col(PendingLogin.digest) == row.digest, col(PendingLogin.tries) < _TRIES
    )
    if session.exec(once_more.values(tries=col(PendingLogin.tries) + 1)).rowcount != 1:
        raise PendingLoginOver(_OVER)
    return row


def complete(
    session: Session,
    plain: str,
    workspace_id: int,
    visit: Visit,
    method: Method,
    *,
    trust: bool,
) -> Entered:
    """Let a person in whose second factor was right as well. Of many at once, one succeeds.

    What was asked for at the first step (remember, next page) holds. Raises PendingLoginOver.
    """
    row = pending(session, plain)
    taken = (
        update(PendingLogin)
        .where(col(PendingLogin.digest) == row.digest, col(PendingLogin.used_at).is_(None))
        .values(used_at=clock.wall())
    )
    if session.exec(taken).rowcount != 1:
        raise PendingLoginOver(_OVER)
    asked = Visit(visit.origin, visit.device, visit.old_session, row.remembered, row.next)
    user = people.by_id(session, row.user_id)
    if row.created_at < user.sessions_valid_from:
        raise PendingLoginOver(_OVER)
    return _let_in(session, user, workspace_id, asked, f"{row.methods},{method}", trust=trust)


def purge(session: Session) -> int:
    """Forget log-ins that were never finished; how many there were."""
    old = col(PendingLogin.expires_at) < clock.wall()
    return session.exec(delete(PendingLogin).where(old)).rowcount


_OVER = "This log-in took too long, was tried too often or is finished already. Nothing was changed; please log in again."


def _ask(session: Session, user_id: int, visit: Visit, method: Method) -> str:
    issued, at = tokens.issue(), clock.wall()
    session.add(
        PendingLogin(
            digest=issued.digest,
            user_id=user_id,
            created_at=at,
            expires_at=at + PENDING_FOR,
            remembered=visit.remember,
            next=visit.next_page,
            methods=method,
        )
    )
    return issued.plain


def _let_in(
    session: Session, user: User, workspace_id: int, visit: Visit, methods: str, *, trust: bool
) -> Entered:
    # A cookie that was there before is worthless now: nobody can plant a session.
    sessions.end_plain(session, visit.old_session)
    device = devices.met(session, user, visit.device, visit.origin, trust=trust)
    plain = sessions.start(
        session,
        user,
        workspace_id,
        remember=visit.remember,
        origin=visit.origin,
        methods=methods,
        device=device.digest,
    )
    return Entered(user, workspace_id, plain, device.plain, visit.remember, visit.next_page)
