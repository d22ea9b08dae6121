"""Writes the money side of what Stripe said: cards, address, tax numbers, refunds, disputes."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlmodel import Session, col, select

from saas_app.billing.models import Invoice
from saas_app.billing.money_models import BillingDetails, Dispute, PaymentMethod, Refund, TaxId
from saas_app.billing.takings import DisputeFacts, RefundFacts, Takings
from saas_app.billing.wallet import CardFacts, TaxIdFacts, WalletFacts

Table: TypeAlias = type[PaymentMethod] | type[TaxId] | type[Refund] | type[Dispute]


def write(session: Session, workspace_id: int, takings: Takings, wallet: WalletFacts) -> None:
    """Make the rows equal to the facts."""
    _keep(session, PaymentMethod, {c.id: _card(workspace_id, c, wallet) for c in wallet.cards})
    _forget(session, PaymentMethod, workspace_id, {card.id for card in wallet.cards})
    _keep(session, TaxId, {t.id: _tax_id(workspace_id, t) for t in wallet.tax_ids})
    _forget(session, TaxId, workspace_id, {tax_id.id for tax_id in wallet.tax_ids})
    _details(session, workspace_id, wallet)
    _keep(session, Refund, {r.id: _movement(workspace_id, r) for r in takings.refunds})
    _keep(session, Dispute, {d.id: _dispute(workspace_id, d) for d in takings.disputes})


def attempts(session: Session, workspace_id: int, takings: Takings) -> None:
    """What became of the latest attempt to collect an invoice."""
    by_invoice = {payment.invoice: payment for payment in takings.payments[::-1]}
    mine = select(Invoice).where(
        Invoice.workspace_id == workspace_id,
        col(Invoice.stripe_id).in_([invoice for invoice in by_invoice if invoice]),
    )
    for row in session.exec(mine):
        payment = by_invoice[row.stripe_id]
        row.payment = payment.id
        row.payment_status, row.failure = payment.status, payment.failure
        session.add(row)


def _keep(session: Session, table: Table, facts: dict[str, dict[str, Any]]) -> None:
    known = {
        row.stripe_id: row
        for row in session.exec(select(table).where(col(table.stripe_id).in_(list(facts))))
    }
    for stripe_id, values in facts.items():
        row = known.get(stripe_id) or table(stripe_id=stripe_id, **values)
        for name, value in values.items():
            # An invoice may have fallen out of the latest ones: what was known about it stays.
            if value is not None or name != "invoice":
                setattr(row, name, value)
        session.add(row)


def _forget(
    session: Session,
    table: type[PaymentMethod] | type[TaxId],
    workspace_id: int,
    there: Iterable[str],
) -> None:
    gone = select(table).where(
        table.workspace_id == workspace_id, col(table.stripe_id).not_in(list(there))
    )
    for row in session.exec(gone):
        session.delete(row)


def _details(session: Session, workspace_id: int, wallet: WalletFacts) -> None:
    row = session.get(BillingDetails, workspace_id) or BillingDetails(workspace_id=workspace_id)
    for name in wallet.payer.__dataclass_fields__:
        setattr(row, name, getattr(wallet.payer, name))
    session.add(row)


def _card(workspace_id: int, facts: CardFacts, wallet: WalletFacts) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "kind": facts.kind,
        "brand": facts.brand,
        "last4": facts.last4,
        "exp_month": facts.exp_month,
        "exp_year": facts.exp_year,
        "is_default": facts.id == wallet.default,
        "created_at": facts.created_at,
    }


def _tax_id(workspace_id: int, facts: TaxIdFacts) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "kind": facts.kind,
        "value": facts.value,
        "status": facts.status,
        "created_at": facts.created_at,
    }


def _movement(workspace_id: int, facts: RefundFacts | DisputeFacts) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "payment": facts.payment,
        "invoice": facts.invoice,
        "amount_cents": facts.amount_cents,
        "currency": facts.currency,
        "status": facts.status,
        "reason": facts.reason,
        "created_at": facts.created_at,
    }


def _dispute(workspace_id: int, facts: DisputeFacts) -> dict[str, Any]:
    return {**_movement(workspace_id, facts), "evidence_due_at": facts.evidence_due_at}
