"""What a workspace has at this moment. Reads in one query; decides nothing by itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from saas_app.billing import offer
from saas_app.billing.models import Customer, Subscription
from saas_app.entitlements.models import AccessRecord, EntitlementOverride
from saas_app.plans import access as plans_access
from saas_app.plans.access import Access, Status, Subscribed
from saas_app.workspaces.models import Workspace


def of(session: Session, workspace_id: int, now: datetime) -> Access:
    """The access of one workspace, in one query. A workspace that is not there has the default plan."""
    return of_all(session, [workspace_id], now).get(workspace_id) or given(None, now)


def of_all(session: Session, workspace_ids: Iterable[int], now: datetime) -> dict[int, Access]:
    """As `of`, for several workspaces in the same one query."""
    in_force = and_(col(EntitlementOverride.workspace_id) == col(Workspace.id), _in_force(now))
    # The subscription access hangs on was chosen by the sync; its history is not looked at here.
    facts = (
        select(
            Workspace.id,
            Subscription,
            col(EntitlementOverride.feature),
            EntitlementOverride.value,
        )
        .select_from(Workspace)
        .outerjoin(Customer, col(Customer.workspace_id) == col(Workspace.id))
        .outerjoin(Subscription, col(Subscription.id) == col(Customer.subscription_id))
        .outerjoin(EntitlementOverride, in_force)
        .where(col(Workspace.id).in_(list(workspace_ids)))
        .order_by(col(EntitlementOverride.id))
    )
    subscribed: dict[int, Subscription | None] = {}
    agreed: dict[int, dict[str, object]] = {}
    for row in session.exec(facts):
        # Outer joins: everything but the workspace may be missing, which the types cannot say.
        workspace_id, subscription, feature, value = cast(
            "tuple[int, Subscription | None, str | None, object]", row
        )
        subscribed[workspace_id] = subscription
        mine = agreed.setdefault(workspace_id, {})
        if feature is not None:
            mine[feature] = value
    return {
        workspace_id: given(subscription, now, agreed[workspace_id])
        for workspace_id, subscription in subscribed.items()
    }


def overrides(session: Session, workspace_id: int, at: datetime) -> dict[str, object]:
    """What this workspace's contracts say at that moment; the newest of a feature counts."""
    mine = select(EntitlementOverride).where(
        EntitlementOverride.workspace_id == workspace_id, _in_force(at)
    )
    return {
        row.feature: row.value for row in session.exec(mine.order_by(col(EntitlementOverride.id)))
    }


def if_bought(
    session: Session, workspace_id: int, now: datetime, *, price: str | None, seats: int = 1
) -> Access:
    """The access the workspace would have with this price, or without any; its contract stays."""
    bought = Subscribed(Status.ACTIVE, price, quantity=seats) if price else None
    agreed = overrides(session, workspace_id, now)
    return plans_access.of(offer.catalogue(), bought, now=now, overrides=agreed)


def given(
    subscription: Subscription | None, now: datetime, overrides: dict[str, object] | None = None
) -> Access:
    """The access one mirrored subscription gives."""
    return plans_access.of(
        offer.catalogue(),
        subscribed(subscription) if subscription else None,
        now=now,
        overrides=overrides,
    )


def subscribed(row: Subscription | AccessRecord) -> Subscribed:
    """The facts access hangs on, of today or as they were remembered."""
    return Subscribed(
        status=Status(row.status),
        lookup_key=row.price,
        last_plan=row.plan,
        last_generation=row.generation,
        failed_since=row.past_due_since_at,
        quantity=row.seats,
        changing=isinstance(row, Subscription)
        and bool(row.scheduled_at is not None or row.pending_until_at is not None),
    )


def _in_force(at: datetime) -> ColumnElement[bool]:
    return and_(
        col(EntitlementOverride.starts_at) <= at,
        or_(col(EntitlementOverride.ends_at).is_(None), col(EntitlementOverride.ends_at) > at),
    )
