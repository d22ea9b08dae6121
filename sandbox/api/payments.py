"""Payment intents and charges, as they happened."""

from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listing, reading
from sandbox.shapes import Shape, text

_BY_CUSTOMER: dict[str, Shape] = {**PAGING, "created": CREATED, "customer": text}

ENDPOINTS = (
    Endpoint("GET", "/payment_intents/{id}", reading("payment_intent")),
    Endpoint(
        "GET",
        "/payment_intents",
        listing("payment_intent", "/v1/payment_intents", "customer"),
        _BY_CUSTOMER,
    ),
    Endpoint("GET", "/charges/{id}", reading("charge")),
    Endpoint(
        "GET",
        "/charges",
        listing("charge", "/v1/charges", "customer", "payment_intent"),
        {**_BY_CUSTOMER, "payment_intent": text},
    ),
)
