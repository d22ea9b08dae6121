"""What became of an alert, from the tick to each delivery, and why it is silent now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from saas_app.alerts import beat, rules
from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent, Status
from saas_app.core import clock
from saas_app.entitlements import access
from saas_app.market import permitted
from saas_app.plans.access import Access

_LATEST = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """One time the condition was met, and where word of it went."""

    event: AlertEvent
    deliveries: tuple[AlertDelivery, ...]


class Silence(StrEnum):
    """Why an alert tells nobody at this moment; the first that holds."""

    PAUSED = "paused"
    DONE = "done"
    EXPIRED = "expired"
    LOCKED = "locked"
    RESTING = "resting"
    MUTED = "muted"
    LATE = "late"  # nobody judges: the engine or the feed is behind
    WAITS = "waits"  # all is well, the condition was not met
    BEYOND = "beyond"  # the price has to come back first


def of(session: Session, alert: Alert) -> list[Happening]:
    """The latest first."""
    rows = select(AlertEvent).where(AlertEvent.alert_id == alert.id)
    events = session.exec(rows.order_by(col(AlertEvent.id).desc()).limit(_LATEST)).all()
    sent = select(AlertDelivery).where(col(AlertDelivery.event_id).in_([e.id for e in events]))
    by_event: dict[int, list[AlertDelivery]] = {}
    for delivery in session.exec(sent.order_by(col(AlertDelivery.id))):
        by_event.setdefault(delivery.event_id, []).append(delivery)
    return [Happening(event, tuple(by_event.get(event.id or 0, []))) for event in events]


@dataclass(frozen=True, slots=True)
class Scene:
    """What holds for all alerts of a workspace at one moment, asked once."""

    standing: Access
    resting: frozenset[int]
    late: bool


def scene(session: Session, workspace_id: int, now: datetime) -> Scene:
    """`now` is wall time: it is about the engine, not about dates."""
    standing = access.of(session, workspace_id, clock.now())
    rests = rules.resting(session, workspace_id, standing)
    return Scene(standing, rests, beat.late_since(session, now) is not None)


def silence(alert: Alert, scene: Scene) -> Silence:
    """Why it says nothing just now."""
    muted, ends = alert.muted_until, alert.expires_at
    checks = (
        (Silence.PAUSED, alert.status == Status.PAUSED),
        (Silence.DONE, alert.status == Status.DONE),
        (
            Silence.EXPIRED,
            alert.status == Status.EXPIRED or (ends is not None and ends <= clock.now()),
        ),
        (
            Silence.LOCKED,
            permitted.why_not(scene.standing, alert.symbol, alert.timeframe) is not None,
        ),
        (Silence.RESTING, alert.id in scene.resting),
        (Silence.MUTED, muted is not None and clock.now() < muted),
        (Silence.LATE, scene.late),
        (Silence.BEYOND, alert.asleep != 0 or rules.waits_beyond(alert)),
    )
    return next((why for why, holds in checks if holds), Silence.WAITS)
