"""Tells one person one thing, once: in the app, and by letter where the thing deserves one.

What of it reaches a person is theirs to choose, within the matrix.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select, update

from saas_app.core import clock, live, upsert
from saas_app.core.errors import NotFound
from saas_app.notifications import mail, matrix, preferences
from saas_app.notifications.matrix import Channel
from saas_app.notifications.models import Notification

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom to tell. Passed in: this slice sits below accounts and knows no user."""

    user_id: int
    email: str
    name: str = ""
    time_zone: str = "UTC"


def notify(
    session: Session,
    to: Addressee,
    *,
    key: str,
    kind: str,
    workspace_id: int | None = None,
    link: str = "",
    by_mail: bool = False,
    **data: Any,
) -> bool:
    """Tell `to` about `kind`; False when this `key` was told before. `data` fills the words."""
    row = {
        "user_id": to.user_id,
        "workspace_id": workspace_id,
        "key": key,
        "kind": kind,
        "data": {**data, "link": link},
        "created_at": clock.now(),
    }
    event = matrix.of_kind(kind)
    if not preferences.wants(session, to.user_id, event, Channel.IN_APP):
        # The row stays hidden: its key is what keeps the same thing from being told twice.
        row["hidden_at"] = row["read_at"] = clock.now()
    if not upsert.added(session, Notification, row):
        return False
    if by_mail and preferences.wants(session, to.user_id, event, Channel.EMAIL):
        leavable = event is not None and matrix.may_choose(event, Channel.EMAIL)
        mail.write(
            session,
            kind,
            key=f"{key}:{to.user_id}",
            to=to.email,
            name=to.name,
            link=link,
            user_id=to.user_id,
            list_name=event.id if event and leavable else "",
            **data,
        )
    live.publish(session, live.user_topic(to.user_id))
    return True


def latest(session: Session, user_id: int, limit: int = _SHOWN) -> list[Notification]:
    mine = select(Notification).where(
        Notification.user_id == user_id, col(Notification.hidden_at).is_(None)
    )
    return list(session.exec(mine.order_by(col(Notification.id).desc()).limit(limit)))


def unread(session: Session, user_id: int) -> int:
    waiting = select(func.count()).where(
        col(Notification.user_id) == user_id, col(Notification.read_at).is_(None)
    )
    return session.exec(waiting).one()


def mark_read(session: Session, user_id: int, notification_id: int) -> None:
    """Raises NotFound for a missing notification and for somebody else's alike."""
    row = session.get(Notification, notification_id)
    if row is None or row.user_id != user_id or row.hidden_at is not None:
        raise NotFound("That notification is not there. Nothing was changed.")
    row.read_at = row.read_at or clock.now()
    session.add(row)
    live.publish(session, live.user_topic(user_id))


def forget(session: Session, user_id: int, notification_id: int) -> None:
    """Take one off the list. Raises NotFound as `mark_read` does."""
    row = session.get(Notification, notification_id)
    if row is None or row.user_id != user_id or row.hidden_at is not None:
        raise NotFound("That notification is not there. Nothing was changed.")
    # The row stays: its key is what keeps the same thing from being told again.
    row.hidden_at = clock.now()
    row.read_at = row.read_at or row.hidden_at
    session.add(row)
    live.publish(session, live.user_topic(user_id))


def mark_all_read(session: Session, user_id: int) -> None:
    waiting = update(Notification).where(
        col(Notification.user_id) == user_id, col(Notification.read_at).is_(None)
    )
    session.exec(waiting.values(read_at=clock.now()))
    live.publish(session, live.user_topic(user_id))
