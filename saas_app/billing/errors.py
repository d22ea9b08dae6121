"""The refusals of billing, each stating its fact."""

from saas_app.core.errors import Conflict, Invalid, NotFound, SaasError, Unavailable
from saas_app.plans.access import Status

BILLING_PAGE = "/settings/billing"


class AlreadySubscribed(Conflict):
    """A second purchase beside a subscription that is alive, or that one payment would revive."""

    code = "already_subscribed"

    def __init__(self, status: Status | None) -> None:
        what = {
            Status.PAST_DUE: "a subscription whose last payment failed: mend the card first",
            Status.UNPAID: "a subscription with an unpaid invoice: pay it to go on",
            Status.PAUSED: "a paused subscription: add a card to go on",
        }.get(status or Status.ACTIVE, "a subscription that is running")
        super().__init__(
            f"This workspace already has {what}. Nothing was ordered or charged. "
            "Open Billing to see and change it.",
            link=BILLING_PAGE,
            subscription_status=status,
        )


class OtherCurrency(Conflict):
    code = "other_currency"

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"This workspace has paid in {currency.upper()} before and cannot change its currency. "
            "Nothing was charged. Write to us and we will find a way.",
            currency=currency,
        )


class PromotionRefused(Invalid):
    """A promotion code that Stripe does not take; the reason is in its own words."""

    code = "promotion_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"That code was not used, and nothing was changed or charged. {reason}",
            fields={"code": reason},
        )


class CannotPause(Conflict):
    code = "cannot_pause"

    def __init__(self) -> None:
        super().__init__(
            "This plan cannot be paused as it stands. Nothing was changed; you can cancel it and "
            "come back whenever you like.",
            link=BILLING_PAGE,
        )


class ByContract(Conflict):
    code = "by_contract"

    def __init__(self) -> None:
        super().__init__(
            "Your plan runs by contract, so it ends as the contract says. Nothing was changed; "
            "write to us and we will find a way.",
            link="/enterprise",
        )


class NoSubscription(NotFound):
    code = "no_subscription"

    def __init__(self) -> None:
        super().__init__(
            "This workspace has no running subscription. Nothing was changed.", link="/pricing"
        )


class NotConfigured(Unavailable):
    """Our own set-up is wrong (keys, prices): the person can do nothing, the operator must."""

    code = "payments_not_configured"

    def __init__(self) -> None:
        super().__init__(
            "Payments are not set up correctly on our side. Nothing was charged and nothing was "
            "changed; we have been told. Please try again later."
        )


class PriceMissing(NotConfigured):
    """The catalogue names a price that Stripe does not have: `plans apply` was never run."""


class StripeUnavailable(Unavailable):
    code = "payments_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "The payment service does not answer at the moment. Nothing was changed here; "
            "please try again in a minute."
        )


class BadWebhook(SaasError):
    """Not signed by Stripe, too old, from the future, or not an event: answered 400, kept nowhere."""

    code = "bad_webhook"


class WrongSignature(BadWebhook):
    """As its parent; of all the reasons the one that may only mean that our secrets are old."""


class CardDeclined(Conflict):
    """`said` is the bank's own sentence, as Stripe passes it on."""

    code = "card_declined"

    def __init__(self, said: str) -> None:
        super().__init__(
            f"The payment did not go through. {said} Nothing was charged and nothing was lost. "
            "Use another card on the billing page, or ask your bank.".replace("  ", " "),
            link=BILLING_PAGE,
        )


class TaxIdRefused(Invalid):
    code = "tax_id_refused"

    def __init__(self, said: str) -> None:
        sentence = f"That number was not accepted. {said} Nothing was changed.".replace("  ", " ")
        super().__init__(sentence, fields={"value": sentence})


class MeterRefused(Exception):
    """Stripe will never take this reading: the customer is gone, or it is too old. Nothing to retry."""


class OnlyCard(Conflict):
    code = "only_card"

    def __init__(self) -> None:
        super().__init__(
            "This is the only card, and your subscription is charged to it. Nothing was changed. "
            "Add another card first, or cancel the subscription."
        )


class CardInUse(Conflict):
    code = "card_in_use"

    def __init__(self) -> None:
        super().__init__(
            "Your subscription is charged to this card. Nothing was changed. "
            "Choose another card to be charged, then remove this one."
        )
