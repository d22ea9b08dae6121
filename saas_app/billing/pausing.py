"""Pausing a subscription for a while and waking it, by its owner or by us. Deletes nothing.

While it is paused nothing is charged and the plan's features rest. What was paid and not used
becomes credit, which the first invoice after waking uses first.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from saas_app.accounts.models import User
from saas_app.accounts.people import ident as user_ident
from saas_app.audit import trail
from saas_app.billing import gateway, invoices, lease, offer, sync
from saas_app.billing.errors import CannotPause, NoSubscription
from saas_app.billing.mirror import Written
from saas_app.billing.models import Pause, Subscription
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import SaasError
from saas_app.plans.access import Status
from saas_app.workspaces import memberships
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace


def longest(row: Subscription | None) -> timedelta | None:
    """How long this subscription may rest; None where it may not, or not now."""
    if row is None or row.status != Status.ACTIVE or row.ends_at or row.pending_until_at:
        return None
    catalogue = offer.catalogue()
    plan = catalogue.find(row.plan, row.generation)
    return timedelta(days=plan.pause_days) if plan and plan.pause_days else None


def pause(workspace: Workspace, actor: User, *, origin: trail.Origin = trail.NOWHERE) -> Written:
    """Rest from now on, for as long as the plan allows at most. Asking twice is harmless.

    Raises CannotPause, NoSubscription.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        written = sync.under(held)
        row = written.current
        if row is None:
            raise NoSubscription
        if row.status == Status.PAUSED:
            return written
        span = longest(row)
        if span is None:
            raise CannotPause
        if row.schedule is not None:
            gateway.current().release(row.schedule)
        at = clock.now()
        with transaction() as session:
            held.confirm(session)
            session.add(
                Pause(
                    workspace_id=ident(workspace),
                    subscription=row.stripe_id,
                    asked_by=user_ident(actor),
                    paused_at=at,
                    resumes_at=at + span,
                )
            )
        gateway.current().pause(row.stripe_id)
        with transaction() as session:
            _record(session, "billing.pause_asked", workspace, actor, origin, row)
        return sync.under(held)


def wake(
    workspace: Workspace, actor: User | None, *, origin: trail.Origin = trail.NOWHERE
) -> tuple[Written, str | None]:
    """Go on: a new period begins and is charged now.

    Where the card does not pay it goes on resting, and where to pay is the second answer. Raises NoSubscription for one that does not rest.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        row = sync.under(held).current
        if row is None or row.status != Status.PAUSED:
            raise NoSubscription
        # The invoice before is part of the key: a click twice is once, the next pause another.
        with snapshot() as session:
            latest = invoices.of(session, ident(workspace), limit=1)
        before = latest[0].stripe_id if latest else "none"
        gateway.current().wake(row.stripe_id, key=f"wake:{row.stripe_id}:{before}")
        with transaction() as session:
            _record(session, "billing.wake_asked", workspace, actor, origin, row)
        written = sync.under(held)
        with transaction() as session:
            return written, _settled(session, written, ident(workspace))


def resting_until(session: Session, workspace_id: int) -> datetime | None:
    """When a pause that somebody asked for ends by itself."""
    row = session.exec(_open(workspace_id)).first()
    return row.resumes_at if row else None


def wake_due(now: datetime) -> int:
    """Wake whoever rested for as long as they may; each once, whatever their card says."""
    due = select(Pause).where(
        col(Pause.ended_at).is_(None), col(Pause.tried_at).is_(None), col(Pause.resumes_at) <= now
    )
    with snapshot() as session:
        rows = list(session.exec(due))
    return sum(_woken(row, now) for row in rows)


def _woken(row: Pause, now: datetime) -> bool:
    with snapshot() as session:
        workspace = memberships.by_id(session, row.workspace_id)
    try:
        wake(workspace, None)
    except NoSubscription:
        _close(row, ended_at=now)
    except SaasError:
        return False  # Stripe is away or somebody is at it: the next turn tries again
    _close(row, tried_at=now)
    return True


def _settled(session: Session, written: Written, workspace_id: int) -> str | None:
    current = written.current
    if current is not None and current.status == Status.PAUSED:
        owed = invoices.owed(session, workspace_id)
        return owed.hosted_url if owed else None
    for row in session.exec(_open(workspace_id)):
        row.ended_at = clock.now()
        session.add(row)
    return None


def _close(row: Pause, **values: datetime) -> None:
    with transaction() as session:
        stored = session.get_one(Pause, row.id)
        for name, value in values.items():
            setattr(stored, name, value)
        session.add(stored)


def _open(workspace_id: int):  # noqa: ANN202 — the statement's type is SQLModel's own
    mine = select(Pause).where(Pause.workspace_id == workspace_id, col(Pause.ended_at).is_(None))
    return mine.order_by(col(Pause.paused_at).desc())


def _record(
    session: Session,
    what: str,
    workspace: Workspace,
    actor: User | None,
    origin: trail.Origin,
    row: Subscription,
) -> None:
    trail.record(
        session,
        what,
        actor_id=user_ident(actor) if actor else None,
        workspace_id=workspace.id,
        origin=origin,
        subscription=row.stripe_id,
    )
