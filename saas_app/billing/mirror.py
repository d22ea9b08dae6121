"""Writes what Stripe said into our rows, in one transaction, and says what that changed. Asks nobody."""

import dataclasses
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from saas_app.billing import aftermath, debts, lifecycle, money_mirror, noticed, offer, seeing
from saas_app.billing.changing import DiscountFacts
from saas_app.billing.gateway import CustomerState, InvoiceFacts, SubscriptionFacts
from saas_app.billing.lifecycle import Change
from saas_app.billing.models import Customer, Invoice, Subscription
from saas_app.billing.revenue import book
from saas_app.plans.access import Status


@dataclass(frozen=True, slots=True)
class Written:
    """What one look at Stripe changed here. `alerts` are for the operator."""

    workspace_id: int
    at: datetime
    current: Subscription | None = None
    changes: tuple[Change, ...] = ()
    alerts: tuple[str, ...] = ()
    unlinked: bool = False


def write(session: Session, customer: Customer, state: CustomerState, *, now: datetime) -> Written:
    """Make the mirror equal to `state`. Writing the same state twice changes nothing."""
    money_mirror.attempts(_invoices(session, customer.workspace_id, state), state.takings)
    session.flush()
    owed = debts.of(session, customer.workspace_id)
    rows = _rows(session, customer.workspace_id)
    changes: list[Change] = []
    for facts in sorted(state.subscriptions, key=lambda s: s.created_at):
        row = rows.get(facts.id)
        before = seeing.of(row) if row else None
        row = _subscription(session, row, customer.workspace_id, facts)
        row.past_due_since_at = lifecycle.past_due_since(
            facts, state.invoices, known=before.past_due_since_at if before else None, now=now
        )
        row.updated_at = now
        rows[facts.id] = row
        after = seeing.of(row, owed.get(row.stripe_id))
        changes += lifecycle.changes(before, after, now=now, grace=offer.catalogue().grace)
    session.flush()
    book.enter(session, customer.workspace_id, state, now=now)
    book.move(session, customer.workspace_id, rows.values(), now=now)
    chosen = lifecycle.current(state.subscriptions, lambda facts: seeing.rank(rows[facts.id]))
    current = rows[chosen.id] if chosen else None
    # A running subscription may be charged to a card of its own.
    own = chosen.card if chosen and lifecycle.giving(chosen) else None
    wallet = dataclasses.replace(state.wallet, default=own or state.wallet.default)
    money_mirror.write(session, customer.workspace_id, state.takings, wallet)
    customer.subscription_id = current.id if current else None
    customer.currency = state.customer.currency or customer.currency
    customer.trial_used_at = customer.trial_used_at or min(
        (s.trial_start_at for s in state.subscriptions if s.trial_start_at), default=None
    )
    customer.synced_at = now
    session.add(customer)
    session.flush()
    if current:
        changes += noticed.of(session, current, now)
    return Written(
        customer.workspace_id,
        now,
        current=current,
        changes=tuple(changes),
        alerts=(
            *_alerts(state.subscriptions),
            *_unfinished(state.invoices),
            *aftermath.alerts(state),
        ),
    )


def unlink(session: Session, customer: Customer, *, now: datetime) -> Written:
    """The customer is gone at Stripe: what ran has ended, the history stays, the next purchase makes a new one."""
    changes: list[Change] = []
    rows = _rows(session, customer.workspace_id)
    for row in rows.values():
        if row.status in {Status.CANCELED, Status.INCOMPLETE_EXPIRED}:
            continue
        before = seeing.of(row)
        row.status = Status.CANCELED
        row.ended_at = row.ends_at = row.updated_at = now
        session.add(row)
        changes += lifecycle.changes(before, seeing.of(row), now=now, grace=offer.catalogue().grace)
    book.move(session, customer.workspace_id, rows.values(), now=now)
    customer.stripe_id = None
    customer.links += 1
    customer.currency = None
    customer.synced_at = now
    session.add(customer)
    return Written(customer.workspace_id, now, changes=tuple(changes), unlinked=True)


def _rows(session: Session, workspace_id: int) -> dict[str, Subscription]:
    mine = select(Subscription).where(Subscription.workspace_id == workspace_id)
    return {row.stripe_id: row for row in session.exec(mine)}


