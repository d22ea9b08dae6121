"""What time alone does to alerts: their life ends, and what was deleted is forgotten."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent, Status
from saas_app.core import clock

KEPT_DELETED = timedelta(days=30)


def expire(session: Session, now: datetime) -> int:
    """Those whose time is over take no room any more; how many there were."""
    over = update(Alert).where(
        col(Alert.status) == Status.ACTIVE,
        col(Alert.expires_at) <= now,
    )
    # Written later than any row was: the engine finds it by that.
    return session.exec(over.values(status=Status.EXPIRED, changed_at=clock.wall())).rowcount


def forget(session: Session, now: datetime) -> int:
    """Nobody can bring these back any more, nor read what became of them."""
    old = list(
        session.exec(select(Alert.id).where(col(Alert.deleted_at) < now - KEPT_DELETED)).all()
    )
    for table in (AlertDelivery, AlertEvent):
        session.exec(delete(table).where(col(table.alert_id).in_(old)))
    session.exec(delete(Alert).where(col(Alert.id).in_(old)))
    return len(old)
