"""What is owed and what is told while it is: from the first failure to the end. Pure: facts in, answers out.

Nothing is deleted at any step. Access follows its own rule: it lasts for the grace, whatever is told here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LAST_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Debt:
    """The oldest invoice that waits for money, and what became of the latest attempt."""

    invoice: str
    due_cents: int
    currency: str
    attempts: int = 0
    next_attempt_at: datetime | None = None
    needs_bank: bool = False  # only the customer can go on, at their bank
    failure: str | None = None
    pay_url: str = ""


class Step(StrEnum):
    ACTION_REQUIRED = "action_required"
    PAYMENT_FAILED = "payment_failed"
    RETRY_FAILED = "retry_failed"
    GRACE_ENDING = "grace_ending"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Moment:
    """`since` is when the money first failed to come; `unpaid`: Stripe gave up but kept the invoice."""

    since: datetime
    now: datetime
    grace: timedelta
    debt: Debt | None
    first_seen: bool
    unpaid: bool = False


def steps(moment: Moment) -> tuple[tuple[Step, str], ...]:
    """What is due to be told now, each with what names it for ever beside the subscription."""
    since, debt = moment.since.isoformat(), moment.debt
    over = moment.now >= moment.since + moment.grace
    asks_bank = debt is not None and debt.needs_bank
    table: tuple[tuple[bool, Step, str], ...] = (
        (asks_bank and not over and not moment.unpaid, Step.ACTION_REQUIRED, since),
        (
            moment.first_seen and not moment.unpaid and not asks_bank,
            Step.PAYMENT_FAILED,
            since,
        ),
        (
            debt is not None
            and debt.attempts > 1
            and not (over or moment.unpaid or moment.first_seen),
            Step.RETRY_FAILED,
            f"{since}:{debt.attempts if debt else 0}",
        ),
        (
            not over and not moment.unpaid and moment.now >= moment.since + moment.grace - LAST_DAY,
            Step.GRACE_ENDING,
            since,
        ),
        (over or moment.unpaid, Step.LAPSED, since),
    )
    return tuple((step, key) for due, step, key in table if due)


def oldest(debts: Iterable[tuple[datetime, Debt]]) -> Debt | None:
    """The one to pay first: Stripe collects the others by itself afterwards."""
    return min(debts, key=lambda each: (each[0], each[1].invoice), default=(None, None))[1]
