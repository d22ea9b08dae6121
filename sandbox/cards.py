"""The only cards the sandbox takes, and what each does; nobody should type a real one.

Numbers and outcomes are Stripe's public test cards (https://docs.stripe.com/testing).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Secure: TypeAlias = Literal["never", "first", "always"]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a card says no."""

    code: str
    decline_code: str | None
    message: str


GENERIC = Refusal(
    code="card_declined", decline_code="generic_decline", message="Your card was declined."
)
SWITCHED = Refusal(
    code="card_declined",
    decline_code="generic_decline",
    message="Your card was declined, as asked for in the control room.",
)
SWITCHED_ONCE = Refusal(
    code="card_declined",
    decline_code="try_again_later",
    message="Your card was declined this once, as asked for in the control room.",
)
NO_FUNDS = Refusal(
    code="card_declined",
    decline_code="insufficient_funds",
    message="Your card has insufficient funds.",
)
LOST = Refusal(
    code="card_declined", decline_code="lost_card", message="Your card was declined: reported lost."
)
STOLEN = Refusal(
    code="card_declined",
    decline_code="stolen_card",
    message="Your card was declined: reported stolen.",
)
EXPIRED = Refusal(code="expired_card", decline_code=None, message="Your card has expired.")
WRONG_CVC = Refusal(
    code="incorrect_cvc", decline_code=None, message="Your card's security code is incorrect."
)
PROCESSING = Refusal(
    code="processing_error",
    decline_code=None,
    message="The bank had a problem with the card. Trying again in a moment usually works.",
)
FRAUD = Refusal(
    code="card_declined", decline_code="fraudulent", message="Your card was blocked as risky."
)
UNAUTHENTICATED = Refusal(
    code="payment_intent_authentication_failure",
    decline_code=None,
    message="The bank could not confirm that it is you. Nothing was charged.",
)
NO_CARD = Refusal(
    code="missing",
    decline_code=None,
    message="There is no card to charge: the customer has no default payment method.",
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One test card: how it looks and how it behaves."""

    number: str
    alias: str
    label: str
    brand: str = "visa"
    attach: Refusal | None = None
    charge: Refusal | None = None
    secure: Secure = "never"
    disputes: bool = False

    @property
    def last4(self) -> str:
        """The digits shown to people."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number in groups of four."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


def _no(number: str, alias: str, label: str, refusal: Refusal) -> Card:
    return Card(number=number, alias=alias, label=label, attach=refusal, charge=refusal)


CARDS = (
    Card(number="4242424242424242", alias="pm_card_visa", label="Works"),
    Card(
        number="5555555555554444",
        alias="pm_card_mastercard",
        label="Works, Mastercard",
        brand="mastercard",
    ),
    Card(
        number="378282246310005",
        alias="pm_card_amex",
        label="Works, American Express",
        brand="amex",
    ),
    _no("4000000000000002", "pm_card_chargeDeclined", "Declined", GENERIC),
    _no(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "Insufficient funds",
        NO_FUNDS,
    ),
    _no("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "Reported lost", LOST),
    _no("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "Reported stolen", STOLEN),
    _no("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "Expired", EXPIRED),
    _no("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "Wrong CVC", WRONG_CVC),
    _no(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "Processing error",
        PROCESSING,
    ),
    Card(
        number="4000000000000341",
        alias="pm_card_chargeCustomerFail",
        label="Accepted now, every charge fails later",
        charge=GENERIC,
    ),
    Card(
        number="4000002500003155",
        alias="pm_card_authenticationRequiredOnSetup",
        label="Asks the bank the first time (3D Secure)",
        secure="first",
    ),
    Card(
        number="4000002760003184",
        alias="pm_card_authenticationRequired",
        label="Asks the bank every time (3D Secure)",
        secure="always",
    ),
    Card(
        number="4000000000003220",
        alias="pm_card_threeDSecure2Required",
        label="3D Secure 2 must be completed",
        secure="first",
    ),
    Card(
        number="4000008260003178",
        alias="pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        label="3D Secure, then insufficient funds",
        charge=NO_FUNDS,
        secure="always",
    ),
    Card(
        number="4000008400001629",
        alias="pm_card_threeDSecureRequiredChargeDeclined",
        label="3D Secure, then declined",
        charge=GENERIC,
        secure="always",
    ),
    Card(
        number="4000000000000259",
        alias="pm_card_createDispute",
        label="Works, then the customer disputes it",
        disputes=True,
    ),
    _no("4100000000000019", "pm_card_radarBlock", "Blocked as fraud", FRAUD),
)
_BY_NUMBER = {card.number: card for card in CARDS}
_BY_ALIAS = {card.alias: card for card in CARDS} | {
    "pm_card_visa_chargeDeclined": _BY_NUMBER["4000000000000002"],
    **{card.alias.replace("pm_card_", "tok_"): card for card in CARDS},
}


def by_number(number: str) -> Card | None:
    """The test card with this number, spaces or not."""
    return _BY_NUMBER.get("".join(number.split()))


def by_alias(alias: str) -> Card | None:
    """The test card behind `pm_card_…` or `tok_…`."""
    return _BY_ALIAS.get(alias)
