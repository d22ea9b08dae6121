"""What money given back, or fought over, does to access. One table; pure.

A refund is a kindness or a correction and never ends a subscription by itself: whoever means the
end ends it, too. A bank's inquiry and an open dispute keep access, for the customer may be in
the right or may have misread a bill. A lost dispute ends what it paid for: the money is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from saas_app.billing import lifecycle
from saas_app.billing.gateway import CustomerState, SubscriptionFacts
from saas_app.billing.takings import PaymentFacts


class Outcome(StrEnum):
    PART_REFUNDED = "part_refunded"
    FULLY_REFUNDED = "fully_refunded"
    INQUIRY = "inquiry"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


@dataclass(frozen=True, slots=True)
class Rule:
    """`alert` begins what staff are told; empty where there is nothing for them to do."""

    ends: bool = False
    alert: str = ""


RULES: Mapping[Outcome, Rule] = {
    Outcome.PART_REFUNDED: Rule(),
    Outcome.FULLY_REFUNDED: Rule(),
    Outcome.INQUIRY: Rule(alert="billing.dispute_inquiry:"),
    Outcome.DISPUTED: Rule(alert="billing.dispute_opened:"),
    Outcome.DISPUTE_WON: Rule(alert="billing.dispute_won:"),
    Outcome.DISPUTE_LOST: Rule(ends=True, alert="billing.dispute_lost:"),
}
_DISPUTES: Mapping[str, Outcome] = {
    "warning_needs_response": Outcome.INQUIRY,
    "warning_under_review": Outcome.INQUIRY,
    "needs_response": Outcome.DISPUTED,
    "under_review": Outcome.DISPUTED,
    "won": Outcome.DISPUTE_WON,
    "lost": Outcome.DISPUTE_LOST,
}


def of_payment(payment: PaymentFacts) -> Outcome | None:
    if not payment.refunded_cents:
        return None
    whole = payment.refunded_cents >= payment.amount_cents
    return Outcome.FULLY_REFUNDED if whole else Outcome.PART_REFUNDED


def of_dispute(status: str) -> Outcome | None:
    """None for an inquiry that was closed: nothing came of it."""
    return _DISPUTES.get(status)


def to_end(state: CustomerState) -> tuple[SubscriptionFacts, ...]:
    """The subscriptions that still run although the table ends them."""
    invoices = {dispute.invoice for dispute in state.takings.disputes if _ends(dispute.status)}
    invoices |= {
        p.invoice for p in state.takings.payments if (o := of_payment(p)) and RULES[o].ends
    }
    paid_for = {i.subscription for i in state.invoices if i.id in invoices and i.subscription}
    return tuple(
        s for s in state.subscriptions if s.id in paid_for and lifecycle.blocking([s]) is not None
    )


def alerts(state: CustomerState) -> tuple[str, ...]:
    """What staff are told, each once."""
    found = [(of_dispute(dispute.status), dispute.id) for dispute in state.takings.disputes]
    return tuple(
        f"{RULES[outcome].alert}{which}" for outcome, which in found if outcome is not None
    )


def to_refund(subscription: SubscriptionFacts, state: CustomerState) -> tuple[PaymentFacts, ...]:
    """What a subscription that should never have been cost, as far as it is not given back."""
    mine = {invoice.id for invoice in state.invoices if invoice.subscription == subscription.id}
    disputed = {dispute.payment for dispute in state.takings.disputes}
    return tuple(
        payment
        for payment in state.takings.payments
        if payment.invoice in mine
        and payment.status == "succeeded"
        and payment.refunded_cents < payment.amount_cents
        and payment.id not in disputed
    )


def _ends(status: str) -> bool:
    outcome = of_dispute(status)
    return outcome is not None and RULES[outcome].ends
