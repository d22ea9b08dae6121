"""Text messages: written down with the fact they tell, sent by a task, paid for by somebody."""

from datetime import timedelta

import phonenumbers
from sqlmodel import Session, col, delete, select, update

from saas_app.core import clock, logs, rate_limit, upsert
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings
from saas_app.core.tasks import Payload, enqueue, task
from saas_app.notifications.channels import sms as channel
from saas_app.notifications.channels.sms import Account
from saas_app.notifications.models import Sms

_SEND = "sms.send"
# A code that comes later than this is good for nothing any more.
_STALE = timedelta(minutes=10)
_KEPT = timedelta(days=30)
_DAY = 86_400
# Somebody who makes us text numbers they earn from must not become rich: (what is counted, how many a day).
_PER_NUMBER, _PER_COUNTRY, _ALTOGETHER = 10, 200, 1000
_log = logs.get(__name__)


def available() -> bool:
    """Whether there is anybody to send them: Twilio's keys, or the sandbox."""
    return bool(settings().twilio_sid)


def allow(number: str, *, proved: bool = True) -> None:
    """Count a message before it is written. Raises TooMany.

    A number that nobody proved yet draws from half a ration of its own: whoever has new numbers
    texted all day must not leave others without the code they log in with.
    """
    name, share = ("sms", 1) if proved else ("sms.new", 2)
    country = str(phonenumbers.parse(number, None).country_code)
    rate_limit.hit("sms.number", number, limit=_PER_NUMBER, seconds=_DAY)
    rate_limit.hit(f"{name}.country", country, limit=_PER_COUNTRY // share, seconds=_DAY)
    rate_limit.hit(f"{name}.all", "", limit=_ALTOGETHER // share, seconds=_DAY)


def write(session: Session, *, key: str, to: str, body: str) -> None:
    """Write a message down and put its sending down in the same transaction, once per `key`."""
    row = {
        "key": key,
        "to": to,
        "body": body,
        "created_at": clock.wall(),
        "provider_id": "",
        "failure": "",
    }
    if upsert.added(session, Sms, row):
        sms_id = session.exec(select(Sms.id).where(Sms.key == key)).one()
        enqueue(session, _SEND, key, {"id": sms_id})


@task(_SEND, attempts=4)
def send(payload: Payload) -> None:
    """Send one message. After a crash between sending and noting it, it may arrive twice."""
    with snapshot() as session:
        row = session.get(Sms, payload["id"])
    if row is None or row.sent_at or row.failed_at:
        return
    if clock.wall() - row.created_at > _STALE:
        _close(row.id, failed_at=clock.wall(), failure="Too late to be of use.")
        return
    try:
        provider_id = channel.send(account(), row.to, row.body)
    except channel.Refused as refused:
        _log.warning("sms.refused", sms=row.id, error=str(refused))
        _close(row.id, failed_at=clock.wall(), failure=str(refused)[:500])
    except Unavailable as outage:
        _log.warning("sms.put_off", sms=row.id, error=outage.message)
        raise
    else:
        _close(row.id, sent_at=clock.wall(), provider_id=provider_id)


def purge(session: Session) -> int:
    """Forget messages of a month ago: whose number it was is nobody's business any more."""
    old = col(Sms.created_at) < clock.wall() - _KEPT
    return session.exec(delete(Sms).where(old)).rowcount


def account() -> Account:
    given = settings()
    return Account(given.twilio_sid, given.twilio_token, given.twilio_sender, given.twilio_base)


def _close(sms_id: int | None, **outcome: object) -> None:
    # A message may hold a code: only the envelope is kept.
    with transaction() as session:
        session.exec(update(Sms).where(col(Sms.id) == sms_id).values(body="", **outcome))
