"""Whose money a payment was, from the mirror."""

from sqlmodel import col, select

from saas_app.billing.models import Customer, Invoice
from saas_app.core.db import snapshot


def of_payment(payment: str) -> str | None:
    """The customer at Stripe; None for a payment of somebody else's, or one we have not seen yet."""
    mine = (
        select(Customer.stripe_id)
        .join(Invoice, col(Invoice.workspace_id) == col(Customer.workspace_id))
        .where(col(Invoice.payment) == payment)
    )
    with snapshot() as session:
        return session.exec(mine).first()
