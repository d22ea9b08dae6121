"""Writes the money side of what Stripe said: cards, address, tax numbers, refunds, disputes."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlmodel import Session, col, or_, select

from saas_app.billing.models import Invoice
from saas_app.billing.money_models import BillingDetails, Dispute, PaymentMethod, Refund, TaxId
from saas_app.billing.takings import DisputeFacts, RefundFacts, Takings
from saas_app.billing.wallet import CardFacts, TaxIdFacts, WalletFacts

Table: TypeAlias = type[PaymentMethod] | type[TaxId] | type[Refund] | type[Dispute]


def write(session: Session, workspace_id: int, takings: Takings, wallet: WalletFacts) -> None:
    """Make the rows equal to the facts."""
    cards = {c.id: _card(workspace_id, c, wallet) for c in wallet.cards}
    _replace(session, PaymentMethod, workspace_id, cards)
    tax_ids = {t.id: _tax_id(workspace_id, t) for t in wallet.tax_ids}
    _replace(session, TaxId, workspace_id, tax_ids)
    _details(session, workspace_id, wallet)
    _add(session, Refund, {r.id: _movement(workspace_id, r) for r in takings.refunds})
    _add(session, Dispute, {d.id: _dispute(workspace_id, d) for d in takings.disputes})


def attempts(invoices: Mapping[str, Invoice], takings: Takings) -> None:
    """What became of the latest attempt to collect each invoice."""
    by_invoice = {payment.invoice: payment for payment in takings.payments[::-1]}
    for stripe_id, row in invoices.items():
        if payment := by_invoice.get(stripe_id):
            row.payment = payment.id
            row.payment_status, row.failure = payment.status, payment.failure


def _replace(
    session: Session,
    table: type[PaymentMethod] | type[TaxId],
    workspace_id: int,
    facts: dict[str, dict[str, Any]],
) -> None:
    """What is no longer there goes."""
    ours = or_(table.workspace_id == workspace_id, col(table.stripe_id).in_(list(facts)))
    known = {row.stripe_id: row for row in session.exec(select(table).where(ours))}
    _write(session, table, known, facts)
    for stripe_id, row in known.items():
        if stripe_id not in facts:
            session.delete(row)


def _add(
    session: Session, table: type[Refund] | type[Dispute], facts: dict[str, dict[str, Any]]
) -> None:
    """What was booked once stays; there seldom is anything to look for."""
    if not facts:
        return
    known = select(table).where(col(table.stripe_id).in_(list(facts)))
    _write(session, table, {row.stripe_id: row for row in session.exec(known)}, facts)


def _write(
    session: Session,
    table: Table,
    known: Mapping[str, PaymentMethod | TaxId | Refund | Dispute],
    facts: dict[str, dict[str, Any]],
) -> None:
    for stripe_id, values in facts.items():
        row = known.get(stripe_id) or table(stripe_id=stripe_id, **values)
        for name, value in values.items():
            # An invoice may have fallen out of the latest ones: what was known about it stays.
            if value is not None or name != "invoice":
                setattr(row, name, value)
        session.add(row)


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
