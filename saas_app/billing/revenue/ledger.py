"""Which rows the revenue ledger needs for what Stripe says now. Pure: facts in, rows out.

Rows are only ever added. What a fact asks for never shrinks: a refund that failed asks for the refund
and its return, so facts may come in any order and any number of times and the sum is the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from saas_app.billing.gateway import InvoiceFacts
from saas_app.billing.takings import DisputeFacts, RefundFacts


class Kind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is the business key; `amount_cents` is signed, in the currency's smallest unit."""

    key: str
    kind: Kind
    amount_cents: int
    currency: str
    at: datetime
    invoice: str | None = None


# Which rows a status asks for, by the sign they carry.
_REFUNDS: Mapping[str, tuple[tuple[Kind, int], ...]] = {
    "succeeded": ((Kind.REFUND, -1),),
    "failed": ((Kind.REFUND, -1), (Kind.REFUND_FAILED, 1)),
}
# An inquiry ("warning_…") moves no money; a dispute takes it at once and gives it back when won.
_DISPUTES: Mapping[str, tuple[tuple[Kind, int], ...]] = {
    "needs_response": ((Kind.DISPUTE, -1),),
    "under_review": ((Kind.DISPUTE, -1),),
    "lost": ((Kind.DISPUTE, -1),),
    "won": ((Kind.DISPUTE, -1), (Kind.DISPUTE_WON, 1)),
}


def missing(
    known: Iterable[Entry],
    invoices: Iterable[InvoiceFacts] = (),
    refunds: Iterable[RefundFacts] = (),
    disputes: Iterable[DisputeFacts] = (),
) -> tuple[Entry, ...]:
    """The rows to add to `known`, so that the ledger says what Stripe says."""
    there = list(known)
    keys = {entry.key for entry in there}
    wanted = [
        *(entry for invoice in invoices if (entry := _paid(invoice, there))),
        *(entry for refund in refunds for entry in _rows(refund, _REFUNDS)),
        *(entry for dispute in disputes for entry in _rows(dispute, _DISPUTES)),
    ]
    fresh = {entry.key: entry for entry in wanted if entry.key not in keys}
    return tuple(fresh.values())


def _paid(invoice: InvoiceFacts, known: Iterable[Entry]) -> Entry | None:
    """What was paid since the last row: an invoice may be paid in parts, and what is paid never falls."""
    booked = sum(
        entry.amount_cents
        for entry in known
        if entry.kind is Kind.PAYMENT and entry.invoice == invoice.id
    )
    if invoice.paid_cents <= booked:
        return None
    return Entry(
        key=f"{invoice.id}:paid:{invoice.paid_cents}",
        kind=Kind.PAYMENT,
        amount_cents=invoice.paid_cents - booked,
        currency=invoice.currency,
        at=invoice.paid_at or invoice.created_at,
        invoice=invoice.id,
    )


def _rows(
    fact: RefundFacts | DisputeFacts, table: Mapping[str, tuple[tuple[Kind, int], ...]]
) -> list[Entry]:
    return [
        Entry(
            key=f"{fact.id}:{kind}",
            kind=kind,
            amount_cents=sign * fact.amount_cents,
            currency=fact.currency,
            at=fact.created_at,
            invoice=fact.invoice,
        )
        for kind, sign in table.get(fact.status, ())
    ]
