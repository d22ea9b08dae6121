"""The tax ids of customers, and the rates automatic tax has used."""

from sandbox import errors
from sandbox.api.customers import alive
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, listing, reading
from sandbox.engine import tax_ids
from sandbox.shapes import Shape, boolean, one_of, text
from sandbox.store import Body
from sandbox.world import World

_PATH = "/customers/{customer}/tax_ids"
_CREATE: dict[str, Shape] = {"type": one_of(*tax_ids.FORMS), "value": text}


def create(world: World, params: Body, customer_id: str) -> Body:
    """Note a tax id."""
    customer = alive(world, customer_id)
    return tax_ids.add(world, customer["id"], params["type"], params["value"])


def read_all(world: World, params: Body, customer_id: str) -> Body:
    """The customer's tax ids."""
    alive(world, customer_id)
    url = f"/v1/customers/{customer_id}/tax_ids"
    return listed(world, "tax_id", url, params, {"customer": customer_id})


def read(world: World, _params: Body, customer_id: str, tax_id: str) -> Body:
    """One of them."""
    found = world.need("tax_id", tax_id)
    if found["customer"] != customer_id:
        raise errors.missing("tax id", tax_id)
    return found


def remove(world: World, params: Body, customer_id: str, tax_id: str) -> Body:
    """Forget one of them."""
    tax_ids.remove(world, read(world, params, customer_id, tax_id))
    return {"id": tax_id, "object": "tax_id", "deleted": True}


_RATES: dict[str, Shape] = {
    **PAGING,
    "active": boolean,
    "created": CREATED,
    "inclusive": boolean,
}

ENDPOINTS = (
    Endpoint(
        "GET", "/tax_rates", listing("tax_rate", "/v1/tax_rates", "active", "inclusive"), _RATES
    ),
    Endpoint("GET", "/tax_rates/{id}", reading("tax_rate")),
    Endpoint("POST", _PATH, create, _CREATE, ("type", "value")),
    Endpoint("GET", _PATH, read_all, PAGING),
    Endpoint("GET", f"{_PATH}/{{id}}", read),
    Endpoint("DELETE", f"{_PATH}/{{id}}", remove),
)
