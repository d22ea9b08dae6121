"""Reads from the mirror what `notices` judges."""

from datetime import datetime

from sqlmodel import Session, col, select

from saas_app.billing import notices, seeing
from saas_app.billing.lifecycle import Change
from saas_app.billing.models import Invoice, Subscription
from saas_app.billing.money_models import PaymentMethod, Refund
from saas_app.billing.notices import GivenBack, Paid
from saas_app.billing.wallet import CardFacts

_LATEST = 24


def of(session: Session, current: Subscription, now: datetime) -> tuple[Change, ...]:
    """What is due to be told of this subscription's workspace, told before or not."""
    return notices.due(
        seeing.of(current),
        card=default_card(session, current.workspace_id),
        paid=_paid(session, current.workspace_id),
        given_back=_given_back(session, current.workspace_id),
        now=now,
    )


def default_card(session: Session, workspace_id: int) -> CardFacts | None:
    row = session.exec(
        select(PaymentMethod).where(
            PaymentMethod.workspace_id == workspace_id, col(PaymentMethod.is_default).is_(True)
        )
    ).first()
    return card(row) if row else None


def card(row: PaymentMethod) -> CardFacts:
    return CardFacts(
        row.stripe_id,
        row.kind,
        row.created_at,
        row.brand,
        row.last4,
        row.exp_month,
        row.exp_year,
    )


def _paid(session: Session, workspace_id: int) -> list[Paid]:
    mine = (
        select(Invoice)
        .where(Invoice.workspace_id == workspace_id, Invoice.status == "paid")
        .order_by(col(Invoice.created_at).desc())
        .limit(_LATEST)
    )
    return [
        Paid(
            row.stripe_id,
            row.subscription,
            row.billing_reason,
            row.paid_cents,
            row.currency,
            row.created_at,
        )
        for row in session.exec(mine)
    ]


def _given_back(session: Session, workspace_id: int) -> list[GivenBack]:
    mine = select(Refund).where(Refund.workspace_id == workspace_id, Refund.status == "succeeded")
    return [
        GivenBack(row.stripe_id, row.amount_cents, row.currency, row.created_at)
        for row in session.exec(mine.order_by(col(Refund.id)))
    ]
