"""Addresses that letters must not go to: they bounce, or their owner complained.

Only digests are kept: the list must outlive the account, and nobody shall read addresses from it.
"""

from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, func, select

from saas_app.core import clock, tokens, upsert
from saas_app.notifications.models import Bounce, Suppression

_SOFT_LIMIT = 5
_SOFT_SPAN = timedelta(days=7)


class Reason(StrEnum):
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    COMPLAINT = "complaint"


def hard(session: Session, address: str, detail: str = "") -> None:
    """The mailbox is not there: nothing goes to it any more."""
    _suppress(session, address, Reason.HARD_BOUNCE, detail)


def complaint(session: Session, address: str, detail: str = "") -> None:
    """Somebody pressed "this is spam": only letters that keep the account safe still go."""
    _suppress(session, address, Reason.COMPLAINT, detail)


def soft(session: Session, address: str, detail: str = "") -> bool:
    """A passing trouble; whether it was one too many. Five in a week count as a mailbox that is gone."""
    at, digest = clock.wall(), _digest(address)
    session.add(Bounce(address_digest=digest, at=at, detail=detail[:300]))
    session.flush()
    recent = select(func.count()).where(
        col(Bounce.address_digest) == digest, col(Bounce.at) > at - _SOFT_SPAN
    )
    if session.exec(recent).one() < _SOFT_LIMIT:
        return False
    _suppress(session, address, Reason.SOFT_BOUNCES, detail)
    return True


def forbids(session: Session, address: str, *, leavable: bool) -> bool:
    """Whether a letter must stay here. `leavable`: it belongs to a list that its reader may leave."""
    row = session.get(Suppression, _digest(address))
    return row is not None and (leavable or row.reason != Reason.COMPLAINT)


def lift(session: Session, address: str) -> bool:
    """Letters may go there again; whether they could not before."""
    digest = _digest(address)
    session.exec(delete(Bounce).where(col(Bounce.address_digest) == digest))
    gone = delete(Suppression).where(col(Suppression.address_digest) == digest)
    return session.exec(gone).rowcount == 1


def purge(session: Session) -> int:
    """Passing troubles are forgotten after their week; how many."""
    old = delete(Bounce).where(col(Bounce.at) <= clock.wall() - _SOFT_SPAN)
    return session.exec(old).rowcount


def _suppress(session: Session, address: str, reason: Reason, detail: str) -> None:
    row = {
        "address_digest": _digest(address),
        "reason": reason.value,
        "created_at": clock.wall(),
        "detail": detail[:300],
    }
    if not upsert.added(session, Suppression, row) and reason is not Reason.COMPLAINT:
        # A mailbox that is gone weighs more than a complaint of before.
        stored = session.get_one(Suppression, row["address_digest"])
        stored.reason = reason.value
        session.add(stored)


def _digest(address: str) -> str:
    return tokens.digest(f"mail:{address.strip().casefold()}")
