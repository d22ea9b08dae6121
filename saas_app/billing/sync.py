"""The one way Stripe's state gets into our tables: fetch under the lease, then one transaction.

Webhooks, the success page, Checkout, cancelling and resuming all end here.
Nothing is ever written from an event's payload.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, TypeVar

from sqlmodel import Session, col, select

from saas_app.billing import gateway, lease, mirror, settling
from saas_app.billing.gateway import CustomerState
from saas_app.billing.lease import Lease
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer
from saas_app.core import clock
from saas_app.core.db import rehearsal, snapshot, transaction
from saas_app.core.settings import settings
from saas_app.workspaces.models import Workspace

WAIT_SECONDS = 15.0

Follower: TypeAlias = Callable[[Session, Written, tuple[str, ...]], None]
"""Called inside the mirror's own transaction with what changed and which duplicates were ended."""

Seen = TypeVar("Seen")

_follower: Follower | None = None


class NoFollower(RuntimeError):
    """A sync before entitlements were wired: people's access would silently stay what it was."""


def install(follower: Follower | None) -> None:
    """Entitlements sit above us, so they hand themselves in. One follower, always there."""
    global _follower  # noqa: PLW0603 — one composition per process, made by the wiring
    _follower = follower


def workspace(
    workspace_id: int, *, as_of: datetime | None = None, wait: float = WAIT_SECONDS
) -> Written:
    """Bring one workspace up to date. Raises Busy after `wait` seconds, Unavailable without Stripe."""
    with lease.held(workspace_id, wait=wait) as held:
        return under(held, as_of=as_of)


def customer(
    stripe_id: str, *, as_of: datetime | None = None, wait: float = WAIT_SECONDS
) -> Written | None:
    """As `workspace`, for whoever this is at Stripe; None when it is nobody of ours."""
    with snapshot() as session:
        owner = session.exec(
            select(Customer.workspace_id).where(col(Customer.stripe_id) == stripe_id)
        ).first()
    return None if owner is None else workspace(owner, as_of=as_of, wait=wait)


def under(held: Lease, *, as_of: datetime | None = None, every_invoice: bool = False) -> Written:
    """The sync itself, for callers that already hold the lease.

    `as_of` is the latest moment Stripe spoke of: a webhook may arrive before our own clock
    has heard that the sandbox's was moved. `every_invoice`: also those of years ago.
    """
    if _follower is None:
        raise NoFollower
    row, key = _linked(held.workspace_id)
    if row is None or row.stripe_id is None or row.livemode != settings().live:
        return Written(held.workspace_id, clock.now())
    state = gateway.current().state(row.stripe_id, every_invoice=every_invoice)
    ended: tuple[str, ...] = ()
    if state is not None:
        state, ended = settling.settled(state, key)
    now = max(clock.now(), as_of) if as_of else clock.now()
    with transaction() as session:
        return _write(session, held, state, ended, now)


def rehearsed(held: Lease, look: Callable[[Session], Seen]) -> Seen:
    """What `look` sees after a sync that is then undone, to the last letter and notice."""
    row, _ = _linked(held.workspace_id)
    state = None
    if row is not None and row.stripe_id is not None and row.livemode == settings().live:
        state = gateway.current().state(row.stripe_id, every_invoice=True)
    with rehearsal() as session:
        if row is not None and row.stripe_id is not None:
            _write(session, held, state, (), clock.now())
            session.flush()
        return look(session)


def _write(
    session: Session,
    held: Lease,
    state: CustomerState | None,
    ended: tuple[str, ...],
    now: datetime,
) -> Written:
    if _follower is None:
        raise NoFollower
    held.confirm(session)
    fresh = session.get_one(Customer, held.workspace_id, with_for_update={"key_share": True})
    written = (
        mirror.unlink(session, fresh, now=now)
        if state is None
        else mirror.write(session, fresh, state, now=now)
    )
    _follower(session, written, ended)
    return written


def _linked(workspace_id: int) -> tuple[Customer | None, str]:
    with snapshot() as session:
        row = session.get(Customer, workspace_id)
        return row, session.get_one(Workspace, workspace_id).key
