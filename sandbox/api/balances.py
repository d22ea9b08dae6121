"""What customers have in credit, entry by entry."""

from sandbox import errors
from sandbox.api.customers import alive
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge
from sandbox.engine import balance, subscribing
from sandbox.shapes import Shape, integer, metadata, text
from sandbox.store import Body
from sandbox.world import World

_KIND = "customer_balance_transaction"
_PATH = "/customers/{customer}/balance_transactions"


def create(world: World, params: Body, customer_id: str) -> Body:
    """Give credit (below nought) or add to what is owed next time."""
    customer = alive(world, customer_id)
    if not params["amount"]:
        raise errors.invalid("The amount must not be 0.", "amount")
    currency = params["currency"].lower()
    subscribing.lock_currency(world, customer, currency)
    entry = balance.post(
        world,
        customer,
        params["amount"],
        "adjustment",
        currency=currency,
        description=params.get("description"),
    )
    entry["metadata"] = params.get("metadata") or {}
    return world.save(entry)


def read_all(world: World, params: Body, customer_id: str) -> Body:
    """The entries, newest first."""
    alive(world, customer_id)
    url = f"/v1/customers/{customer_id}/balance_transactions"
    return listed(world, _KIND, url, params, {"customer": customer_id})


def read(world: World, _params: Body, customer_id: str, entry_id: str) -> Body:
    """One entry."""
    found = world.need(_KIND, entry_id)
    if found["customer"] != customer_id:
        raise errors.missing("customer balance transaction", entry_id)
    return found


def update(world: World, params: Body, customer_id: str, entry_id: str) -> Body:
    """Other words; the amount never changes."""
    body = read(world, params, customer_id, entry_id)
    merge(body, params, "description")
    return world.save(body)


_WORDS: dict[str, Shape] = {"description": text, "metadata": metadata}

ENDPOINTS = (
    Endpoint(
        "POST",
        _PATH,
        create,
        {**_WORDS, "amount": integer, "currency": text},
        ("amount", "currency"),
    ),
    Endpoint("GET", _PATH, read_all, {**PAGING, "created": CREATED}),
    Endpoint("GET", f"{_PATH}/{{id}}", read),
    Endpoint("POST", f"{_PATH}/{{id}}", update, _WORDS),
)
