"""What the sandbox takes: nothing Stripe does not know, at any depth, and it says so in Stripe's words."""

import re
from typing import Any

import pytest
import stripe

from sandbox import errors
from sandbox.api.endpoint import Endpoint
from sandbox.api.server import ENDPOINTS
from tests.support import declared, request_oracle, sdk_types
from tests.support.stripe_shop import Shop

# What the document, which is one API version behind the SDK, cannot know yet.
_DURATION = "features.subscription_pause.duration"
PAUSE = {
    "features.subscription_pause",
    "features.subscription_pause.enabled",
    _DURATION,
    f"{_DURATION}.type",
    f"{_DURATION}.interval_options",
    f"{_DURATION}.interval_options.interval",
    f"{_DURATION}.interval_options.interval_count",
}
NEWER = {
    "POST /checkout/sessions": {"allowed_payment_method_types"},
    "POST /setup_intents": {"allowed_payment_method_types"},
    "POST /invoices/create_preview": {"subscription_details.billing_cycle_anchor.type"},
    "POST /subscriptions/{id}": {"billing_cycle_anchor.type"},
    "POST /subscriptions/{id}/resume": {"billing_cycle_anchor.type", "payment_behavior"},
    "POST /subscription_schedules/{id}": {"phases.currency"},
    "POST /billing_portal/configurations": PAUSE,
    "POST /billing_portal/configurations/{id}": PAUSE,
    "POST /billing_portal/sessions": {
        "flow_data.subscription_pause",
        "flow_data.subscription_pause.subscription",
        "flow_data.type",
    },
}


def called(endpoint: Endpoint) -> str:
    root = "" if endpoint.version == "v1" else f"/{endpoint.version}"
    return f"{endpoint.method} {root}{endpoint.path}"


def known(oracle: Any, endpoint: Endpoint) -> dict[str, frozenset[str]]:
    return oracle.known(endpoint.method, re.sub(r"\{\w+\}", "x_1", endpoint.address))


def strange(endpoint: Endpoint, known: dict[str, frozenset[str]]) -> set[str]:
    """Places and words of the sandbox's that are not among the known ones."""
    return {
        place
        for place, shape in declared.places(endpoint)
        if place not in known or (known[place] and declared.words(shape) - known[place])
    }


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=called)
def test_the_sandbox_takes_no_parameter_and_no_word_the_sdk_does_not_know(
    endpoint: Endpoint,
) -> None:
    assert strange(endpoint, known(sdk_types, endpoint)) == set()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=called)
def test_the_sandbox_takes_no_parameter_stripes_document_does_not_know(endpoint: Endpoint) -> None:
    if request_oracle.template(endpoint.method, endpoint.address) in request_oracle.NEWER_PATHS:
        return
    assert strange(endpoint, known(request_oracle, endpoint)) == NEWER.get(called(endpoint), set())


MAPS = [(each, place) for each in ENDPOINTS for place in sorted(declared.maps(each))]


@pytest.mark.parametrize(
    ("endpoint", "place"), MAPS, ids=[f"{called(each)} {place}" for each, place in MAPS]
)
def test_an_unknown_key_is_refused_wherever_it_hides(endpoint: Endpoint, place: str) -> None:
    with pytest.raises(errors.ApiError) as refused:
        endpoint.read(declared.spoiled(endpoint, place))

    said = refused.value.body["error"]
    assert said["code"] == "parameter_unknown", said
    assert said["message"] == f"Received unknown parameter: {said['param']}"
    named = re.sub(r"\[\d+\]", "", said["param"]).replace("[", ".").replace("]", "")
    assert named == f"{place}.mood"


def test_what_was_checked_is_not_little() -> None:
    assert len(MAPS) > 100
    assert sum(len(list(declared.places(each))) for each in ENDPOINTS) > 800


def test_the_sdk_reads_the_refusal_of_a_key_deep_inside(shop: Shop) -> None:
    odd: Any = {"items": [{"price": "price_1", "colour": "red"}], "customer": "cus_1"}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.subscriptions.create(odd)

    assert refused.value.http_status == 400
    assert refused.value.code == "parameter_unknown"
    assert refused.value.param == "items[0][colour]"
    assert refused.value.user_message == "Received unknown parameter: items[0][colour]"


def test_a_list_may_be_narrowed_by_an_instant_or_by_a_span_and_by_nothing_else(shop: Shop) -> None:
    odd: Any = {"created": {"since": 1}}

    shop.v1.invoices.list({"created": {"gte": 1}})
    shop.v1.invoices.list({"created": 1})
    with pytest.raises(stripe.InvalidRequestError, match=r"unknown parameter: created\[since\]"):
        shop.v1.invoices.list(odd)
