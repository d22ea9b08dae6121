"""All we ask of Stripe, judged by Stripe's document and the SDK's types; what it answers, too.

What every other test of billing makes us ask is judged as well: see `conftest.heard`.
"""

import dataclasses

import pytest

from saas_app.billing import gateway, offer
from saas_app.billing.gateway import CheckoutOrder
from saas_app.billing.stripe import client
from saas_app.billing.stripe.gateway import StripeGateway
from tests.support import gateway_walk, judging, request_oracle, sdk_types
from tests.support.gateway_walk import Noticing


@pytest.fixture
def code(stripe_world) -> None:
    v1 = client.made().v1
    coupon = v1.coupons.create({"percent_off": 10, "duration": "forever"})
    v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": gateway_walk.CODE}
    )


@pytest.mark.parametrize("taxed", [False, True])
def test_every_act_of_the_gateway_asks_what_stripe_and_its_sdk_know(
    stripe_world, configured, code, heard, taxed
):
    configured.automatic_tax = taxed
    ours = Noticing(StripeGateway(), heard)
    gateway_walk.through_everything(ours, stripe_world, offer.catalogue())
    assert gateway_walk.acts() - ours.reached == set()
    assert {fault for each in heard for fault in judging.faults(each)} == set()


def test_the_walk_notices_an_act_that_was_not_taken(stripe_world, heard):
    ours = Noticing(StripeGateway(), heard)
    ours.customers()
    assert ours.reached == {"customers"}
    assert gateway_walk.acts() > {"customers", "preview", "refund", "endpoint"}


SESSION = ("POST", "/v1/checkout/sessions")
UPDATE = ("POST", "/v1/subscriptions/sub_1")
SPOILED = [
    (*SESSION, {"mode": "subscription", "payment_method_types": ["card"]}, "newest SDK only"),
    (*SESSION, {"mode": "subscribe"}, "both"),
    (*SESSION, {"mode": "payment", "line_items": [{"prices": "price_1"}]}, "both"),
    (*SESSION, {"mode": "payment", "allowed_payment_method_types": ["crad"]}, "newest SDK only"),
    (*UPDATE, {"coupon": "c"}, "both"),
    (*UPDATE, {"items": [{"id": "si_1", "quantity": "many"}]}, "both"),
    (*UPDATE, {"proration_behavior": "sometimes"}, "both"),
    (*UPDATE, {"cancellation_details": {"feedback": "bored"}}, "both"),
    ("POST", "/v1/subscriptions/sub_1/resume", {"billing_cycle_anchor": "now"}, "newest SDK only"),
    ("GET", "/v1/invoices", {"customer": "cus_1", "sort": "up"}, "both"),
    ("GET", "/v1/events", {"created": {"since": "1"}}, "both"),
    ("POST", "/v1/prices", {"unit_amount": "100"}, "both"),
    ("POST", "/v1/charges/ch_1/undo", {}, "both"),
]


@pytest.mark.parametrize(("method", "path", "params", "who"), SPOILED)
def test_a_spoiled_request_is_noticed(method, path, params, who):
    assert sdk_types.faults(method, path, params)
    if who == "both":
        assert request_oracle.faults(method, path, params)


@pytest.mark.parametrize("name", sorted(request_oracle.NEWER))
def test_what_is_left_to_the_sdk_alone_is_really_newer_than_the_document(name):
    known = request_oracle._schema(name)["properties"]
    for parameter in request_oracle.NEWER[name]:
        sample = {"billing_cycle_anchor": {"type": "now"}, "api_version": judging.API_VERSION}
        given = request_oracle.typed({parameter: sample.get(parameter, "x")}, {"properties": known})
        errors = request_oracle._validator(name).iter_errors(given)
        assert any(parameter in str(error.path) + error.message for error in errors)


def test_an_answer_and_a_version_are_judged_with_the_request(stripe_world, heard):
    list(StripeGateway().customers())
    asked = heard[-1]
    assert judging.faults(asked) == []
    assert judging.faults(dataclasses.replace(asked, headers={}))
    assert judging.faults(dataclasses.replace(asked, answer={"object": "customer", "mood": 1}))


def test_a_spoiled_request_of_the_product_itself_is_noticed(stripe_world, heard, monkeypatch):
    """The whole way: our adapter, the SDK, the wire, the judge."""
    monkeypatch.setattr(
        "saas_app.billing.stripe.gateway._taxes", lambda: {"automatic_taxes": {"enabled": True}}
    )
    ours = gateway.current()
    customer = gateway_walk._customer(ours, "ada")
    order: CheckoutOrder = gateway_walk._order(customer)
    with pytest.raises(Exception, match="unknown parameter: automatic_taxes"):
        ours.start_checkout(order)
    found = judging.faults(heard.pop())
    assert any("automatic_taxes" in each for each in found)
