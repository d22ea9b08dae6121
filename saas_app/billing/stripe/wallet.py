"""Cards, addresses, tax numbers and refunds as requests to Stripe. Decides nothing."""

from typing import Any, cast

import stripe

from saas_app.billing.errors import CardDeclined, TaxIdRefused
from saas_app.billing.stripe.errors import expected, told
from saas_app.billing.wallet import PayerFacts

# Nothing is left to give back: it was, or the bank has taken it.
_ALREADY_BACK = frozenset({"charge_already_refunded", "charge_disputed"})


class StripeWallet:
    """A part of StripeGateway: it brings the client."""

    _v1: Any

    def start_setup(
        self, *, customer: str, workspace_key: str, success_url: str, cancel_url: str, key: str
    ) -> str:
        with expected():
            made = self._v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "client_reference_id": workspace_key,
                    "allowed_payment_method_types": ["card"],
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                    "metadata": {"workspace": workspace_key},
                },
                {"idempotency_key": key},
            )
        return made.url

    def set_default_card(self, customer: str, card: str, subscriptions: tuple[str, ...]) -> None:
        with expected():
            self._v1.customers.update(
                customer, {"invoice_settings": {"default_payment_method": card}}
            )
            for subscription in subscriptions:
                self._v1.subscriptions.update(subscription, {"default_payment_method": card})

    def detach_card(self, card: str) -> None:
        with expected():
            self._v1.payment_methods.detach(card)

    def update_payer(self, customer: str, payer: PayerFacts) -> None:
        address = {
            part: getattr(payer, part)
            for part in ("line1", "line2", "city", "state", "postal_code", "country")
        }
        with expected():
            self._v1.customers.update(
                customer, {"name": payer.name, "email": payer.email, "address": address}
            )

    def add_tax_id(self, customer: str, *, kind: str, value: str) -> None:
        try:
            with told():
                self._v1.customers.tax_ids.create(
                    customer, cast("Any", {"type": kind, "value": value})
                )
        except stripe.InvalidRequestError as refused:
            raise TaxIdRefused(refused.user_message or "") from refused

    def remove_tax_id(self, customer: str, tax_id: str) -> None:
        with expected():
            self._v1.customers.tax_ids.delete(customer, tax_id)

    def refund(self, payment: str, *, amount_cents: int | None, reason: str, key: str) -> None:
        asked: dict[str, Any] = {"payment_intent": payment, "reason": reason}
        if amount_cents is not None:
            asked["amount"] = amount_cents
        try:
            with expected():
                self._v1.refunds.create(asked, {"idempotency_key": key})
        except stripe.InvalidRequestError as refused:
            if refused.code not in _ALREADY_BACK:
                raise

    def pay_invoice(self, invoice: str) -> None:
        try:
            with expected():
                self._v1.invoices.pay(invoice)
        except stripe.CardError as declined:
            raise CardDeclined(declined.user_message or "") from declined
