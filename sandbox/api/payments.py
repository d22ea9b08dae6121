"""Cards, intents and charges. Cards come from the test tokens only; no number is ever taken."""

from typing import Any

from sandbox import cards, errors
from sandbox.api.customers import ADDRESS
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, listing, merge, reading
from sandbox.objects import payment
from sandbox.shapes import Shape, fields, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_BILLING = fields({"address": ADDRESS, "email": text, "name": text, "phone": text})
_CREATE: dict[str, Shape] = {
    "type": one_of("card"),
    "card": fields({"token": text}, required=("token",)),
    "billing_details": _BILLING,
    "metadata": metadata,
}


def create(world: World, params: Body) -> Body:
    """A card from a test token, belonging to nobody yet."""
    token = params["card"]["token"]
    card = cards.by_alias(token)
    if card is None:
        raise errors.missing("token", token, "card[token]")
    body = payment.method(card, now=world.now(), billing=params.get("billing_details"))
    body["metadata"] = params.get("metadata") or {}
    return world.add(body)


def read(world: World, _params: Body, method_id: str) -> Body:
    """A stored card, or what a test token stands for."""
    return _found(world, method_id)


def attach(world: World, params: Body, method_id: str) -> Body:
    """Give the card to a customer; cards that are declined at once are refused here."""
    customer = world.need("customer", params["customer"], "customer")
    method = _found(world, method_id)
    if method["customer"] not in {None, customer["id"]}:
        raise errors.invalid(
            "The payment method you provided has already been attached to a customer."
        )
    card = cards.by_number(method["_card"])
    if card and card.attach:
        raise errors.declined(card.attach.code, card.attach.decline_code, card.attach.message)
    method["customer"] = customer["id"]
    world.store.put(method)
    world.emit("payment_method.attached", method)
    return method


def detach(world: World, _params: Body, method_id: str) -> Body:
    """Take the card away from its customer, who no longer has it as a default."""
    method = world.need("payment_method", method_id)
    if method["customer"] is None:
        raise errors.invalid("The payment method you provided is not attached to a customer.")
    customer = world.need("customer", method["customer"])
    settings = customer["invoice_settings"]
    if settings["default_payment_method"] == method_id:
        settings["default_payment_method"] = None
        world.save(customer, "customer.updated")
    for subscription in world.store.select("subscription", {"default_payment_method": method_id}):
        subscription["default_payment_method"] = None
        world.save(subscription, "customer.subscription.updated")
    method["customer"] = None
    world.save(method)
    world.emit("payment_method.detached", method)
    return method


def update(world: World, params: Body, method_id: str) -> Body:
    """Change what is known about the card's holder."""
    method = world.need("payment_method", method_id)
    method["billing_details"] |= params.get("billing_details", {})
    merge(method, params)
    return world.save(method, "payment_method.updated")


def read_all(world: World, params: Body) -> Body:
    """The cards of one customer; without a customer Stripe lists none that matter."""
    where = {"customer": params.get("customer")}
    return listed(world, "payment_method", "/v1/payment_methods", params, where)


def create_setup(world: World, params: Body) -> Body:
    """Save a card for later; with `confirm` by a token or stored card, at once."""
    customer_id, method_id = params.get("customer"), params.get("payment_method")
    if customer_id:
        world.need("customer", customer_id, "customer")
    if not method_id:
        raise errors.invalid(
            "Missing required param: payment_method. The sandbox has no card form outside its"
            " Checkout page.",
            "payment_method",
            "parameter_missing",
        )
    method = attach(world, {"customer": customer_id}, method_id) if customer_id else None
    method = method or _found(world, method_id)
    world.store.put(method)
    body = payment.setup(
        customer_id, method["id"], now=world.now(), metadata=params.get("metadata")
    )
    world.add(body, "setup_intent.created")
    world.emit("setup_intent.succeeded", body)
    return body


def _found(world: World, method_id: str) -> Body:
    stored = world.store.get(method_id)
    if stored and stored["object"] == "payment_method":
        return stored
    card = cards.by_alias(method_id)
    if card is None:
        raise errors.missing("PaymentMethod", method_id, "payment_method")
    return payment.method(card, now=world.now())


_LIST: dict[str, Shape] = {**PAGING, "customer": text, "type": one_of("card")}
_SETUP: dict[str, Any] = {
    "confirm": one_of("true"),
    "customer": text,
    "description": text,
    "metadata": metadata,
    "payment_method": text,
    "usage": one_of("off_session", "on_session"),
}
_BY_CUSTOMER: dict[str, Shape] = {**PAGING, "created": CREATED, "customer": text}

ENDPOINTS = (
    Endpoint("POST", "/payment_methods", create, _CREATE, ("type", "card")),
    Endpoint("GET", "/payment_methods", read_all, _LIST),
    Endpoint("GET", "/payment_methods/{id}", read),
    Endpoint(
        "POST",
        "/payment_methods/{id}",
        update,
        {"billing_details": _BILLING, "metadata": metadata},
    ),
    Endpoint("POST", "/payment_methods/{id}/attach", attach, {"customer": text}, ("customer",)),
    Endpoint("POST", "/payment_methods/{id}/detach", detach),
    Endpoint("POST", "/setup_intents", create_setup, _SETUP),
    Endpoint("GET", "/setup_intents/{id}", reading("setup_intent")),
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
