"""What billing hears of money itself: attempts to take it, money given back, money fought over. Facts only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One payment intent: what became of the latest attempt to collect an invoice."""

    id: str
    status: str
    amount_cents: int
    currency: str
    invoice: str | None = None
    refunded_cents: int = 0
    failure: str | None = None  # the bank's reason in Stripe's word, where it said one

    @property
    def needs_bank(self) -> bool:
        """The bank wants to see the customer: nothing but they themselves can go on."""
        return self.status == "requires_action"


@dataclass(frozen=True, slots=True)
class RefundFacts:
    id: str
    status: str
    amount_cents: int
    currency: str
    created_at: datetime
    payment: str | None = None
    invoice: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    id: str
    status: str
    amount_cents: int
    currency: str
    created_at: datetime
    payment: str | None = None
    invoice: str | None = None
    reason: str | None = None
    evidence_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Takings:
    """The money side of one customer at one moment."""

    payments: tuple[PaymentFacts, ...] = ()
    refunds: tuple[RefundFacts, ...] = ()
    disputes: tuple[DisputeFacts, ...] = ()

    def of(self, invoice: str) -> PaymentFacts | None:
        return next((each for each in self.payments if each.invoice == invoice), None)
