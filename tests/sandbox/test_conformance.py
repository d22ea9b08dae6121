"""Everything the sandbox says, held against Stripe's own document."""

import json
from typing import Any

import pytest
import stripe

from sandbox.api.server import ENDPOINTS
from tests.support import stripe_oracle
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

# Parameters newer than the document, which is one API version behind the SDK.
NEWER = {
    "allowed_payment_method_types",  # replaced payment_method_types in 2026-09-30.endive
    "payment_behavior",  # on resume, since 2026-09-30.endive
}


class Listening(stripe.RequestsClient):
    """The SDK's own client, remembering every answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Any] = []

    def request(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().request(*args, **kwargs)
        self.answers.append(json.loads(answer[0]))
        return answer


def walk_through_everything(shop: Shop, sandbox: Sandbox) -> None:
    """Every endpoint, every path of the lifecycle, so that every shape is spoken once."""
    v1, price = shop.v1, shop.price(lookup_key="pro_monthly", nickname="Pro")
    yearly = shop.price(29000, "year")
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    v1.webhook_endpoints.list()
    v1.accounts.retrieve_current()
    v1.products.list({"active": True})
    v1.products.update(price.product, {"description": "15 symbols", "metadata": {"a": "b"}})
    v1.prices.list({"lookup_keys": ["pro_monthly"], "expand": ["data.product"]})
    customer = shop.customer(address={"city": "Berlin", "country": "DE"})
    for trial in (14, None):
        session = shop.checkout(price.id, customer=customer.id, trial=trial)
        sandbox.complete_checkout(session.id)
        expand = ["line_items", "subscription.latest_invoice", "customer", "invoice"]
        v1.checkout.sessions.retrieve(session.id, {"expand": expand})
    v1.checkout.sessions.expire(shop.checkout(price.id).id)
    v1.checkout.sessions.line_items.list(session.id)
    setup = v1.checkout.sessions.create(
        {"mode": "setup", "customer": customer.id, "success_url": "http://localhost/"}
    )
    done = sandbox.complete_checkout(setup.id)["session"]
    v1.setup_intents.retrieve(done["setup_intent"], {"expand": ["payment_method"]})
    v1.customers.payment_methods.list(customer.id)
    expand = ["data.latest_invoice.payments", "data.latest_invoice.confirmation_secret"]
    found = v1.subscriptions.list({"status": "all", "expand": expand}).data
    active = next(each for each in found if each.status == "active")
    v1.subscriptions.retrieve(active.id, {"expand": ["customer", "default_payment_method"]})
    v1.invoices.create_preview({"subscription": active.id})
    change = {"items": [{"id": active.items.data[0].id, "price": yearly.id}]}
    v1.invoices.create_preview({"subscription": active.id, "subscription_details": change})
    v1.subscriptions.update(active.id, {**change, "proration_behavior": "always_invoice"})
    v1.subscriptions.update(active.id, {"cancel_at_period_end": True})
    v1.subscriptions.update(active.id, {"cancel_at_period_end": False})
    v1.subscriptions.update(active.id, {"cancel_at": "min_period_end"})
    v1.subscriptions.update(active.id, {"cancel_at": ""})
    v1.subscription_items.list({"subscription": active.id})
    for behavior in ("cancel", "pause", "create_invoice"):
        settings = {"end_behavior": {"missing_payment_method": behavior}}
        shop.subscribe(price.id, None, trial_period_days=5, trial_settings=settings)
    failing = shop.subscribe(price.id, "pm_card_visa")
    shop.give_card(failing.customer, "pm_card_chargeCustomerFail")
    bank = shop.subscribe(price.id, "pm_card_visa")
    shop.give_card(bank.customer, "pm_card_authenticationRequired")
    portal = v1.billing_portal.sessions.create({"customer": customer.id})
    v1.billing_portal.configurations.update(portal.configuration, {"name": "Default"})
    sandbox.advance("60d")
    v1.subscriptions.list({"status": "all", "limit": 100, "expand": ["data.latest_invoice"]})
    for invoice in v1.invoices.list({"limit": 100, "expand": ["data.payments"]}).data:
        v1.invoices.line_items.list(invoice.id)
    open_one = v1.invoices.list({"status": "open"}).data[0]
    v1.invoices.void_invoice(open_one.id)
    v1.invoice_payments.list({"invoice": open_one.id})
    for intent in v1.payment_intents.list({"limit": 100}).data:
        v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge", "payment_method"]})
    v1.subscriptions.cancel(active.id)
    v1.customers.delete(failing.customer)
    v1.customers.retrieve(failing.customer)
    shop.events()


def test_every_object_and_every_event_is_as_stripe_documents_it(sandbox: Sandbox) -> None:
    listening = Listening()
    walk_through_everything(Shop(sandbox, listening), sandbox)

    faults = {fault for answer in listening.answers for fault in stripe_oracle.faults(answer)}

    assert not faults, "\n".join(sorted(faults))


@pytest.mark.parametrize("spoil", [{"status": "resting"}, {"created": None}, {"mood": "good"}])
def test_the_judge_notices_a_wrong_word_a_wrong_null_and_an_unknown_key(
    shop: Shop, spoil: dict[str, Any]
) -> None:
    body = json.loads(str(shop.subscribe(shop.price().id)))

    assert not stripe_oracle.faults(body)
    assert stripe_oracle.faults({**body, **spoil})
    event = {"object": "event", "type": "x", "data": {"object": {**body, **spoil}}}
    assert len(stripe_oracle.faults(event)) > len(
        stripe_oracle.faults({**event, "data": {"object": body}})
    )


def test_the_walk_spoke_of_every_event_the_sandbox_knows(sandbox: Sandbox) -> None:
    shop = Shop(sandbox)
    walk_through_everything(shop, sandbox)

    assert set(shop.event_types()) >= {
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.upcoming",
        "invoice.voided",
        "payment_method.attached",
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_the_sandbox_takes_no_parameter_that_stripe_does_not_know(endpoint: Any) -> None:
    known = stripe_oracle.request_keys(endpoint.method, _documented(endpoint.path))

    assert set(endpoint.takes) - known - NEWER == set()


def _documented(path: str) -> str:
    """The path with the name Stripe's document gives to its one id."""
    paths = stripe_oracle.document()["paths"]
    whole = f"/v1{path}"
    for each in paths:
        parts, own = each.split("/"), whole.split("/")
        same = len(parts) == len(own) and all(
            a == b or (b == "{id}" and a.startswith("{")) for a, b in zip(parts, own, strict=True)
        )
        if same:
            return each
    raise AssertionError(f"Stripe has no {whole}")
