"""How a customer pays and who they are on paper: cards, address, tax numbers. In our words; stores nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CardFacts:
    """One payment method. What is no card has neither brand nor expiry."""

    id: str
    kind: str
    created_at: datetime
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """What stands on an invoice. Empty text where nothing is known."""

    name: str = ""
    email: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class TaxIdFacts:
    id: str
    kind: str
    value: str
    created_at: datetime
    status: str = ""


@dataclass(frozen=True, slots=True)
class WalletFacts:
    """`default` is the customer's; a subscription may name a card of its own, which wins."""

    payer: PayerFacts = PayerFacts()
    cards: tuple[CardFacts, ...] = ()
    tax_ids: tuple[TaxIdFacts, ...] = ()
    default: str | None = None


class Wallet(Protocol):
    """The part of the gateway that handles them. Raises as the gateway does."""

    def start_setup(
        self, *, customer: str, workspace_key: str, success_url: str, cancel_url: str, key: str
    ) -> str:
        """The address of a page that takes a card without charging it."""
        ...

    def set_default_card(self, customer: str, card: str, subscriptions: tuple[str, ...]) -> None:
        """Charge this card from now on, the subscriptions that had a wish of their own included."""
        ...

    def detach_card(self, card: str) -> None: ...

    def update_payer(self, customer: str, payer: PayerFacts) -> None: ...

    def add_tax_id(self, customer: str, *, kind: str, value: str) -> None:
        """Raises Invalid for a number that Stripe does not take."""
        ...

    def remove_tax_id(self, customer: str, tax_id: str) -> None: ...

    def refund(self, payment: str, *, amount_cents: int | None, reason: str, key: str) -> None:
        """Give back what was paid, or part of it. Asking again under the same key gives back once."""
        ...

    def pay_invoice(self, invoice: str) -> None:
        """Try to collect it now. Raises CardDeclined with the bank's words."""
        ...
