"""Browsers a person logged in with before, told by a cookie that proves nothing by itself.

A known device has log-in attempts of its own and, for as long as its owner trusts it, stands for
the second factor. An unknown one is announced to its owner by letter.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from saas_app.accounts import letters, people
from saas_app.accounts.models import KnownDevice, User
from saas_app.audit.trail import Origin
from saas_app.core import clock, dates, tokens
from saas_app.core.errors import NotFound

COOKIE = "__Host-device"
TRUSTED_FOR = timedelta(days=30)
_FORGOTTEN_AFTER = timedelta(days=365)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Device:
    """`plain` is the cookie's text, one per browser whoever logs in there; `digest` is this person's."""

    plain: str
    digest: str
    trusted: bool


def recognised(session: Session, user_id: int, plain: str) -> KnownDevice | None:
    """The device, if this person logged in with it before."""
    return session.get(KnownDevice, _digest(user_id, plain)) if plain else None


def is_trusted(device: KnownDevice | None, at: datetime) -> bool:
    return device is not None and device.trusted_until is not None and at < device.trusted_until


def met(session: Session, user: User, plain: str, origin: Origin, *, trust: bool) -> Device:
    """Note a log-in from this browser. A new one is announced by letter, except a person's first."""
    at, user_id = clock.wall(), people.ident(user)
    row = recognised(session, user_id, plain)
    if row is None:
        plain = plain or tokens.issue().plain
        if _has_any(session, user_id):
            _announce(session, user, origin, at)
        row = KnownDevice(
            digest=_digest(user_id, plain), user_id=user_id, created_at=at, last_seen_at=at
        )
    row.last_seen_at, row.address, row.agent = at, origin.address, origin.agent[:300]
    if trust:
        row.trusted_until = at + TRUSTED_FOR
    session.add(row)
    return Device(plain, row.digest, is_trusted(row, at))


def trusted(session: Session, user_id: int) -> list[KnownDevice]:
    """The browsers that stand for the second factor now, the latest first."""
    mine = select(KnownDevice).where(
        KnownDevice.user_id == user_id, col(KnownDevice.trusted_until) > clock.wall()
    )
    return list(session.exec(mine.order_by(col(KnownDevice.last_seen_at).desc())))


def shown_key(device: KnownDevice) -> str:
    """What a list calls it by: the digest stays where nobody sees it."""
    return tokens.digest(f"shown:{device.digest}")[:_SHOWN]


def distrust(session: Session, user_id: int, key: str) -> None:
    """Ask this browser for the second factor again. Raises NotFound."""
    for row in trusted(session, user_id):
        if tokens.same(shown_key(row), key):
            row.trusted_until = None
            session.add(row)
            return
    raise NotFound("That browser is not on the list any more. Nothing was changed.")


def distrust_all(session: Session, user_id: int) -> None:
    """Every browser is asked for the second factor again."""
    for row in session.exec(select(KnownDevice).where(KnownDevice.user_id == user_id)):
        row.trusted_until = None
        session.add(row)


def purge(session: Session) -> int:
    """Forget what was not seen for a year; how many there were."""
    old = col(KnownDevice.last_seen_at) < clock.wall() - _FORGOTTEN_AFTER
    return session.exec(delete(KnownDevice).where(old)).rowcount


def _has_any(session: Session, user_id: int) -> bool:
    return (
        session.exec(select(KnownDevice).where(KnownDevice.user_id == user_id).limit(1)).first()
        is not None
    )


def _announce(session: Session, user: User, origin: Origin, at: datetime) -> None:
    letters.write(
        session,
        "new_device",
        user,
        path=letters.SECURITY,
        at=dates.moment(at, user.time_zone),
        address=origin.address or "an unknown address",
        agent=origin.agent[:120] or "an unknown browser",
    )


def _digest(user_id: int, plain: str) -> str:
    """Per person: two people who share a computer are not told apart by its cookie alone."""
    return tokens.digest(f"{user_id}:{plain}")
