"""Writes down that a condition was met: who is told, or why nobody is. In the watermark's transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from saas_app.accounts import people
from saas_app.alerts import outbox, telling
from saas_app.alerts.closing import Facts
from saas_app.alerts.frequency import Frequency, Held, Rhythm, held
from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent, Outcome, Status
from saas_app.core import clock, ids, live, upsert
from saas_app.market.feeds.port import MarketSource
from saas_app.notifications.dispatch import notify
from saas_app.notifications.matrix import Channel
from saas_app.workspaces import memberships

LATE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Met:
    """The condition was met: at this second of the market, in this candle, at this price."""

    at: int
    bar: int
    price: float
    facts: Facts


def record(
    session: Session,
    alert: Alert,
    met: Met,
    *,
    barred: Held | None,
    source: MarketSource,
    seen_at: datetime,
) -> bool:
    """Whether it was told. `barred` is what the plan says, stronger than the alert's own rhythm."""
    rhythm = Rhythm(
        Frequency(alert.frequency), alert.cooldown_seconds, alert.last_fired_at, alert.fired_bar
    )
    why = barred or _muted(alert) or held(rhythm, at=met.at, bar=met.bar)
    event = _event(session, alert, met, why, source, seen_at)
    if event is None or why is not None:
        return False
    alert.fired_count += 1
    alert.last_fired_at, alert.fired_bar = met.at, met.bar
    if alert.frequency == Frequency.ONCE:
        alert.status = Status.DONE
    alert.changed(clock.wall())
    session.add(alert)
    _tell(session, alert, event)
    return True


def _muted(alert: Alert) -> Held | None:
    until = alert.muted_until
    return Held.MUTED if until is not None and clock.now() < until else None


def _event(
    session: Session,
    alert: Alert,
    met: Met,
    why: Held | None,
    source: MarketSource,
    seen_at: datetime,
) -> AlertEvent | None:
    """None where this very second was written down before."""
    stored = clock.wall()
    row = {
        "key": ids.new("af"),
        "alert_id": alert.id,
        "workspace_id": alert.workspace_id,
        "outcome": Outcome.HELD if why else Outcome.FIRED,
        "reason": why or "",
        "at": met.at,
        "bar": met.bar,
        "price": met.price,
        "facts": met.facts,
        "source": source.name,
        "data_kind": source.kind.value,
        "late": stored.timestamp() - met.at > LATE_SECONDS,
        "seen_at": seen_at,
        "stored_at": stored,
    }
    return AlertEvent(**row) if upsert.added(session, AlertEvent, row) else None


def _tell(session: Session, alert: Alert, event: AlertEvent) -> None:
    """In the app with this transaction; the other channels are on their way with it."""
    there = memberships.role_of(session, alert.workspace_id, alert.created_by) is not None
    if there and Channel.IN_APP in alert.channels:
        notify(
            session,
            people.addressee(people.by_id(session, alert.created_by)),
            key=f"alert:{event.key}",
            kind="alert.fired",
            workspace_id=alert.workspace_id,
            link=telling.link(alert),
            **telling.facts(alert, event),
            data_kind=event.data_kind,
            sound=int(alert.sound),
        )
    stored = clock.wall()
    event_id = session.exec(select(AlertEvent.id).where(AlertEvent.key == event.key)).one()
    for channel in alert.channels:
        if channel == Channel.IN_APP:
            continue
        session.add(
            AlertDelivery(
                key=ids.new("ad"),
                event_id=event_id or 0,
                alert_id=event.alert_id,
                workspace_id=alert.workspace_id,
                user_id=alert.created_by,
                channel=channel,
                created_at=stored,
                next_try_at=stored,
            )
        )
    live.publish(session, outbox.TOPIC)
    live.publish(session, live.workspace_topic(alert.workspace_id))
