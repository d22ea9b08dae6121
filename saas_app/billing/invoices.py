"""A workspace's invoices, from the mirror."""

from sqlmodel import Session, col, select

from saas_app.billing.models import Invoice

_SHOWN = 24


def of(session: Session, workspace_id: int, limit: int = _SHOWN) -> list[Invoice]:
    """Newest first, without drafts: a draft can still change and is nobody's bill yet."""
    mine = select(Invoice).where(Invoice.workspace_id == workspace_id, Invoice.status != "draft")
    newest = mine.order_by(col(Invoice.created_at).desc(), col(Invoice.id).desc())
    return list(session.exec(newest.limit(limit)))


def owed(session: Session, workspace_id: int) -> Invoice | None:
    """The oldest finalised invoice that is still to be paid."""
    waiting = select(Invoice).where(Invoice.workspace_id == workspace_id, Invoice.status == "open")
    return session.exec(waiting.order_by(col(Invoice.created_at))).first()