def _subscription(
    session: Session, row: Subscription | None, workspace_id: int, facts: SubscriptionFacts
) -> Subscription:
    row = row or Subscription(
        stripe_id=facts.id,
        workspace_id=workspace_id,
        status=facts.status,
        created_at=facts.created_at,
        started_at=facts.started_at,
        updated_at=facts.created_at,
    )
    if known := offer.catalogue().plan_of(facts.price) if facts.price else None:
        row.plan, row.generation = known.id, known.generation
    row.price = facts.price
    row.interval = facts.interval
    row.amount_cents = facts.amount_cents
    row.currency = facts.currency
    row.seats = facts.seats
    row.status = facts.status
    row.trial_start_at = facts.trial_start_at
    row.trial_end_at = facts.trial_end_at
    row.current_period_start_at = facts.period_start_at
    row.current_period_end_at = facts.period_end_at
    row.ends_at = lifecycle.ends_at(facts)
    row.cancel_at = facts.cancel_at
    row.cancel_at_period_end = facts.cancel_at_period_end
    row.canceled_at = facts.canceled_at
    row.ended_at = facts.ended_at
    row.pause_reason = facts.pause_reason
    row.resumes_at = facts.resumes_at
    row.item = facts.item
    row.collection_method = facts.collection_method
    row.cancel_feedback = facts.cancel_feedback
    row.cancel_comment = facts.cancel_comment
    _waiting(row, facts)
    row.discounts = [_plain(discount) for discount in facts.discounts]
    session.add(row)
    return row


def _waiting(row: Subscription, facts: SubscriptionFacts) -> None:
    """What will become of it: once a payment arrives, or once the period ends."""
    pending, scheduled = facts.pending, facts.scheduled
    row.pending_price = pending.price if pending else None
    row.pending_seats = pending.seats if pending else None
    row.pending_until_at = pending.expires_at if pending else None
    row.schedule = facts.schedule
    row.scheduled_price = scheduled.price if scheduled else None
    row.scheduled_seats = scheduled.seats if scheduled else None
    row.scheduled_at = scheduled.at if scheduled else None


def _plain(discount: DiscountFacts) -> dict[str, Any]:
    """As JSON keeps it."""
    ends_at = discount.ends_at.isoformat() if discount.ends_at else None
    return {**asdict(discount), "ends_at": ends_at}


def _invoices(session: Session, workspace_id: int, state: CustomerState) -> dict[str, Invoice]:
    """Their rows, by their ids at Stripe; one look at the table for all of them."""
    ids = [facts.id for facts in state.invoices]
    known = select(Invoice).where(col(Invoice.stripe_id).in_(ids))
    rows = {row.stripe_id: row for row in session.exec(known)}
    for facts in state.invoices:
        rows[facts.id] = _invoice(rows.get(facts.id), workspace_id, facts)
    session.add_all(rows.values())
    return rows


def _invoice(row: Invoice | None, workspace_id: int, facts: InvoiceFacts) -> Invoice:
    row = row or Invoice(
        stripe_id=facts.id,
        workspace_id=workspace_id,
        status=facts.status,
        total_cents=facts.total_cents,
        due_cents=facts.due_cents,
        paid_cents=facts.paid_cents,
        currency=facts.currency,
        period_start_at=facts.period_start_at,
        period_end_at=facts.period_end_at,
        created_at=facts.created_at,
    )
    row.subscription = facts.subscription
    row.number = facts.number
    row.status = facts.status
    row.total_cents = facts.total_cents
    row.due_cents = facts.due_cents
    row.paid_cents = facts.paid_cents
    row.hosted_url = facts.hosted_url
    row.pdf_url = facts.pdf_url
    row.period_start_at = facts.period_start_at
    row.period_end_at = facts.period_end_at
    row.finalized_at = facts.finalized_at
    row.paid_at = facts.paid_at
    row.attempts = facts.attempts
    row.next_attempt_at = facts.next_attempt_at
    row.billing_reason = facts.billing_reason
    return row


def _alerts(subscriptions: tuple[SubscriptionFacts, ...]) -> tuple[str, ...]:
    """What a person at our end should look at; access was kept in every case."""
    alive = [s for s in subscriptions if lifecycle.giving(s)]
    unknown = [
        f"billing.unknown_price:{s.id}:{s.price}"
        for s in alive
        if s.price is None or offer.catalogue().plan_of(s.price) is None
    ]
    several = [f"billing.several_live:{'+'.join(sorted(s.id for s in alive))}"]
    return (*unknown, *(several if len(alive) > 1 else ()))


def _unfinished(invoices: tuple[InvoiceFacts, ...]) -> tuple[str, ...]:
    """Drafts that Stripe could not finish, so nobody is asked to pay them."""
    return tuple(
        f"billing.finalization_failed:{invoice.id} ({invoice.fault})"
        for invoice in invoices
        if invoice.status == "draft" and invoice.fault
    )
