"""Alerts by letter: at most ten an hour to one person; what exceeds them goes in one when there is room."""

import math
from collections import Counter
from datetime import timedelta

from sqlmodel import Session, col, select

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.alerts import dropping, outbox, telling
from saas_app.alerts.dropping import KIND, Drop, Dropped
from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent, Sending
from saas_app.alerts.telling import PATH, Order
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.core.errors import TooMany
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications import mail, suppression
from saas_app.notifications.matrix import Channel
from saas_app.notifications.models import Mail

LIST = "alerts"
LETTERS, SPAN = 10, timedelta(hours=1)
_LINES = 25


def send(order: Order) -> None:
    """Write the letter and close the delivery in one transaction. Raises TooMany, Dropped."""
    person = order.person
    if person.email_verified_at is None:
        raise Dropped(Drop.UNPROVED)
    with transaction() as session:
        # One writer for each person: two that count at the same time would both find room.
        session.exec(
            select(User.id).where(User.id == person.id).with_for_update(key_share=True)
        ).one()
        if not outbox.is_ours(session, order.leased):
            return
        if suppression.forbids(session, person.email, leavable=True):
            raise Dropped(Drop.UNPROVED)
        _require_room(session, order.leased.user_id)
        _write(session, order)


def _write(session: Session, order: Order) -> None:
    waiting = _put_off(session, order.person, but=order.leased.id)
    key, to = f"alert:{order.leased.key}", people.addressee(order.person)
    common = {"key": key, "to": to.email, "name": to.name, "user_id": to.user_id, "list_name": LIST}
    if waiting:
        told = [(order.alert, order.event), *((alert, event) for _, alert, event in waiting)]
        mail.write(
            session,
            "alert.fired_often",
            link=f"{settings().origin}{PATH}",
            count=len(told),
            lines=_lines(told),
            **common,
        )
    else:
        known = telling.facts(order.alert, order.event)
        mail.write(session, KIND, link=telling.link(order.alert), **known, **common)
    outbox.sent(session, order.leased.id, *(row.id or 0 for row, _, _ in waiting))


def _require_room(session: Session, user_id: int) -> None:
    since = clock.now() - SPAN
    latest = select(Mail.created_at).where(
        Mail.user_id == user_id, Mail.list_name == LIST, col(Mail.created_at) > since
    )
    written = session.exec(latest.order_by(col(Mail.created_at).desc()).limit(LETTERS)).all()
    if len(written) == LETTERS:
        left = (written[-1] - since).total_seconds()
        raise TooMany(text("alert_letter.full"), retry_after=math.ceil(left))


def _put_off(
    session: Session, person: User, *, but: int
) -> list[tuple[AlertDelivery, Alert, AlertEvent]]:
    """What waited for room, the oldest first; what has just come gets a letter of its own."""
    rows = (
        select(AlertDelivery, Alert, AlertEvent)
        .join(Alert, col(Alert.id) == col(AlertDelivery.alert_id))
        .join(AlertEvent, col(AlertEvent.id) == col(AlertDelivery.event_id))
        .where(
            AlertDelivery.user_id == person.id,
            AlertDelivery.channel == Channel.EMAIL,
            AlertDelivery.status == Sending.PENDING,
            AlertDelivery.id != but,
            col(AlertDelivery.next_try_at) > col(AlertDelivery.created_at),
        )
    )
    found = session.exec(rows.order_by(col(AlertDelivery.id))).all()
    return [each for each in found if _may_go(session, each[1], person)]


def _may_go(session: Session, alert: Alert, person: User) -> bool:
    """What may not go any more is dropped by itself when its turn comes."""
    try:
        dropping.check(session, alert, person, Channel.EMAIL)
    except Dropped:
        return False
    return True


def _lines(told: list[tuple[Alert, AlertEvent]]) -> str:
    """One paragraph for each alert with what it did last; more than a screen of them is summed up."""
    times = Counter(alert.id for alert, _ in told)
    last = {alert.id: (alert, event) for alert, event in sorted(told, key=lambda one: one[1].at)}
    lines = [
        text("alert_letter.line", times=times[ident], **telling.facts(*last[ident]))
        for ident, _ in times.most_common(_LINES)
    ]
    if len(times) > _LINES:
        lines.append(text("alert_letter.more", count=len(times) - _LINES))
    return "\n\n".join(lines)
