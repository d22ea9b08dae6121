"""Cards. They come from the test tokens only; no number is ever taken."""

from sandbox import cards, errors
from sandbox.api.customers import ADDRESS
from sandbox.api.endpoint import PAGING, Endpoint, listed, merge
from sandbox.engine import wallet
from sandbox.objects import payment
from sandbox.shapes import Shape, emptied, fields, integer, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_BILLING = fields({"address": emptied(ADDRESS), "email": text, "name": text, "phone": text})
_REDISPLAY = one_of("always", "limited", "unspecified")
_CREATE: dict[str, Shape] = {
    "allow_redisplay": _REDISPLAY,
    "billing_details": _BILLING,
    "card": fields({"token": text}, required=("token",)),
    "metadata": metadata,
    "type": one_of("card"),
}
_UPDATE: dict[str, Shape] = {
    "allow_redisplay": _REDISPLAY,
    "billing_details": _BILLING,
    "card": fields({"exp_month": integer, "exp_year": integer}),
    "metadata": metadata,
}
_MONTHS = range(1, 13)


def create(world: World, params: Body) -> Body:
    """A card from a test token, belonging to nobody yet."""
    token = params["card"]["token"]
    card = cards.by_alias(token)
    if card is None:
        raise errors.missing("token", token, "card[token]")
    body = payment.method(card, now=world.now())
    _describe(body, params)
    body["metadata"] = params.get("metadata") or {}
    body["allow_redisplay"] = params.get("allow_redisplay") or "unspecified"
    return world.add(body)


def read(world: World, _params: Body, method_id: str) -> Body:
    """A stored card, or what a test token stands for."""
    return wallet.find(world, method_id)


def attach(world: World, params: Body, method_id: str) -> Body:
    """Give the card to a customer."""
    return wallet.attach(world, wallet.find(world, method_id), params["customer"])


def detach(world: World, _params: Body, method_id: str) -> Body:
    """Take the card away from its customer."""
    return wallet.detach(world, world.need("payment_method", method_id))


def update(world: World, params: Body, method_id: str) -> Body:
    """Change what is known about the card and its holder."""
    method = world.need("payment_method", method_id)
    if method["customer"] is None:
        raise errors.invalid(
            "You must save this PaymentMethod to a customer before you can update it."
        )
    card = params.get("card", {})
    if card.get("exp_month", 1) not in _MONTHS:
        raise errors.declined(
            "invalid_expiry_month", None, "Your card's expiration month is invalid.", keeps=False
        )
    if wallet.is_expired({**method["card"], **card}, world.now()) and card:
        raise errors.declined(
            "invalid_expiry_year", None, "Your card's expiration year is invalid.", keeps=False
        )
    method["card"] |= card
    _describe(method, params)
    merge(method, params, "allow_redisplay")
    return world.save(method, "payment_method.updated")


def read_all(world: World, params: Body) -> Body:
    """The cards of one customer; without a customer Stripe lists none that matter."""
    where = {"customer": params.get("customer")}
    return listed(world, "payment_method", "/v1/payment_methods", params, where)


def _describe(method: Body, params: Body) -> None:
    given = dict(params.get("billing_details", {}))
    if "address" in given:
        given["address"] = {**payment.ADDRESS, **(given["address"] or {})}
    method["billing_details"] |= given


_LIST: dict[str, Shape] = {**PAGING, "customer": text, "type": one_of("card")}
_PATH = "/payment_methods"

ENDPOINTS = (
    Endpoint("POST", _PATH, create, _CREATE, ("type", "card")),
    Endpoint("GET", _PATH, read_all, _LIST),
    Endpoint("GET", f"{_PATH}/{{id}}", read),
    Endpoint("POST", f"{_PATH}/{{id}}", update, _UPDATE),
    Endpoint("POST", f"{_PATH}/{{id}}/attach", attach, {"customer": text}, ("customer",)),
    Endpoint("POST", f"{_PATH}/{{id}}/detach", detach),
)
