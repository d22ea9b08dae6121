"""Ending a subscription on its last paid day or now, and taking a scheduled end back. Deletes nothing."""

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.billing import asked, gateway, lease, offer, sync
from saas_app.billing.changing import CancelReason
from saas_app.billing.errors import ByContract, NoSubscription
from saas_app.billing.lease import Lease
from saas_app.billing.lifecycle import Happening
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer, Subscription
from saas_app.billing.unused_time import unused
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.plans.access import Status
from saas_app.plans.catalogue import CONTRACT
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace

_ALIVE = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED, Status.UNPAID})


def at_period_end(
    workspace: Workspace,
    actor: User,
    *,
    reason: CancelReason | None = None,
    origin: trail.Origin = trail.NOWHERE,
) -> Written:
    """Keep everything until the paid (or trial) time is over, then Free. Asking twice is harmless.

    Raises NoSubscription, and ByContract for what has a term of its own.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        written, running = _their_own(held)
        if running.ends_at is not None:
            return written
        _free(running)
        gateway.current().cancel_at_period_end(running.stripe_id, reason=reason)
        return _done(held, workspace, actor, origin, running, Happening.CANCEL_SCHEDULED)


def at_once(
    workspace: Workspace,
    actor: User,
    *,
    reason: CancelReason | None = None,
    origin: trail.Origin = trail.NOWHERE,
) -> Written:
    """End it now; what the workspace made stays. Raises NoSubscription, ByContract.

    What was paid and not used is given back where the catalogue says so.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        _, running = _their_own(held)
        _free(running)
        if offer.catalogue().refunds_unused:
            _give_back(held, running)
        gateway.current().cancel_now(running.stripe_id, reason=reason)
        return _done(held, workspace, actor, origin, running, Happening.ENDED)


def make_way(held: Lease) -> None:
    """For a contract that takes its place: end what runs now and give back what was paid and not used."""
    try:
        _, running = _running(held)
    except NoSubscription:
        return
    if _by_contract(running):
        return  # the contract itself: an acceptance that is tried again
    _free(running)
    _give_back(held, running)
    gateway.current().cancel_now(running.stripe_id)


def resume(workspace: Workspace, actor: User, *, origin: trail.Origin = trail.NOWHERE) -> Written:
    """Take a scheduled end back, whichever of Stripe's two forms it has. Raises NoSubscription, ByContract."""
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        written, running = _their_own(held)
        if running.ends_at is None:
            return written
        gateway.current().keep(
            running.stripe_id, scheduled_by_date=not running.cancel_at_period_end
        )
        return _done(held, workspace, actor, origin, running, Happening.RESUMED)


def _running(held: Lease) -> tuple[Written, Subscription]:
    """What is true now, not when the page was drawn: somebody may have used the portal since."""
    written = sync.under(held)
    if written.current is None or written.current.status not in _ALIVE:
        raise NoSubscription
    return written, written.current


def _their_own(held: Lease) -> tuple[Written, Subscription]:
    written, running = _running(held)
    if _by_contract(running):
        raise ByContract
    return written, running


def _by_contract(running: Subscription) -> bool:
    return running.price is not None and running.price.startswith(CONTRACT)


def _free(running: Subscription) -> None:
    """Stripe lets nobody end what a schedule manages: a change booked for later goes first."""
    if running.schedule is not None:
        gateway.current().release(running.schedule)


def _give_back(held: Lease, running: Subscription) -> None:
    """Before the end: a crash in between leaves somebody who asks again, and is given the rest."""
    stripe = gateway.current()
    starts_at, ends_at = running.current_period_start_at, running.current_period_end_at
    with snapshot() as session:
        customer = session.get_one(Customer, held.workspace_id).stripe_id
    state = stripe.state(customer) if customer else None
    if state is None or starts_at is None or ends_at is None:
        return
    mine = [each for each in state.invoices if each.subscription == running.stripe_id]
    for part in unused(mine, state.takings, starts_at=starts_at, ends_at=ends_at, now=clock.now()):
        stripe.refund(
            part.payment,
            amount_cents=part.cents,
            reason="requested_by_customer",
            # What was given back before is part of the name: asked again, only the rest is due.
            key=f"unused:{part.invoice}:{part.given_back}",
        )


def _done(
    held: Lease,
    workspace: Workspace,
    actor: User,
    origin: trail.Origin,
    subscription: Subscription,
    what: Happening,
) -> Written:
    asked.note(
        workspace, actor, origin, f"billing.{what}_asked", subscription=subscription.stripe_id
    )
    return sync.under(held)
