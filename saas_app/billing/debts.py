"""What a workspace owes, from the mirror."""

from datetime import datetime

from sqlmodel import Session, select

from saas_app.billing import dunning
from saas_app.billing.dunning import Debt
from saas_app.billing.models import Invoice

_NEEDS_BANK = "requires_action"


def of(session: Session, workspace_id: int) -> dict[str, Debt]:
    """The oldest open invoice of each subscription, by the subscription's id at Stripe."""
    waiting = select(Invoice).where(Invoice.workspace_id == workspace_id, Invoice.status == "open")
    found: dict[str, list[tuple[datetime, Debt]]] = {}
    for row in session.exec(waiting):
        if row.subscription is not None and row.due_cents > 0:
            found.setdefault(row.subscription, []).append((row.created_at, _debt(row)))
    return {
        subscription: debt
        for subscription, debts in found.items()
        if (debt := dunning.oldest(debts)) is not None
    }


def _debt(row: Invoice) -> Debt:
    return Debt(
        invoice=row.stripe_id,
        due_cents=row.due_cents - row.paid_cents,
        currency=row.currency,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        needs_bank=row.payment_status == _NEEDS_BANK,
        failure=row.failure,
        pay_url=row.hosted_url or "",
    )
