"""Deliveries on their way: taken by one worker at a time, put off, closed. Sends nothing.

A lease is a conditional update, so many workers on either database share the work. One that died
leaves its lease to run out; whoever takes the delivery then may send it a second time.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, col, or_, select, update

from saas_app.alerts import back_off
from saas_app.alerts.models import AlertDelivery, Sending
from saas_app.core import clock, live
from saas_app.core.db import snapshot, transaction

TOPIC = "alert_deliveries"
# Longer than any channel may take, the look-up of a name included.
LEASE = timedelta(minutes=2)
_AT_A_LOOK = 8
_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Leased:
    """`attempt` is both the count of tries and the lease's own mark."""

    id: int
    key: str
    event_id: int
    alert_id: int
    workspace_id: int
    user_id: int
    channel: str
    attempt: int


def lease(at: datetime) -> Leased | None:
    """The one that has been due the longest; None when nothing is."""
    with snapshot() as session:
        due = session.exec(_due(at)).all()
    for ident in due:
        with transaction() as session:
            taken = session.connection().execute(_taking(ident, at)).first()
            if taken is not None:
                row = session.get_one(AlertDelivery, ident)
                return _leased(row)
    return None


def sent(session: Session, *idents: int) -> None:
    """Whoever holds the lease now: what was sent is sent."""
    _close(session, col(AlertDelivery.id).in_(idents), status=Sending.SENT, sent_at=clock.wall())


def dropped(session: Session, leased: Leased, reason: str) -> None:
    _close(session, _ours(leased), status=Sending.DROPPED, error=reason)


def put_off(session: Session, leased: Leased, until: datetime) -> None:
    """Not a try: somebody's hour or minute is full."""
    _close(session, _ours(leased), attempts=leased.attempt - 1, next_try_at=until)


def failed(session: Session, leased: Leased, error: str) -> bool:
    """Whether that was the last try, and it is dead now."""
    pause = back_off.wait(leased.attempt, random.random())  # noqa: S311 — jitter, no secret
    if pause is None:
        return died(session, leased, error)
    until = clock.wall() + pause
    _close(session, _ours(leased), next_try_at=until, error=error[:_LONGEST_ERROR])
    return False


def died(session: Session, leased: Leased, error: str) -> bool:
    """Whether it did now; False where another worker closed it meanwhile."""
    error = error[:_LONGEST_ERROR]
    return _close(session, _ours(leased), status=Sending.DEAD, error=error) == 1


def is_ours(session: Session, leased: Leased) -> bool:
    """Whether the lease still counts; to be asked in the transaction that closes it."""
    return session.exec(select(AlertDelivery.id).where(_ours(leased))).first() is not None


def _due(at: datetime):  # noqa: ANN202 — SQLModel's own type of a select of one column
    """Of a workspace and channel only one is on its way: who answers slowly must not take every hand."""
    # Not correlated: the few that are leased are found once, not among all that a workspace ever sent.
    busy = select(AlertDelivery.workspace_id, AlertDelivery.channel).where(
        AlertDelivery.status == Sending.PENDING, col(AlertDelivery.leased_until) > at
    )
    taken = tuple_(col(AlertDelivery.workspace_id), col(AlertDelivery.channel)).in_(busy)
    return (
        select(AlertDelivery.id)
        .where(*_free(at), ~taken)
        .order_by(col(AlertDelivery.next_try_at), col(AlertDelivery.id))
        .limit(_AT_A_LOOK)
    )


def _free(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(AlertDelivery.status) == Sending.PENDING,
        col(AlertDelivery.next_try_at) <= at,
        or_(col(AlertDelivery.leased_until).is_(None), col(AlertDelivery.leased_until) <= at),
    )


def _taking(ident: int | None, at: datetime):  # noqa: ANN202 — as above
    return (
        update(AlertDelivery)
        .where(col(AlertDelivery.id) == ident, *_free(at))
        .values(leased_until=at + LEASE, attempts=col(AlertDelivery.attempts) + 1)
        .returning(col(AlertDelivery.id))
    )


def _ours(leased: Leased) -> ColumnElement[bool]:
    return (col(AlertDelivery.id) == leased.id) & (
        (col(AlertDelivery.attempts) == leased.attempt)
        & (col(AlertDelivery.status) == Sending.PENDING)
    )


def _close(session: Session, which: ColumnElement[bool], **values: object) -> int:
    closing = update(AlertDelivery).where(which, col(AlertDelivery.status) == Sending.PENDING)
    live.publish(session, TOPIC)
    return session.exec(closing.values(leased_until=None, **values)).rowcount


def _leased(row: AlertDelivery) -> Leased:
    return Leased(
        row.id or 0,
        row.key,
        row.event_id,
        row.alert_id,
        row.workspace_id,
        row.user_id,
        row.channel,
        row.attempts,
    )
