"""What billing asks of a payment processor, in our words. Knows no vendor and stores nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from saas_app.billing.changing import Changing, DiscountFacts, PendingUpdate, ScheduledChange
from saas_app.billing.takings import Takings
from saas_app.billing.wallet import Wallet, WalletFacts
from saas_app.plans.access import Status
from saas_app.plans.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    id: str
    livemode: bool
    workspace_key: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """One subscription as it is now. `price` is our lookup key, kept even when it moved on."""

    id: str
    customer: str
    status: Status
    created_at: datetime
    started_at: datetime
    workspace_key: str | None = None
    price: str | None = None
    interval: str | None = None
    amount_cents: int | None = None
    currency: str | None = None
    seats: int = 1
    trial_start_at: datetime | None = None
    trial_end_at: datetime | None = None
    period_start_at: datetime | None = None
    period_end_at: datetime | None = None
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    pause_reason: str | None = None
    resumes_at: datetime | None = None
    card: str | None = None  # its own payment method, where it does not follow the customer's
    item: str | None = None
    collection_method: str = "charge_automatically"
    schedule: str | None = None
    scheduled: ScheduledChange | None = None
    pending: PendingUpdate | None = None
    discounts: tuple[DiscountFacts, ...] = ()
    cancel_feedback: str | None = None
    cancel_comment: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    id: str
    customer: str
    status: str
    total_cents: int
    due_cents: int
    paid_cents: int
    currency: str
    created_at: datetime
    period_start_at: datetime
    period_end_at: datetime
    subscription: str | None = None
    number: str | None = None
    hosted_url: str | None = None
    pdf_url: str | None = None
    finalized_at: datetime | None = None
    paid_at: datetime | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    billing_reason: str | None = None
    fault: str | None = None  # why Stripe could not finalise it: mostly a place it cannot tax


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """A Checkout session. `url` is only there while somebody can still pay on it."""

    id: str
    status: str
    customer: str | None
    workspace_key: str | None
    url: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    card: str | None = None  # the one that was saved, where the page was for nothing else


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What a workspace wants to buy, ready to be put on a page."""

    customer: str
    workspace_key: str
    price: str
    seats: int
    trial_days: int | None
    without_card: str | None  # what a trial without a card becomes; None: a card is asked for
    promotion_codes: bool
    success_url: str
    cancel_url: str
    metadata: Mapping[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class CustomerState:
    """Everything about one customer at one moment: all subscriptions ever, the latest invoices."""

    customer: CustomerFacts
    subscriptions: tuple[SubscriptionFacts, ...]
    invoices: tuple[InvoiceFacts, ...]
    takings: Takings = field(default_factory=Takings)
    wallet: WalletFacts = field(default_factory=WalletFacts)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Whom a webhook concerns. What it claims about them is not here: we ask again."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    api_version: str | None
    customer: str | None
    payload: str
    payment: str | None = None  # where Stripe names no customer, whose payment it is about


@dataclass(frozen=True, slots=True)
class ThinEventFacts:
    """That something happened. What it was has to be asked for by the id."""

    id: str
    type: str
    livemode: bool


@dataclass(frozen=True, slots=True)
class UsageLost:
    """Readings that were taken and could not be counted, and why: how many of each reason.

    `examples` are the keys some of the readings were sent under, not all of them.
    """

    meter: str
    reasons: Mapping[str, int]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeterReading:
    """A use that Stripe is to bill. The same `identifier` twice counts once."""

    identifier: str
    event_name: str
    customer: str
    value: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ContractOrder:
    """A subscription at a price of its own, paid by invoice. `key` names it for ever."""

    customer: str
    workspace_key: str
    key: str
    name: str
    plan: str
    generation: int
    interval: str
    amount_cents: int
    currency: str
    days_until_due: int


class Gateway(Changing, Wallet, Protocol):
    """Every call may raise Unavailable (try again later) and, where nothing helps, a bug."""

    def create_customer(
        self, *, workspace_key: str, email: str, name: str, key: str
    ) -> CustomerFacts: ...

    def state(self, customer: str, *, every_invoice: bool = False) -> CustomerState | None:
        """None when the customer was deleted or never existed in this mode."""
        ...

    def customers(self) -> Iterator[CustomerFacts]:
        """Everybody at Stripe, page by page; also those of other products in the account."""
        ...

    def happened(self, since: datetime) -> Iterator["EventFacts"]:
        """What Stripe remembers of the types we listen to; thirty days, newest first."""
        ...

    def subscriptions(self, customer: str) -> tuple[SubscriptionFacts, ...]: ...

    def start_checkout(self, order: CheckoutOrder) -> CheckoutFacts:
        """Raises PriceMissing where the catalogue was never published."""
        ...

    def checkout(self, session: str) -> CheckoutFacts | None: ...

    def checkouts(self, customer: str) -> tuple[CheckoutFacts, ...]:
        """The customer's latest sessions, newest first."""
        ...

    def expire_checkout(self, session: str) -> None:
        """Nobody can pay on it any more; harmless when nobody could before."""
        ...

    def portal(self, customer: str, return_url: str) -> str: ...

    def start_contract(self, order: ContractOrder) -> str:
        """The subscription's id; asked again under the same key, the same one."""
        ...

    def read_meter(self, reading: MeterReading) -> None:
        """Raises MeterRefused for what Stripe will never take."""
        ...

    def usage_lost(self, event: str) -> UsageLost:
        """What a report of uncounted usage was about."""
        ...

    def delete_customer(self, customer: str) -> None:
        """Forget a payer; Stripe keeps their invoices. Harmless where they are gone already."""
        ...

    def publish(self, catalogue: Catalogue) -> list[str]:
        """Make products and prices equal to the catalogue; says what it changed, one line each."""
        ...

    def unpublished(self, catalogue: Catalogue) -> list[str]:
        """What `publish` would change; nothing where Stripe and the catalogue agree."""
        ...

    def endpoint(
        self, url: str, events: Sequence[str], *, known: str | None, any_will_do: bool
    ) -> "EndpointPublished":
        """`known` is the endpoint whose secret we keep; any will do where settings hold secrets."""
        ...

    def thin_endpoint(
        self, url: str, events: Sequence[str], *, known: str | None, any_will_do: bool
    ) -> "EndpointPublished":
        """As `endpoint`, for events that only say that something happened."""
        ...


@dataclass(frozen=True, slots=True)
class EndpointPublished:
    """The webhook endpoint in force. `secret` is only there when it was made just now."""

    id: str
    api_version: str
    livemode: bool
    secret: str | None
    changes: tuple[str, ...]


class NoGateway(RuntimeError):
    """Billing was asked to act before the wiring installed a gateway."""


_installed: Gateway | None = None


def install(gateway: Gateway | None) -> None:
    global _installed  # noqa: PLW0603 — one processor per process, chosen by the wiring
    _installed = gateway


def current() -> Gateway:
    if _installed is None:
        raise NoGateway
    return _installed
