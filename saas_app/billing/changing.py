"""What billing asks of a payment processor about a subscription that runs: another price, another end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DiscountFacts:
    """One discount that runs. Either a percentage or an amount; `ends_at` None: for ever or once."""

    id: str
    name: str
    code: str | None = None
    percent_off: float | None = None
    amount_off_cents: int | None = None
    currency: str | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion code and what it takes off. `once`: from one invoice only."""

    id: str
    code: str
    percent_off: float | None = None
    amount_off_cents: int | None = None
    currency: str | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A change that counts once its invoice is paid, and never happened when it is not."""

    price: str | None
    seats: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """What a subscription becomes when its period ends, by a schedule that can be released."""

    schedule: str
    price: str | None
    seats: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """Another price or number of seats, from `at` on. `charges`: the difference is billed now.

    Without it nothing is billed or credited, which is what a trial is. Where only the seats
    change, `price` is None: a price that is no longer sold stays whose it is.
    """

    subscription: str
    item: str
    price: str | None
    seats: int
    at: datetime
    charges: bool
    # A promotion code by Stripe's name for it, and the discounts that stay beside it.
    promotion: str | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleOrder:
    """Another price or number of seats when the running period ends; `interval` is the new one's."""

    subscription: str
    price: str | None
    seats: int
    interval: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    description: str
    amount_cents: int
    proration: bool
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class InvoicePreview:
    """What an invoice would say. `due_cents` is what a card is charged, after any balance."""

    currency: str
    lines: tuple[PreviewLine, ...]
    subtotal_cents: int
    discount_cents: int
    tax_cents: int
    total_cents: int
    due_cents: int


class Feedback(StrEnum):
    """Stripe's words for why somebody leaves."""

    TOO_EXPENSIVE = "too_expensive"
    MISSING_FEATURES = "missing_features"
    SWITCHED_SERVICE = "switched_service"
    UNUSED = "unused"
    TOO_COMPLEX = "too_complex"
    LOW_QUALITY = "low_quality"
    CUSTOMER_SERVICE = "customer_service"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CancelReason:
    """`comment` is in the person's own words."""

    feedback: Feedback | None = None
    comment: str | None = None


class Changing(Protocol):
    """Every call may raise what the gateway's own may."""

    def preview(self, order: ChangeOrder) -> InvoicePreview:
        """The invoice this change would bring now. Changes nothing. Raises PromotionRefused."""
        ...

    def change(self, order: ChangeOrder, *, key: str) -> None:
        """Make the change; one that cannot be paid at once waits as a pending update."""
        ...

    def promotion(self, code: str) -> Promotion | None:
        """What is behind the code people type; None for one that is not in force."""
        ...

    def redeem(self, subscription: str, promotion: str, *, kept: tuple[str, ...], key: str) -> None:
        """Put the code on a subscription as it runs. Raises PromotionRefused with the reason."""
        ...

    def schedule_change(self, order: ScheduleOrder, *, key: str) -> None:
        """Have the change made when the period ends; until then all stays, discounts included."""
        ...

    def release(self, schedule: str) -> None:
        """Take a schedule off its subscription, which goes on as it is. Harmless where it is off."""
        ...

    def set_seats(self, item: str, seats: int) -> None:
        """Make the quantity so; the difference comes with the next invoice."""
        ...

    def pause(self, subscription: str) -> None:
        """Rest from now on; what was paid and not used becomes the customer's credit."""
        ...

    def wake(self, subscription: str, *, key: str) -> None:
        """Begin a new period now; it goes on resting until that is paid."""
        ...

    def cancel_at_period_end(
        self, subscription: str, *, reason: CancelReason | None = None
    ) -> None: ...

    def cancel_now(self, subscription: str, *, reason: CancelReason | None = None) -> None: ...

    def keep(self, subscription: str, *, scheduled_by_date: bool) -> None:
        """Take a scheduled end back, in the form it was asked for."""
        ...
