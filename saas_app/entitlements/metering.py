"""What of a quota is also a bill: each use is put into the outbox that Stripe's meters are fed from."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from saas_app.billing import gateway, offer
from saas_app.billing.errors import MeterRefused
from saas_app.billing.gateway import MeterReading
from saas_app.billing.models import Customer
from saas_app.core import clock, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.entitlements import staff_notice
from saas_app.entitlements.models import MeterEvent, UsageRecord
from saas_app.plans.catalogue import Catalogue
from saas_app.plans.features import FEATURES

_AT_ONCE = 200
_LONGEST_WAIT = timedelta(hours=1)
# Stripe takes events of the last 35 days; a day less, so that none expires on its way.
_TAKEN = timedelta(days=34)

_log = logs.get(__name__)


def used(session: Session, catalogue: Catalogue, record: UsageRecord) -> None:
    """Put this use on its way, in the transaction that counted it; nothing where it costs nothing."""
    _put(session, catalogue, record, identifier=_identifier(record), value=record.amount)


def given_back(session: Session, record: UsageRecord) -> None:
    """Take it out of the outbox; where Stripe heard of it already, tell it the opposite.

    Stripe's own cancellation of a meter event works for a day only; a negative value always does.
    """
    unsent = delete(MeterEvent).where(
        col(MeterEvent.identifier) == _identifier(record), col(MeterEvent.sent_at).is_(None)
    )
    if session.exec(unsent).rowcount:
        return
    if session.get(MeterEvent, _identifier(record)) is not None:
        back = f"{_identifier(record)}:back"
        _put(session, offer.catalogue(), record, identifier=back, value=-record.amount)


def send_due(now: datetime) -> int:
    """Send what waits, oldest first; how many arrived. One in trouble does not hold up the others."""
    with snapshot() as session:
        due = _due(session, now)
    return sum(_sent(identifier, now) for identifier in due)


def purge(session: Session, before: datetime) -> int:
    """Forget what Stripe took long ago: an identifier is refused as a double for a day only."""
    return session.exec(delete(MeterEvent).where(col(MeterEvent.sent_at) < before)).rowcount


def _put(
    session: Session, catalogue: Catalogue, record: UsageRecord, *, identifier: str, value: int
) -> None:
    feature = FEATURES[record.feature]
    if not catalogue.meters[feature].cost_meter:
        return
    session.add(
        MeterEvent(
            identifier=identifier,
            workspace_id=record.workspace_id,
            event_name=catalogue.event_name(feature),
            value=value,
            at=clock.now(),
            next_try_at=clock.now(),
        )
    )


def _identifier(record: UsageRecord) -> str:
    return f"usage:{record.id}:{record.turn}"


def _due(session: Session, now: datetime) -> list[str]:
    """Only of workspaces that are customers: nobody else has a meter that could be read."""
    waiting = (
        select(MeterEvent.identifier)
        .join(Customer, col(Customer.workspace_id) == col(MeterEvent.workspace_id))
        .where(
            col(MeterEvent.sent_at).is_(None),
            col(MeterEvent.error) == "",
            col(MeterEvent.next_try_at) <= now,
            col(Customer.stripe_id).is_not(None),
        )
        .order_by(col(MeterEvent.at), col(MeterEvent.identifier))
        .limit(_AT_ONCE)
    )
    return list(session.exec(waiting))


def _sent(identifier: str, now: datetime) -> bool:
    """Two that send the same at once are one to Stripe, by the identifier."""
    with snapshot() as session:
        row = session.get(MeterEvent, identifier)
        customer = session.get(Customer, row.workspace_id) if row else None
    if row is None or row.sent_at is not None or customer is None or customer.stripe_id is None:
        return False
    reading = MeterReading(identifier, row.event_name, customer.stripe_id, row.value, row.at)
    if now - row.at > _TAKEN:
        _gave_up(identifier, "older than Stripe takes")
        return False
    try:
        gateway.current().read_meter(reading)
    except Unavailable as failure:
        _later(identifier, now, failure.message)
        return False
    except MeterRefused as refused:
        _gave_up(identifier, str(refused))
        return False
    with transaction() as session:
        fresh = session.get_one(MeterEvent, identifier)
        fresh.sent_at, fresh.error = now, ""
        session.add(fresh)
    return True


def _later(identifier: str, now: datetime, reason: str) -> None:
    _log.warning("meter_event.later", identifier=identifier, reason=reason)
    with transaction() as session:
        row = session.get_one(MeterEvent, identifier)
        row.attempts += 1
        row.next_try_at = now + min(_LONGEST_WAIT, timedelta(seconds=2**row.attempts))
        session.add(row)


def _gave_up(identifier: str, reason: str) -> None:
    with transaction() as session:
        row = session.get_one(MeterEvent, identifier)
        row.attempts, row.error = row.attempts + 1, reason[:200]
        session.add(row)
        staff_notice.alert(
            session, row.workspace_id, "billing.meter_refused", f"{identifier}: {row.error}"
        )
