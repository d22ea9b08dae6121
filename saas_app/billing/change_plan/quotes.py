"""Stored previews: made for one workspace and one state of its subscription, good for ten minutes."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete

from saas_app.billing import promotions
from saas_app.billing.change_plan import discounting, standing
from saas_app.billing.change_plan.moves import Bought, When
from saas_app.billing.changing import InvoicePreview, Promotion
from saas_app.billing.models import ChangeQuote, Subscription
from saas_app.core import clock, ids
from saas_app.core.errors import NotFound

GOOD_FOR = timedelta(minutes=10)
_KEPT = timedelta(days=1)


def made(
    row: Subscription,
    wanted: Bought,
    when: When,
    preview: InvoicePreview | None,
    at: datetime,
    promotion: Promotion | None = None,
) -> ChangeQuote:
    """A quote ready to be stored. Without a preview nothing is charged on confirming."""
    next_at = _next_at(row, preview)
    full = wanted.price.amount.cents * wanted.seats
    quote = ChangeQuote(
        key=ids.new("quote"),
        workspace_id=row.workspace_id,
        subscription=row.stripe_id,
        state=standing.digest(row),
        plan=wanted.plan.id,
        interval=wanted.price.interval.value,
        price=wanted.price.lookup_key,
        seats=wanted.seats,
        timing=when.value,
        proration_at=at,
        currency=wanted.price.amount.currency,
        next_cents=discounting.after(full, _running(row, preview, promotion), at=next_at or at),
        code=promotion.code if promotion else None,
        promotion=promotion.id if promotion else None,
        next_at=next_at,
        created_at=at,
        expires_at=at + GOOD_FOR,
    )
    if preview is not None:
        quote.lines = [
            {
                **asdict(line),
                "starts_at": f"{line.starts_at:%FT%TZ}",
                "ends_at": f"{line.ends_at:%FT%TZ}",
            }
            for line in preview.lines
        ]
        quote.subtotal_cents = preview.subtotal_cents
        quote.discount_cents = preview.discount_cents
        quote.tax_cents = preview.tax_cents
        quote.total_cents = preview.total_cents
        quote.due_cents = preview.due_cents
    return quote


def find(session: Session, workspace_id: int, key: str) -> ChangeQuote:
    """Raises NotFound for one that is not there, and for another workspace's in the same words."""
    # PostgreSQL fails on a NUL instead of finding nothing.
    quote = session.get(ChangeQuote, key) if key.isprintable() else None
    if quote is None or quote.workspace_id != workspace_id:
        raise NotFound(
            "That preview is not there any more. Nothing was changed; please choose again."
        )
    return quote


def purge(session: Session) -> int:
    """Forget what nobody can confirm any more."""
    old = delete(ChangeQuote).where(col(ChangeQuote.expires_at) < clock.now() - _KEPT)
    return session.exec(old).rowcount


def _running(
    row: Subscription, preview: InvoicePreview | None, promotion: Promotion | None
) -> list[Mapping[str, Any]]:
    """What is taken off the next charge: a code for one invoice is spent on today's."""
    if promotion is None or (promotion.once and preview is not None):
        return [*row.discounts]
    return [*row.discounts, promotions.as_discount(promotion)]


def _next_at(row: Subscription, preview: InvoicePreview | None) -> datetime | None:
    """A period that begins with the change ends with its line; otherwise the running one goes on."""
    ends = [line.ends_at for line in preview.lines] if preview else []
    return max(ends, default=row.current_period_end_at)
