"""Letters: written down with the fact they tell, sent once by a task."""

import hashlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy.sql.dml import Update
from sqlmodel import Session, col, delete, or_, select, update

from saas_app.core import clock, logs, upsert
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings
from saas_app.core.tasks import Payload, enqueue, task
from saas_app.notifications import letters, suppression, unsubscribe
from saas_app.notifications.channels import email
from saas_app.notifications.models import Mail

_SEND = "mail.send"
# The eight tries of one task take a little over half an hour: who waits longer has no task left.
_FORGOTTEN = timedelta(hours=1)
_GIVEN_UP = timedelta(days=1)
_log = logs.get(__name__)


def write(
    session: Session,
    kind: str,
    *,
    key: str,
    to: str,
    name: str = "",
    link: str = "",
    user_id: int | None = None,
    list_name: str = "",
    **facts: Any,
) -> None:
    """Write a letter of `kind` and put its sending down in the same transaction.

    `key` is a business key: the same fact never makes two letters. `list_name` is the row of the
    matrix whose letters this reader, `user_id`, may leave with one click. What must not be sent
    is written down as such and goes nowhere.
    """
    way_out = _way_out(user_id, list_name)
    letter = letters.written(kind, name=name, link=link, unsubscribe=way_out, **facts)
    forbidden = suppression.forbids(session, to, leavable=bool(way_out))
    row = {
        "key": key,
        "to": to,
        "subject": letter.subject,
        "body": letter.body,
        "html": letter.html,
        "created_at": clock.now(),
        "failed_at": clock.now() if forbidden else None,
        "failure": "suppressed" if forbidden else "",
        "list_name": list_name if way_out else "",
        "user_id": user_id,
    }
    if forbidden:
        row["body"] = row["html"] = ""
    if upsert.added(session, Mail, row) and not forbidden:
        mail_id = session.exec(select(Mail.id).where(Mail.key == key)).one()
        enqueue(session, _SEND, key, {"id": mail_id})


@task(_SEND, attempts=8)
def send(payload: Payload) -> None:
    """Send one letter. Its Message-ID comes from the key, so a resend after a crash is the same letter."""
    with snapshot() as session:
        row = session.get(Mail, payload["id"])
    if row is None or row.sent_at or row.failed_at:
        return
    try:
        email.send(message(row), settings().smtp)
    except email.Refused as refused:
        _log.warning("mail.refused", mail=row.id, error=str(refused))
        _close(row.id, failed_at=clock.now(), failure=str(refused)[:500])
        if refused.mailbox_gone:
            with transaction() as session:
                suppression.hard(session, row.to, str(refused))
    except Unavailable as outage:
        _record(row.id, failure=outage.message)
        raise
    else:
        _close(row.id, sent_at=clock.now(), failure="")


def message(row: Mail) -> EmailMessage:
    """Raises email.Refused for an address or a subject that would break out of its header."""
    made = EmailMessage()
    made["From"] = settings().mail_from
    try:
        made["To"] = row.to
        made["Subject"] = row.subject
    except ValueError as broken:
        raise email.Refused(str(broken)) from broken
    made["Date"] = format_datetime(row.created_at)
    made["Message-ID"] = (
        f"<{hashlib.sha256(row.key.encode()).hexdigest()[:32]}@{settings().host.split(':')[0]}>"
    )
    made["Auto-Submitted"] = "auto-generated"
    if row.list_name and row.user_id is not None:
        token = unsubscribe.token(row.user_id, row.list_name)
        made["List-Unsubscribe"] = f"<{settings().origin}/api/unsubscribe?token={token}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(row.body)
    made.add_alternative(row.html, subtype="html")
    return made


def _way_out(user_id: int | None, list_name: str) -> str:
    """The address that leaves the list; empty for letters that nobody can leave."""
    if not list_name or user_id is None:
        return ""
    return f"{settings().origin}/unsubscribe?token={unsubscribe.token(user_id, list_name)}"


def send_forgotten(session: Session, now: datetime) -> int:
    """Put letters down again whose tries were used up; how many. After a day they have failed.

    One that was never tried is not given up, whatever its age: the clock may have jumped.
    """
    waiting = select(Mail.id, Mail.key, Mail.created_at, Mail.failure).where(
        col(Mail.sent_at).is_(None),
        col(Mail.failed_at).is_(None),
        col(Mail.created_at) <= now - _FORGOTTEN,
    )
    forgotten = session.exec(waiting).all()
    for mail_id, key, created_at, failure in forgotten:
        if failure and created_at <= now - _GIVEN_UP:
            _log.warning("mail.given_up", mail=mail_id, error=failure)
            session.exec(
                _closing(mail_id, failed_at=now, failure=f"Given up after a day. {failure}")
            )
        else:
            # A key of this hour: several processes that look at once put it down once.
            enqueue(session, _SEND, f"{key}:again:{now:%Y%m%d%H}", {"id": mail_id})
    return len(forgotten)


def purge(session: Session, before: datetime) -> int:
    """Forget envelopes of letters that went out, or never could, before this moment."""
    over = delete(Mail).where(
        col(Mail.created_at) < before,
        or_(col(Mail.sent_at).is_not(None), col(Mail.failed_at).is_not(None)),
    )
    return session.exec(over).rowcount


def _close(mail_id: int | None, **outcome: object) -> None:
    with transaction() as session:
        session.exec(_closing(mail_id, **outcome))


def _closing(mail_id: int | None, **outcome: object) -> Update:
    # A letter may hold a one-time link: only the envelope is kept.
    return update(Mail).where(col(Mail.id) == mail_id).values(body="", html="", **outcome)


def _record(mail_id: int | None, *, failure: str) -> None:
    """The last word of a server that may take it yet."""
    with transaction() as session:
        session.exec(update(Mail).where(col(Mail.id) == mail_id).values(failure=failure))
