"""A shop for tests: the real SDK pointed at a sandbox, with the verbs a lifecycle test needs."""

from typing import Any

import stripe

from tests.support.sandbox_process import Sandbox


class Shop:
    """Products, customers and subscriptions in a few words."""

    def __init__(self, sandbox: Sandbox, http_client: stripe.HTTPClient | None = None) -> None:
        self.sandbox = sandbox
        self.client = stripe.StripeClient(
            "sk_test_shop", base_addresses=sandbox.base_addresses, http_client=http_client
        )
        self.v1 = self.client.v1

    def price(self, cents: int = 2900, interval: str = "month", **more: Any) -> stripe.Price:
        product = self.v1.products.create({"name": more.pop("name", "Pro")})
        return self.v1.prices.create(
            {
                "product": product.id,
                "currency": "usd",
                "unit_amount": cents,
                "recurring": {"interval": interval},
                **more,
            }
        )

    def customer(self, card: str | None = None, **more: Any) -> stripe.Customer:
        customer = self.v1.customers.create({"email": "ada@example.com", **more})
        if card:
            self.give_card(customer.id, card)
        return customer

    def give_card(self, customer: str, card: str) -> str:
        method = self.v1.payment_methods.attach(card, {"customer": customer})
        settings = {"default_payment_method": method.id}
        self.v1.customers.update(customer, {"invoice_settings": settings})
        return method.id

    def checkout(self, price: str, **more: Any) -> stripe.checkout.Session:
        data = {"trial_period_days": more.pop("trial")} if more.get("trial") else {}
        more.pop("trial", None)
        return self.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "line_items": [{"price": price, "quantity": 1}],
                "success_url": "http://localhost:8000/ok?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "http://localhost:8000/no",
                "subscription_data": {**data, **more.pop("subscription_data", {})},
                **more,
            }
        )

    def subscribe(self, price: str, card: str | None = "pm_card_visa", **more: Any) -> Any:
        customer = more.pop("customer", None) or self.customer(card).id
        return self.v1.subscriptions.create(
            {"customer": customer, "items": [{"price": price}], **more}
        )

    def subscription(self, subscription: str) -> Any:
        return self.v1.subscriptions.retrieve(subscription, {"expand": ["latest_invoice"]})

    def events(self, *prefixes: str) -> list[stripe.Event]:
        """Oldest first."""
        found = list(self.v1.events.list({"limit": 100}).auto_paging_iter())[::-1]
        return [e for e in found if not prefixes or e.type.startswith(prefixes)]

    def event_types(self, *prefixes: str) -> list[str]:
        return [event.type for event in self.events(*prefixes)]
