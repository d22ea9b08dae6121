"""Remembers what access hung on, so that it can be explained for any moment of the past."""

from datetime import datetime

from sqlmodel import Session, col, select

from saas_app.billing import offer
from saas_app.billing.models import Subscription
from saas_app.entitlements import access
from saas_app.entitlements.models import AccessRecord
from saas_app.plans import access as plans_access
from saas_app.plans.access import Access

_FACTS = ("subscription", "status", "price", "plan", "generation", "seats", "past_due_since_at")


def remember(
    session: Session, workspace_id: int, current: Subscription | None, at: datetime
) -> None:
    """Add a row where anything differs from the last one. Called in the mirror's own transaction."""
    now = _facts(workspace_id, current, at)
    last = _last(session, workspace_id)
    if last is None and current is None:
        return
    if last is None or any(getattr(last, name) != getattr(now, name) for name in _FACTS):
        session.add(now)


def at(session: Session, workspace_id: int, moment: datetime) -> Access:
    """The access the workspace had then, by the catalogue's generation and the contract of that day."""
    row = _last(session, workspace_id, until=moment)
    return plans_access.of(
        offer.catalogue(),
        access.subscribed(row) if row and row.status else None,
        now=moment,
        overrides=access.overrides(session, workspace_id, moment),
    )


def _last(
    session: Session, workspace_id: int, until: datetime | None = None
) -> AccessRecord | None:
    mine = select(AccessRecord).where(AccessRecord.workspace_id == workspace_id)
    if until is not None:
        mine = mine.where(col(AccessRecord.at) <= until)
    return session.exec(mine.order_by(col(AccessRecord.id).desc()).limit(1)).first()


def _facts(workspace_id: int, current: Subscription | None, at: datetime) -> AccessRecord:
    if current is None:
        return AccessRecord(workspace_id=workspace_id, at=at)
    return AccessRecord(
        workspace_id=workspace_id,
        at=at,
        subscription=current.stripe_id,
        status=current.status,
        price=current.price,
        plan=current.plan,
        generation=current.generation,
        seats=current.seats,
        past_due_since_at=current.past_due_since_at,
    )
