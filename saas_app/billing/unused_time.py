"""What of the running period was paid and will not be used, invoice by invoice. Pure.

Each invoice of a period, the first as well as an upgrade's difference, covers what was left of
that period when it was made: the same share of each is unused, and the shares add up to the
unused share of what is had now. Rounded down, and never more than was paid and not given back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saas_app.billing.gateway import InvoiceFacts
from saas_app.billing.takings import Takings


@dataclass(frozen=True, slots=True)
class Unused:
    """`given_back` is what this payment gave back before: part of the refund's own name."""

    payment: str
    invoice: str
    cents: int
    given_back: int


def unused(
    invoices: Iterable[InvoiceFacts],
    takings: Takings,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> tuple[Unused, ...]:
    """What to give back when the period ends at `now` instead; nothing once it is over."""
    found: list[Unused] = []
    for invoice in invoices:
        payment = takings.of(invoice.id)
        begins = max(invoice.created_at, starts_at)
        if payment is None or invoice.created_at < starts_at or not begins <= now < ends_at:
            continue
        share = (ends_at - now) / (ends_at - begins)
        cents = int(invoice.paid_cents * share) - payment.refunded_cents
        if cents > 0:
            found.append(Unused(payment.id, invoice.id, cents, payment.refunded_cents))
    return tuple(found)
