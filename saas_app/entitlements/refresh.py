"""What changes by time alone: grace that ran out. Asks Stripe nothing."""

from datetime import datetime

from sqlmodel import Session, col, select

from saas_app.billing import mirror, offer
from saas_app.billing.lifecycle import Change, Happening, changes
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer, Subscription
from saas_app.core import live
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import columns, tidings
from saas_app.plans.access import Status


def refresh_lapsed(now: datetime) -> int:
    """Bring up to date everybody whose access changed because time passed; how many workspaces.

    Run it every few minutes and after a jump of the clock. Running it twice changes nothing.
    """
    with snapshot() as session:
        due = _due(session, now)
    return sum(_refreshed(workspace_id, now) for workspace_id in due)


def _refreshed(workspace_id: int, now: datetime) -> bool:
    """One transaction each: one workspace in trouble does not hold up the others."""
    with transaction() as session:
        # A sync of the same workspace writes what we are about to read: one after the other.
        session.get(Customer, workspace_id, with_for_update={"key_share": True})
        people = columns.refresh_members(session, workspace_id, now)
        news = tidings.tell(session, _lapsed(session, workspace_id, now), ())
        if not people and not news:
            return False
        for person in people:
            if person.id is not None:
                live.publish(session, live.user_topic(person.id))
        live.publish(session, live.workspace_topic(workspace_id))
        return True


def _lapsed(session: Session, workspace_id: int, now: datetime) -> Written:
    """The subscription that gives no access any more although Stripe still hopes to be paid."""
    chosen = (
        select(Subscription)
        .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
        .where(Customer.workspace_id == workspace_id)
    )
    row = session.exec(chosen).first()
    if row is None:
        return Written(workspace_id, now)
    seen = mirror.seen(row)
    found: tuple[Change, ...] = tuple(
        change
        for change in changes(seen, seen, now=now, grace=offer.catalogue().grace)
        if change.what is Happening.LAPSED
    )
    return Written(workspace_id, now, current=row, changes=found)


def _due(session: Session, now: datetime) -> list[int]:
    grace_over = select(Subscription.workspace_id).where(
        Subscription.status == Status.PAST_DUE,
        col(Subscription.past_due_since_at) <= now - offer.catalogue().grace,
    )
    return sorted(set(session.exec(grace_over)))
