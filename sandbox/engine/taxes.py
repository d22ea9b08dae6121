"""Automatic tax: whether the customer's place is known, and what is taken of each line there."""

from sandbox import errors
from sandbox.engine import tax_rates
from sandbox.store import Body
from sandbox.world import World

CODE = "customer_tax_location_invalid"
_SAID = (
    "The customer's location isn't recognized. Set a valid customer address in order to"
    " automatically calculate tax."
)


def country_of(address: Body | None) -> str | None:
    """Where somebody is taxed."""
    return (address or {}).get("country")


def require_place(customer: Body) -> None:
    """Refuse what needs tax for a customer from nowhere."""
    if not country_of(customer["address"]):
        raise errors.invalid(_SAID, "automatic_tax", CODE)


def work_out(world: World, invoice: Body) -> None:
    """The tax on each line after its discounts, and how much that is altogether."""
    country = country_of(invoice["customer_address"])
    enabled = invoice["automatic_tax"]["enabled"]
    rate = (
        tax_rates.of(world, _taxed(world, invoice), country.upper())
        if enabled and country
        else None
    )
    for line in invoice["lines"]["data"]:
        line["taxes"] = [_tax(world, line, rate)] if rate else []
    totals: dict[tuple[str, str], Body] = {}
    for tax in (tax for line in invoice["lines"]["data"] for tax in line["taxes"]):
        kind = (tax["tax_behavior"], tax["taxability_reason"])
        total = totals.setdefault(kind, {**tax, "amount": 0, "taxable_amount": 0})
        total["amount"] += tax["amount"]
        total["taxable_amount"] += tax["taxable_amount"]
    invoice["total_taxes"] = list(totals.values())
    if enabled:
        status = "complete" if country else "requires_location_inputs"
        invoice["automatic_tax"] |= {"provider": "stripe", "status": status}


def is_inclusive(world: World, price_id: str | None) -> bool:
    """Whether a price holds its tax already; one that does not say is without."""
    price = world.store.get(price_id or "") or {}
    return price.get("tax_behavior") == "inclusive"


def fails(world: World, invoice: Body, customer: Body) -> bool:
    """Whether the invoice cannot be finalised for want of an address; says so if it cannot."""
    if not invoice["automatic_tax"]["enabled"] or country_of(customer["address"]):
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


def _taxed(world: World, invoice: Body) -> Body:
    return world.store.get(invoice["customer"]) or {"id": invoice["customer"]}


def _tax(world: World, line: Body, rate: tax_rates.Rate) -> Body:
    details = (line["pricing"] or {}).get("price_details") or {}
    inclusive = is_inclusive(world, details.get("price"))
    left = line["amount"] - sum(each["amount"] for each in line["discount_amounts"])
    amount = rate.on(left, inclusive=inclusive)
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if inclusive else "exclusive",
        "tax_rate_details": {"tax_rate": rate.id} if rate.id else None,
        "taxability_reason": rate.reason,
        "taxable_amount": left - amount if inclusive else left,
        "type": "tax_rate_details",
    }
