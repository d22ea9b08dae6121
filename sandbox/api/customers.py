"""Customers."""

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge
from sandbox.engine import balance, cancelling, tax_ids, test_clocks, wallet
from sandbox.objects import customer as customers
from sandbox.shapes import Shape, clearable, emptied, fields, integer, many, metadata, one_of, text
from sandbox.store import ABSENT, Body
from sandbox.world import World

ADDRESS = fields(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text))
SHIPPING = fields({"address": ADDRESS, "name": text, "phone": text}, required=("address", "name"))
FIELDS: dict[str, Shape] = {
    "address": emptied(ADDRESS),
    "balance": integer,
    "description": text,
    "email": text,
    "invoice_prefix": text,
    "invoice_settings": fields(
        {
            "custom_fields": emptied(many(fields({"name": text, "value": text}))),
            "default_payment_method": text,
            "footer": text,
        }
    ),
    "metadata": metadata,
    "name": text,
    "next_invoice_sequence": integer,
    "phone": text,
    "preferred_locales": many(text),
    "shipping": emptied(SHIPPING),
    "tax_exempt": clearable(one_of("none", "exempt", "reverse")),
}


def create(world: World, params: Body) -> Body:
    """A new customer; an e-mail address may be used by many."""
    if params.get("test_clock"):
        test_clocks.attach(world, params["test_clock"])
    body = customers.new(params, now=world.now())
    body["test_clock"] = params.get("test_clock")
    _complete_addresses(body)
    method_id = params.get("payment_method")
    method = wallet.find(world, method_id) if method_id else None
    opening, body["balance"] = body["balance"], 0
    world.store.put(body)
    if opening:
        balance.post(world, body, opening, "initial")
    world.emit("customer.created", body)
    if method:
        wallet.attach(world, method, body["id"])
    for each in params.get("tax_id_data") or []:
        tax_ids.add(world, body["id"], each["type"], each["value"])
    if settings := params.get("invoice_settings"):
        if method and settings.get("default_payment_method") == method_id:
            # A test token stands for the card that was just made of it, not for another one.
            settings["default_payment_method"] = method["id"]
        _settle(world, body, settings)
        world.save(body)
    return body


def read(world: World, _params: Body, customer_id: str) -> Body:
    """The customer; a deleted one is still known as deleted."""
    found = world.need("customer", customer_id)
    return deleted(found["id"]) if found.get("deleted") else found


def update(world: World, params: Body, customer_id: str) -> Body:
    """Change what is known about the customer, or the default card."""
    body = alive(world, customer_id)
    names = set(FIELDS) - {"balance", "metadata", "invoice_settings"}
    merge(body, params, *sorted(names))
    body["tax_exempt"] = body["tax_exempt"] or "none"
    _complete_addresses(body)
    _settle(world, body, params.get("invoice_settings", {}))
    if params.get("balance", body["balance"]) != body["balance"]:
        balance.post(world, body, params["balance"] - body["balance"], "adjustment")
    return world.save(body, "customer.updated")


def _settle(world: World, body: Body, settings: Body) -> None:
    method_id = settings.get("default_payment_method")
    if method_id:
        method = world.need("payment_method", method_id, "invoice_settings[default_payment_method]")
        if method["customer"] != body["id"]:
            raise errors.invalid(
                f"The customer does not have a payment method with the ID {method_id}. The"
                " payment method must be attached to the customer.",
                "invoice_settings[default_payment_method]",
                "resource_missing",
            )
    body["invoice_settings"] |= settings


def remove(world: World, _params: Body, customer_id: str) -> Body:
    """Delete the customer and end what they subscribe to; Stripe keeps their invoices."""
    body = alive(world, customer_id)
    for subscription in world.store.select("subscription", {"customer": customer_id}):
        if subscription["status"] not in cancelling.ENDED:
            cancelling.now(world, subscription, "cancellation_requested")
    world.emit("customer.deleted", body)
    gone = {**body, "deleted": True}
    world.store.put(gone)
    return deleted(customer_id)


def deleted(customer_id: str) -> Body:
    """What is left of a customer."""
    return {"id": customer_id, "object": "customer", "deleted": True}


def read_all(world: World, params: Body) -> Body:
    """Customers that were not deleted."""
    where = {"email": params.get("email"), "test_clock": params.get("test_clock") or ABSENT}
    found = listed(world, "customer", "/v1/customers", params, where)
    found["data"] = [each for each in found["data"] if not each.get("deleted")]
    return found


def methods(world: World, params: Body, customer_id: str) -> Body:
    """The cards of a customer."""
    alive(world, customer_id)
    url = f"/v1/customers/{customer_id}/payment_methods"
    return listed(world, "payment_method", url, params, {"customer": customer_id})


def method_of(world: World, _params: Body, customer_id: str, method_id: str) -> Body:
    """One card of a customer."""
    found = world.need("payment_method", method_id)
    if found["customer"] != alive(world, customer_id)["id"]:
        raise errors.missing("payment_method", method_id)
    return found


def alive(world: World, customer_id: str) -> Body:
    """The customer, unless deleted."""
    body = world.need("customer", customer_id)
    if body.get("deleted"):
        raise errors.missing("customer", customer_id)
    return body


def _complete_addresses(body: Body) -> None:
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    for holder in (body, body["shipping"] or {}):
        if holder.get("address"):
            holder["address"] = {**empty, **holder["address"]}


_METHODS_TAKE: dict[str, Shape] = {
    **PAGING,
    "type": one_of("card"),
    "allow_redisplay": one_of("always", "limited", "unspecified"),
}

_CREATE: dict[str, Shape] = {
    **FIELDS,
    "payment_method": text,
    "test_clock": text,
    "tax_id_data": many(
        fields({"type": one_of(*tax_ids.FORMS), "value": text}, required=("type", "value"))
    ),
}

ENDPOINTS = (
    Endpoint("POST", "/customers", create, _CREATE),
    Endpoint(
        "GET",
        "/customers",
        read_all,
        {**PAGING, "email": text, "created": CREATED, "test_clock": text},
    ),
    Endpoint("GET", "/customers/{id}", read),
    Endpoint("POST", "/customers/{id}", update, FIELDS),
    Endpoint("DELETE", "/customers/{id}", remove),
    Endpoint("GET", "/customers/{id}/payment_methods", methods, _METHODS_TAKE),
    Endpoint("GET", "/customers/{customer}/payment_methods/{id}", method_of),
)
