"""Billing's gateway on Stripe: turns our words into requests and answers into our words. Decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from saas_app.billing import events
from saas_app.billing.errors import MeterRefused, NotConfigured
from saas_app.billing.gateway import (
    CheckoutFacts,
    CheckoutOrder,
    ContractOrder,
    CustomerFacts,
    CustomerState,
    EndpointPublished,
    EventFacts,
    MeterReading,
    SubscriptionFacts,
    UsageLost,
)
from saas_app.billing.stripe import catalogue as stripe_catalogue
from saas_app.billing.stripe import (
    client,
    endpoints,
    mapping,
    metering,
    money,
    schedules,
    thin_endpoints,
    webhooks,
)
from saas_app.billing.stripe.changes import Changes
from saas_app.billing.stripe.errors import Gone, expected, told
from saas_app.billing.stripe.wallet import StripeWallet
from saas_app.core import logs
from saas_app.core.settings import settings
from saas_app.plans.catalogue import CONTRACT, Catalogue

_PAGE = 100
_INVOICES = 24
_SESSIONS = 10
# What we would otherwise have to ask for one by one. A schedule's prices lie too deep for this.
_WHOLE = ("data.discounts.promotion_code", "data.discounts.source.coupon")

_log = logs.get(__name__)


class StripeGateway(Changes, StripeWallet):
    """Safe to share between threads: the client keeps no state between calls."""

    def __init__(self, stripe_client: stripe.StripeClient | None = None) -> None:
        super().__init__(stripe_client or client.made())

    def create_customer(
        self, *, workspace_key: str, email: str, name: str, key: str
    ) -> CustomerFacts:
        with expected():
            made = self._v1.customers.create(
                {"email": email, "name": name, "metadata": {"workspace": workspace_key}},
                {"idempotency_key": key},
            )
        facts = mapping.customer(made.to_dict())
        if facts is None:
            raise NotConfigured  # an idempotency key answered with a customer that is gone
        return facts

    def state(self, customer: str, *, every_invoice: bool = False) -> CustomerState | None:
        try:
            with told():
                body = self._v1.customers.retrieve(
                    customer, {"expand": money.EXPANDED_CUSTOMER}
                ).to_dict()
        except Gone:
            return None
        facts = mapping.customer(body)
        if facts is None:
            return None
        subscriptions = self.subscriptions(customer)
        invoices = self._invoices(customer, every=every_invoice)
        with expected():
            return CustomerState(
                facts,
                subscriptions,
                tuple(mapping.invoice(each) for each in invoices),
                takings=money.takings(
                    self._v1,
                    customer,
                    invoices,
                    all_of_them=every_invoice or len(invoices) < _INVOICES,
                ),
                wallet=money.wallet(self._v1, body),
            )

    def customers(self) -> Iterator[CustomerFacts]:
        with expected():
            for body in _every(self._v1.customers.list({"limit": _PAGE})):
                if facts := mapping.customer(body):
                    yield facts

    def happened(self, since: datetime) -> Iterator[EventFacts]:
        with expected():
            # Stripe takes at most twenty names in `types`; we listen to more.
            listed = self._v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": _PAGE}
            )
            for body in _every(listed):
                if body["type"] in events.KNOWN:
                    yield webhooks.facts(body)

    def subscriptions(self, customer: str) -> tuple[SubscriptionFacts, ...]:
        with expected():
            listed = self._v1.subscriptions.list(
                {"customer": customer, "status": "all", "limit": _PAGE, "expand": [*_WHOLE]}
            )
            return tuple(mapping.subscription(self._scheduled(body)) for body in _every(listed))

    def start_checkout(self, order: CheckoutOrder) -> CheckoutFacts:
        with expected():
            made = self._v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "customer": order.customer,
                    "client_reference_id": order.workspace_key,
                    "line_items": [{"price": self._price(order.price), "quantity": order.seats}],
                    "allowed_payment_method_types": ["card"],
                    "payment_method_collection": "if_required" if order.without_card else "always",
                    "allow_promotion_codes": order.promotion_codes,
                    "success_url": order.success_url,
                    "cancel_url": order.cancel_url,
                    "metadata": dict(order.metadata),
                    "subscription_data": _subscription_data(order),
                    # What somebody types on the page is kept for their invoices.
                    "customer_update": {"address": "auto", "name": "auto"},
                    **_taxes(),
                },
                {"idempotency_key": order.key},
            )
        return mapping.checkout(made.to_dict())

    def checkout(self, session: str) -> CheckoutFacts | None:
        try:
            with told():
                found = self._v1.checkout.sessions.retrieve(session, {"expand": ["setup_intent"]})
                return mapping.checkout(found.to_dict())
        except Gone:
            return None

    def checkouts(self, customer: str) -> tuple[CheckoutFacts, ...]:
        with expected():
            listed = self._v1.checkout.sessions.list({"customer": customer, "limit": _SESSIONS})
        return tuple(mapping.checkout(each.to_dict()) for each in listed.data)

    def expire_checkout(self, session: str) -> None:
        try:
            with told():
                self._v1.checkout.sessions.expire(session)
        except stripe.InvalidRequestError:
            # Stripe only expires open ones: paid or expired in the meantime, it is closed anyway.
            facts = self.checkout(session)
            if facts and facts.url:
                raise

    def portal(self, customer: str, return_url: str) -> str:
        with expected():
            made = self._v1.billing_portal.sessions.create(
                {"customer": customer, "return_url": return_url}
            )
        return made.url

    def start_contract(self, order: ContractOrder) -> str:
        mark = {"workspace": order.workspace_key, "contract": order.key}
        lookup_key = f"{CONTRACT}{order.plan}:{order.generation}:{order.key}"
        interval: Any = order.interval
        with expected():
            # Looked for first: Stripe forgets an idempotency key after a day, and a try may be older.
            known = self._v1.prices.list({"lookup_keys": [lookup_key]}).data
            price = (
                known[0]
                if known
                else self._v1.prices.create(
                    {
                        "currency": order.currency,
                        "unit_amount": order.amount_cents,
                        "recurring": {"interval": interval},
                        "product_data": {"name": order.name, "metadata": mark},
                        "lookup_key": lookup_key,
                        "metadata": {**mark, "lookup_key": lookup_key},
                    },
                    {"idempotency_key": f"contract-price:{order.key}"},
                )
            )
            there = self._v1.subscriptions.list(
                {"customer": order.customer, "price": price.id, "status": "all"}
            ).data
            if there:
                return there[0].id
            begun = self._v1.subscriptions.create(
                {
                    "customer": order.customer,
                    "items": [{"price": price.id}],
                    "collection_method": "send_invoice",
                    "days_until_due": order.days_until_due,
                    "metadata": mark,
                },
                {"idempotency_key": f"contract:{order.key}"},
            )
        return begun.id

    def read_meter(self, reading: MeterReading) -> None:
        try:
            with told():
                event: Any = metering.event(reading)
                self._v1.billing.meter_events.create(
                    event, {"idempotency_key": metering.key(reading)}
                )
        except (Gone, stripe.InvalidRequestError) as refused:
            raise MeterRefused(str(refused)) from refused

    def usage_lost(self, event: str) -> UsageLost:
        with expected():
            found = self._client.v2.core.events.retrieve(event)
        return metering.lost(found.to_dict())

    def delete_customer(self, customer: str) -> None:
        try:
            with told():
                self._v1.customers.delete(customer)
        except Gone:
            _log.info("stripe.customer_already_gone", customer=customer)

    def publish(self, catalogue: Catalogue) -> list[str]:
        with expected():
            return stripe_catalogue.publish(self._client, catalogue)

    def unpublished(self, catalogue: Catalogue) -> list[str]:
        with expected():
            return stripe_catalogue.unpublished(self._client, catalogue)

    def endpoint(
        self, url: str, events: Sequence[str], *, known: str | None, any_will_do: bool
    ) -> EndpointPublished:
        with expected():
            return endpoints.publish(
                self._client, url, events, known=known, any_will_do=any_will_do
            )

    def thin_endpoint(
        self, url: str, events: Sequence[str], *, known: str | None, any_will_do: bool
    ) -> EndpointPublished:
        with expected():
            return thin_endpoints.publish(
                self._client, url, events, known=known, any_will_do=any_will_do
            )

    def _invoices(self, customer: str, *, every: bool) -> list[dict[str, Any]]:
        limit = _PAGE if every else _INVOICES
        with expected():
            listed = self._v1.invoices.list(
                {"customer": customer, "limit": limit, "expand": money.EXPANDED_INVOICES}
            )
            return list(_every(listed)) if every else [each.to_dict() for each in listed.data]

    def _scheduled(self, subscription: dict[str, Any]) -> dict[str, Any]:
        """With its schedule in place of the schedule's id, where it has one."""
        if not subscription.get("schedule"):
            return subscription
        schedule = schedules.read(self._client, subscription["schedule"])
        return {**subscription, "schedule": schedule}


def _subscription_data(order: CheckoutOrder) -> Any:
    data: dict[str, Any] = {"metadata": dict(order.metadata)}
    if order.trial_days:
        data["trial_period_days"] = order.trial_days
        data["trial_settings"] = {
            "end_behavior": {"missing_payment_method": order.without_card or "create_invoice"}
        }
    return data


def _taxes() -> Any:
    """Only where it is set up: without a place to tax at, Stripe refuses the page."""
    if not settings().automatic_tax:
        return {}
    return {"automatic_tax": {"enabled": True}, "tax_id_collection": {"enabled": True}}


def _every(listed: Any) -> Iterable[dict[str, Any]]:
    return (each.to_dict() for each in listed.auto_paging_iter())
