"""Automatic tax: whether the customer's place is known. Nobody is registered, so it is nothing."""

from sandbox import errors
from sandbox.store import Body
from sandbox.world import World

CODE = "customer_tax_location_invalid"
_SAID = (
    "The customer's location isn't recognized. Set a valid customer address in order to"
    " automatically calculate tax."
)


def knows_place(customer: Body) -> bool:
    """Whether the address says in which country."""
    return bool((customer["address"] or {}).get("country"))


def require_place(customer: Body) -> None:
    """Refuse what needs tax for a customer from nowhere."""
    if not knows_place(customer):
        raise errors.invalid(_SAID, "automatic_tax", CODE)


def take_over(invoice: Body, subscription: Body) -> None:
    """An invoice is taxed as its subscription is."""
    if subscription["automatic_tax"]["enabled"]:
        invoice["automatic_tax"] |= {"enabled": True, "provider": "stripe", "status": "complete"}


def fails(world: World, invoice: Body, customer: Body) -> bool:
    """Whether the invoice cannot be finalised for want of an address; says so if it cannot."""
    if not invoice["automatic_tax"]["enabled"] or knows_place(customer):
        return False
    invoice["automatic_tax"]["status"] = "requires_location_inputs"
    invoice["last_finalization_error"] = {
        "code": CODE,
        "message": _SAID,
        "type": "invalid_request_error",
    }
    world.save(invoice)
    world.emit("invoice.finalization_failed", invoice)
    return True
