"""The owner accepts: what ran ends, the contract begins at Stripe, its limits lie over the plan."""

from sqlmodel import Session, col, select

from saas_app.accounts.models import User
from saas_app.accounts.people import ident as user_ident
from saas_app.audit import trail
from saas_app.billing import cancellation, customers, gateway, lease, sync
from saas_app.billing.errors import StripeUnavailable
from saas_app.billing.gateway import ContractOrder
from saas_app.billing.lease import Lease
from saas_app.billing.mirror import Written
from saas_app.billing.models import Subscription
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, NotAllowed, NotFound
from saas_app.entitlements.contracts import offers
from saas_app.entitlements.contracts.models import Contract, ContractStatus
from saas_app.entitlements.models import EntitlementOverride
from saas_app.plans.access import Status
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Role

_OVER = frozenset({Status.CANCELED.value, Status.INCOMPLETE_EXPIRED.value})


class _Gone(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "This offer does not stand any more. Nothing was accepted or charged; write to us for a new one."
        )


def accept(
    workspace: Workspace, actor: User, key: str, *, origin: trail.Origin = trail.NOWHERE
) -> Written:
    """Begin the contract. Twice is once; after a crash the same request goes out under the same key.

    Raises NotFound for what is not this workspace's, NotAllowed for whoever is not its owner,
    Conflict for an offer that is withdrawn or too old.
    """
    workspace_id = memberships.ident(workspace)
    with lease.held(workspace_id, wait=sync.WAIT_SECONDS) as held:
        with snapshot() as session:
            row = _acceptable(session, workspace_id, user_ident(actor), key)
        if row.status == ContractStatus.ACCEPTED and row.subscription:
            return sync.under(held)
        _claim(held, row, actor, origin)
        cancellation.make_way(held)
        started = gateway.current().start_contract(_order(workspace, actor, row))
        _begin(held, row, started)
        return sync.under(held)


def follow(session: Session, workspace_id: int) -> None:
    """A contract ends with its subscription: its limits must not outlive it. In the mirror's transaction."""
    running = select(Contract).where(
        Contract.workspace_id == workspace_id,
        Contract.status == ContractStatus.ACCEPTED,
        col(Contract.subscription).is_not(None),
    )
    for row in session.exec(running).all():
        theirs = select(Subscription.status).where(Subscription.stripe_id == row.subscription)
        if session.exec(theirs).first() not in _OVER:
            continue
        row.status, row.ended_at = ContractStatus.ENDED, clock.now()
        session.add(row)
        for limit in _limits(session, row):
            limit.ends_at = clock.now()
            session.add(limit)
        trail.record(session, "contract.ended", workspace_id=workspace_id, contract=row.key)


def _acceptable(session: Session, workspace_id: int, user_id: int, key: str) -> Contract:
    if memberships.role_of(session, workspace_id, user_id) is not Role.OWNER:
        raise NotAllowed(
            "Only the owner of the workspace can accept a contract. Nothing was accepted."
        )
    row = offers.find(session, key)
    if row.workspace_id != workspace_id:
        raise NotFound("There is no such contract. Nothing was changed.")
    if row.status == ContractStatus.ACCEPTED:
        return row
    if row.status != ContractStatus.OFFERED or clock.now() >= row.offered_until_at:
        raise _Gone
    return row


def _claim(held: Lease, row: Contract, actor: User, origin: trail.Origin) -> None:
    """Accepted from here on, whatever dies: the next try goes on where this one stopped."""
    with transaction() as session:
        held.confirm(session)
        fresh = offers.locked(session, row)
        if fresh.status == ContractStatus.ACCEPTED:
            return
        if fresh.status != ContractStatus.OFFERED:  # taken back since we looked
            raise _Gone
        fresh.status = ContractStatus.ACCEPTED
        fresh.accepted_at, fresh.accepted_by = clock.now(), user_ident(actor)
        session.add(fresh)
        trail.record(
            session,
            "contract.accepted",
            actor_id=user_ident(actor),
            workspace_id=row.workspace_id,
            origin=origin,
            contract=row.key,
        )


def _order(workspace: Workspace, actor: User, row: Contract) -> ContractOrder:
    customer = customers.ensure(workspace, actor)
    if customer.stripe_id is None:
        raise StripeUnavailable
    plan = offers.plan_name(row)
    return ContractOrder(
        customer=customer.stripe_id,
        workspace_key=workspace.key,
        key=row.key,
        name=plan,
        plan=row.plan,
        generation=row.generation,
        interval=row.interval,
        amount_cents=row.amount_cents,
        currency=row.currency,
        days_until_due=row.days_until_due,
    )


def _begin(held: Lease, row: Contract, subscription: str) -> None:
    at = clock.now()
    with transaction() as session:
        held.confirm(session)
        fresh = session.get_one(Contract, row.id)
        fresh.subscription = subscription
        session.add(fresh)
        if _limits(session, row):
            return
        for feature, value in row.limits.items():
            session.add(
                EntitlementOverride(
                    workspace_id=row.workspace_id,
                    feature=feature,
                    value=value,
                    reason=_reason(row),
                    created_at=at,
                    starts_at=at,
                )
            )


def _limits(session: Session, row: Contract) -> list[EntitlementOverride]:
    mine = select(EntitlementOverride).where(
        EntitlementOverride.workspace_id == row.workspace_id,
        EntitlementOverride.reason == _reason(row),
    )
    return list(session.exec(mine))


def _reason(row: Contract) -> str:
    return f"contract {row.key}"
