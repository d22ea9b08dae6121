"""A workspace's invoices, from the mirror."""

from sqlmodel import Session, col, select

from saas_app.billing.models import Invoice
from saas_app.billing.money_models import Refund

_SHOWN = 24


def of(session: Session, workspace_id: int, limit: int = _SHOWN) -> list[Invoice]:
    """Newest first, without drafts: a draft can still change and is nobody's bill yet."""
    mine = select(Invoice).where(Invoice.workspace_id == workspace_id, Invoice.status != "draft")
    newest = mine.order_by(col(Invoice.created_at).desc(), col(Invoice.id).desc())
    return list(session.exec(newest.limit(limit)))


def given_back(session: Session, workspace_id: int) -> dict[str, int]:
    """How many cents of which invoice went back, by the invoice's id at Stripe."""
    mine = select(Refund).where(Refund.workspace_id == workspace_id, Refund.status == "succeeded")
    found: dict[str, int] = {}
    for row in session.exec(mine):
        if row.invoice is not None:
            found[row.invoice] = found.get(row.invoice, 0) + row.amount_cents
    return found


def owed(session: Session, workspace_id: int) -> Invoice | None:
    """The oldest finalised invoice that is still to be paid."""
    waiting = select(Invoice).where(Invoice.workspace_id == workspace_id, Invoice.status == "open")
    return session.exec(waiting.order_by(col(Invoice.created_at))).first()
