"""Customers."""

from typing import Any

from sandbox import errors, render
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge
from sandbox.engine import cancelling
from sandbox.objects import customer as customers
from sandbox.shapes import Shape, fields, integer, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

ADDRESS = fields(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text))
FIELDS: dict[str, Shape] = {
    "address": ADDRESS,
    "balance": integer,
    "description": text,
    "email": text,
    "invoice_settings": fields({"default_payment_method": text, "footer": text}),
    "metadata": metadata,
    "name": text,
    "phone": text,
    "preferred_locales": many(text),
    "tax_exempt": one_of("none", "exempt", "reverse"),
}


def create(world: World, params: Body) -> Body:
    """A new customer; an e-mail address may be used by many."""
    body = customers.new(params, now=world.now())
    _complete_address(body)
    return world.add(body, "customer.created")


def read(world: World, _params: Body, customer_id: str) -> Body:
    """The customer; a deleted one is still known as deleted."""
    found = world.need("customer", customer_id)
    return deleted(found["id"]) if found.get("deleted") else found


def update(world: World, params: Body, customer_id: str) -> Body:
    """Change what is known about the customer, or the default card."""
    body = _alive(world, customer_id)
    names = set(FIELDS) - {"metadata", "invoice_settings"}
    merge(body, params, *sorted(names))
    _complete_address(body)
    settings = params.get("invoice_settings", {})
    method_id = settings.get("default_payment_method")
    if method_id:
        method = world.need("payment_method", method_id, "invoice_settings[default_payment_method]")
        if method["customer"] != customer_id:
            raise errors.invalid(
                f"The customer does not have a payment method with the ID {method_id}. The"
                " payment method must be attached to the customer.",
                "invoice_settings[default_payment_method]",
                "resource_missing",
            )
    body["invoice_settings"] |= settings
    return world.save(body, "customer.updated")


def remove(world: World, _params: Body, customer_id: str) -> Body:
    """Delete the customer and end what they subscribe to; Stripe keeps their invoices."""
    body = _alive(world, customer_id)
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
    where = {"email": params.get("email"), "deleted": None}
    alive = {key: value for key, value in where.items() if value is not None}
    found = listed(world, "customer", "/v1/customers", params, alive)
    found["data"] = [each for each in found["data"] if not each.get("deleted")]
    return found


def search(world: World, params: Body) -> Body:
    """Customers by `email:'…'` or `metadata['…']:'…'`, several joined by AND."""
    where: dict[str, Any] = {}
    for part in params["query"].split(" AND "):
        field, _, value = part.partition(":")
        path = field.strip().replace("['", ".").replace("']", "").replace('["', ".")
        path = path.replace('"]', "")
        if not value or not path.replace(".", "").replace("_", "").isalnum():
            raise errors.invalid(f"The sandbox cannot search for {part!r}.", "query")
        where[path] = value.strip().strip("'\"")
    found = world.store.select("customer", where)
    page = render.page("/v1/customers/search", [b for b in found if not b.get("deleted")])
    return {**page, "object": "search_result", "next_page": None}


def methods(world: World, params: Body, customer_id: str) -> Body:
    """The cards of a customer."""
    _alive(world, customer_id)
    url = f"/v1/customers/{customer_id}/payment_methods"
    return listed(world, "payment_method", url, params, {"customer": customer_id})


def _alive(world: World, customer_id: str) -> Body:
    body = world.need("customer", customer_id)
    if body.get("deleted"):
        raise errors.missing("customer", customer_id)
    return body


def _complete_address(body: Body) -> None:
    if body["address"]:
        empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
        body["address"] = {**empty, **body["address"]}


_METHODS_TAKE: dict[str, Shape] = {
    **PAGING,
    "type": one_of("card"),
    "allow_redisplay": one_of("always", "limited", "unspecified"),
}

ENDPOINTS = (
    Endpoint("POST", "/customers", create, FIELDS),
    Endpoint("GET", "/customers", read_all, {**PAGING, "email": text, "created": CREATED}),
    Endpoint(
        "GET",
        "/customers/search",
        search,
        {"query": text, "limit": integer, "page": text},
        ("query",),
    ),
    Endpoint("GET", "/customers/{id}", read),
    Endpoint("POST", "/customers/{id}", update, FIELDS),
    Endpoint("DELETE", "/customers/{id}", remove),
    Endpoint("GET", "/customers/{id}/payment_methods", methods, _METHODS_TAKE),
)
