"""Keeps three columns of every person equal to the best access among their workspaces.

They are there for lists, figures and a token's hint; nothing decides by them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from saas_app.accounts.models import User
from saas_app.billing import offer
from saas_app.billing.models import Customer, Subscription
from saas_app.entitlements import access
from saas_app.plans.access import Access, Status
from saas_app.workspaces.models import Membership, Workspace

NO_STATUS = "none"
_BEST_FIRST = (
    Status.ACTIVE,
    Status.TRIALING,
    Status.PAST_DUE,
    Status.PAUSED,
    Status.UNPAID,
    Status.INCOMPLETE,
    Status.CANCELED,
    Status.INCOMPLETE_EXPIRED,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the three columns hold."""

    plan_type: str
    subscription_status: str
    trial_end_date: datetime | None


def refresh(session: Session, user_ids: Iterable[int], now: datetime) -> list[User]:
    """Bring these people up to date; those whose columns changed."""
    changed: list[User] = []
    # Two workspaces of one person may change at once: who comes second must wait, or it would
    # judge by what the first has not committed yet. In order of ids, so that nobody waits in a ring.
    for user_id in sorted(set(user_ids)):
        user = session.get(
            User, user_id, populate_existing=True, with_for_update={"key_share": True}
        )
        if user is None:
            continue
        best = of(session, user_id, now)
        if _held(user) == best:
            continue
        if user.plan_type != best.plan_type:
            _outdate_tokens(session, user_id)
        user.plan_type = best.plan_type
        user.subscription_status = best.subscription_status
        user.trial_end_date = best.trial_end_date
        session.add(user)
        changed.append(user)
    session.flush()
    return changed


def of(session: Session, user_id: int, now: datetime) -> Shown:
    """What the columns of this person should hold."""
    mine = (
        select(Membership.workspace_id)
        .join(Workspace, col(Workspace.id) == col(Membership.workspace_id))
        .where(
            Membership.user_id == user_id,
            col(Membership.suspended_at).is_(None),
            col(Workspace.deleted_at).is_(None),
        )
    )
    granted = access.of_all(session, session.exec(mine).all(), now)
    if not granted:
        return Shown(offer.catalogue().default_plan, NO_STATUS, None)
    workspace_id = min(granted, key=lambda one: (_order(granted[one]), one))
    best = granted[workspace_id]
    return Shown(
        plan_type=best.plan,
        subscription_status=best.status or NO_STATUS,
        trial_end_date=_trial_end(session, workspace_id)
        if best.status is Status.TRIALING
        else None,
    )


def _outdate_tokens(session: Session, user_id: int) -> None:
    """Tokens name a tier and its version: whoever reads one can tell that there is a newer."""
    mine = select(Membership.workspace_id).where(Membership.user_id == user_id)
    raised = update(Workspace).where(col(Workspace.id).in_(mine))
    session.exec(raised.values(tier_version=Workspace.tier_version + 1))


def _order(one: Access) -> tuple[int, int]:
    plan = one.catalogue.find(one.plan, one.generation)
    place = _BEST_FIRST.index(one.status) if one.status else len(_BEST_FIRST)
    return -(plan.rank if plan else 0), place


def _trial_end(session: Session, workspace_id: int) -> datetime | None:
    chosen = (
        select(Subscription.trial_end_at)
        .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
        .where(Customer.workspace_id == workspace_id)
    )
    return session.exec(chosen).first()


def _held(user: User) -> Shown:
    return Shown(user.plan_type, user.subscription_status, user.trial_end_date)
