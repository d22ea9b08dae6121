"""Seats that follow the members, where the plan says so: the quantity is the count, never a difference.

Whoever changes who belongs to a workspace enqueues `billing.seats` in the same transaction; a
nightly look repairs what got lost. What was bought by hand or by contract is left alone.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from saas_app.billing import gateway, lease, sync
from saas_app.billing.change_plan import standing
from saas_app.billing.models import Customer, Subscription
from saas_app.core import clock, ids, logs, tasks
from saas_app.core.db import snapshot
from saas_app.core.errors import Unavailable
from saas_app.plans.access import Status
from saas_app.workspaces import memberships

TASK = "billing.seats"
_FOLLOWED = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE})

_log = logs.get(__name__)


def members_changed(session: Session, workspace_id: int) -> None:
    """Somebody joined or left, in this very transaction: count again once it is done."""
    tasks.enqueue(session, TASK, ids.new("seats"), {"workspace_id": workspace_id})


@tasks.task(TASK)
def _later(payload: tasks.Payload) -> None:
    follow(payload["workspace_id"])


def follow(workspace_id: int) -> bool:
    """Make the quantity at Stripe the number of members; whether it was another one.

    Counted under the lease: however many ask at once, the last one counts everybody.
    Raises Busy and Unavailable, after which it is tried again.
    """
    asked_at = clock.now()
    with snapshot() as session:
        if _wanted(session, _current(session, workspace_id)) is None:
            return False
    with lease.held(workspace_id, wait=sync.WAIT_SECONDS) as held:
        if _followed_since(workspace_id, asked_at):
            return False
        row = sync.under(held).current
        with snapshot() as session:
            wanted = _wanted(session, row)
        if row is None or row.item is None or wanted in {None, row.seats}:
            return False
        gateway.current().set_seats(row.item, wanted or row.seats)
        sync.under(held)
        return True


def follow_all() -> int:
    """Every workspace whose seats follow; how many had another number than they should."""
    with snapshot() as session:
        rows = session.exec(
            select(Subscription)
            .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
            .where(col(Subscription.status).in_(_FOLLOWED))
        ).all()
        drifted = [
            row.workspace_id for row in rows if _wanted(session, row) not in {None, row.seats}
        ]
    return sum(_repaired(workspace_id) for workspace_id in drifted)


def _repaired(workspace_id: int) -> bool:
    try:
        return follow(workspace_id)
    except Unavailable as away:
        _log.warning("seats.later", workspace=workspace_id, why=away.message)
        return False


def _followed_since(workspace_id: int, asked_at: datetime) -> bool:
    """Whether another of the crowd looked at Stripe while we stood in line, and counted us, too."""
    with snapshot() as session:
        customer, row = session.get(Customer, workspace_id), _current(session, workspace_id)
        if customer is None or customer.synced_at is None or row is None:
            return False
        return customer.synced_at >= asked_at and _wanted(session, row) in {None, row.seats}


def _wanted(session: Session, row: Subscription | None) -> int | None:
    """How many seats it should have; None where they do not follow."""
    if row is None or row.status not in _FOLLOWED or row.scheduled_at or row.pending_until_at:
        return None
    facts = standing.of(session, row)
    bought = facts.bought
    if bought is None or facts.by_invoice or not bought.plan.seats_follow:
        return None
    return max(bought.price.min_seats, memberships.count(session, row.workspace_id))


def _current(session: Session, workspace_id: int) -> Subscription | None:
    customer = session.get(Customer, workspace_id)
    if customer is None or customer.subscription_id is None:
        return None
    return session.get(Subscription, customer.subscription_id)
