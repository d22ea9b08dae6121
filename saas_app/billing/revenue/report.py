"""The books in figures, per currency: what came in and went out, and how the monthly revenue stands."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, func, select

from saas_app.billing.revenue.models import MrrMovement, RevenueEntry


@dataclass(frozen=True, slots=True)
class Figures:
    """Cents of one currency. `by_kind` and `movements` are those of the period asked for."""

    currency: str
    net_cents: int = 0
    by_kind: dict[str, int] = field(default_factory=dict[str, int])
    mrr_cents: int = 0
    movements: dict[str, int] = field(default_factory=dict[str, int])


def between(session: Session, since: datetime, until: datetime) -> list[Figures]:
    """One row per currency; the monthly revenue is that at the end of the period."""
    booked = _sums(session, RevenueEntry, RevenueEntry.amount_cents, since, until)
    moved = _sums(session, MrrMovement, MrrMovement.delta_cents, since, until)
    standing = _sums(session, MrrMovement, MrrMovement.delta_cents, None, until)
    return [
        Figures(
            currency,
            net_cents=sum(booked.get(currency, {}).values()),
            by_kind=booked.get(currency, {}),
            mrr_cents=sum(standing.get(currency, {}).values()),
            movements=moved.get(currency, {}),
        )
        for currency in sorted({*booked, *standing})
    ]


def _sums(
    session: Session,
    table: type[RevenueEntry] | type[MrrMovement],
    amount: int,
    since: datetime | None,
    until: datetime,
) -> dict[str, dict[str, int]]:
    rows = select(table.currency, table.kind, func.sum(col(amount))).where(col(table.at) < until)
    if since is not None:
        rows = rows.where(col(table.at) >= since)
    found: dict[str, dict[str, int]] = {}
    for currency, kind, cents in session.exec(rows.group_by(col(table.currency), col(table.kind))):
        found.setdefault(currency, {})[kind] = int(cents)
    return found
