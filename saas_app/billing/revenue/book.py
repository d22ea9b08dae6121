"""Writes the books in the mirror's own transaction. Decides nothing: `ledger` and `movements` do."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, select

from saas_app.billing.gateway import CustomerState
from saas_app.billing.models import Subscription
from saas_app.billing.revenue import ledger, movements
from saas_app.billing.revenue.ledger import Entry
from saas_app.billing.revenue.models import MrrMovement, RevenueEntry
from saas_app.billing.revenue.movements import Recurring
from saas_app.core import upsert
from saas_app.plans.access import Status


def enter(session: Session, workspace_id: int, state: CustomerState, *, now: datetime) -> None:
    """Book what was paid, refunded or disputed and is not booked yet."""
    known = entries(session, workspace_id)
    taken = state.takings
    for entry in ledger.missing(known, state.invoices, taken.refunds, taken.disputes):
        upsert.added(
            session,
            RevenueEntry,
            {
                "key": entry.key,
                "workspace_id": workspace_id,
                "invoice": entry.invoice,
                "kind": entry.kind.value,
                "amount_cents": entry.amount_cents,
                "currency": entry.currency,
                "at": entry.at,
                "recorded_at": now,
            },
        )


def move(
    session: Session, workspace_id: int, subscriptions: Iterable[Subscription], *, now: datetime
) -> None:
    """Note how the monthly revenue moved; the sum of what was noted is what it was before."""
    before, ever = _noted(session, workspace_id)
    after = movements.monthly(recurring(row) for row in subscriptions)
    for movement in movements.between(before, after, ever=ever):
        session.add(
            MrrMovement(
                workspace_id=workspace_id,
                kind=movement.kind.value,
                delta_cents=movement.delta_cents,
                currency=movement.currency,
                at=now,
            )
        )


def entries(session: Session, workspace_id: int) -> list[Entry]:
    """Everything booked for this workspace, oldest first."""
    mine = select(RevenueEntry).where(RevenueEntry.workspace_id == workspace_id)
    return [
        Entry(row.key, ledger.Kind(row.kind), row.amount_cents, row.currency, row.at, row.invoice)
        for row in session.exec(mine.order_by(RevenueEntry.id))  # pyright: ignore[reportArgumentType]
    ]


def recurring(row: Subscription) -> Recurring:
    return Recurring(Status(row.status), row.amount_cents, row.currency, row.interval, row.seats)


def _noted(session: Session, workspace_id: int) -> tuple[dict[str, int], frozenset[str]]:
    sums: dict[str, int] = {}
    for row in session.exec(select(MrrMovement).where(MrrMovement.workspace_id == workspace_id)):
        sums[row.currency] = sums.get(row.currency, 0) + row.delta_cents
    return sums, frozenset(sums)
