"""One-time links: made for one person and purpose, opened once, before they expire."""

from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, update

from saas_app.accounts.errors import LinkExpired, LinkInvalid, LinkUsed
from saas_app.accounts.models import OneTimeToken
from saas_app.core import clock, tokens


class Purpose(StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 — a purpose, not a password
    LEAVE_ADDRESS = "leave_address"
    JOIN_ADDRESS = "join_address"


LIFETIMES = {
    Purpose.VERIFY_EMAIL: timedelta(hours=24),
    Purpose.RESET_PASSWORD: timedelta(minutes=30),
    Purpose.LEAVE_ADDRESS: timedelta(hours=24),
    Purpose.JOIN_ADDRESS: timedelta(hours=24),
}
_REMEMBERED = timedelta(days=30)


def issue(session: Session, user_id: int, purpose: Purpose) -> str:
    """The plain token of a new link; every earlier link of the same kind stops working."""
    void(session, user_id, purpose)
    issued, at = tokens.issue(), clock.wall()
    row = OneTimeToken(
        digest=issued.digest,
        purpose=purpose,
        user_id=user_id,
        created_at=at,
        expires_at=at + LIFETIMES[purpose],
    )
    session.add(row)
    return issued.plain


def redeem(session: Session, plain: str, purpose: Purpose) -> int:
    """The id of the person this link belongs to. Of many at once, exactly one succeeds.

    Raises LinkInvalid, LinkExpired or LinkUsed.
    """
    at, digest = clock.wall(), tokens.digest(plain)
    unused = (
        update(OneTimeToken)
        .where(
            col(OneTimeToken.digest) == digest,
            col(OneTimeToken.purpose) == purpose,
            col(OneTimeToken.used_at).is_(None),
            col(OneTimeToken.expires_at) > at,
        )
        .values(used_at=at)
        .returning(col(OneTimeToken.user_id))
    )
    user_id = session.exec(unused).scalar_one_or_none()
    if user_id is None:
        raise _refusal(session.get(OneTimeToken, digest), purpose)
    return user_id


def void(session: Session, user_id: int, purpose: Purpose) -> None:
    """Expire every unused link of this kind: an older letter must not work beside a newer one."""
    unused = update(OneTimeToken).where(
        col(OneTimeToken.user_id) == user_id,
        col(OneTimeToken.purpose) == purpose,
        col(OneTimeToken.used_at).is_(None),
    )
    session.exec(unused.values(expires_at=clock.wall()))


def purge(session: Session) -> int:
    """Forget links a month after they ended: until then each kind of dead link has its own words."""
    old = col(OneTimeToken.expires_at) < clock.wall() - _REMEMBERED
    return session.exec(delete(OneTimeToken).where(old)).rowcount


def _refusal(row: OneTimeToken | None, purpose: Purpose) -> LinkInvalid | LinkUsed | LinkExpired:
    if row is None or row.purpose != purpose:
        return LinkInvalid(
            "This link is not one of ours, or it was cut off on its way. Nothing was changed; please ask for a new letter."
        )
    if row.used_at is not None:
        return LinkUsed("This link was used already, and what it was for is done. You can log in.")
    return LinkExpired(
        "This link has expired or was replaced by a newer one. Nothing was changed; please ask for a new letter."
    )
