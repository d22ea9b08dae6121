"""Where the sandbox is registered for tax: one rate for each country, none for the others.

The rates are real ones of 2026, but fixed here: a test may rely on them. No country has more
than one, so not the states of the USA either, where nothing is collected.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.engine import tax_ids
from sandbox.store import Body
from sandbox.world import World

_EU = {
    "AT": 20, "BE": 21, "DE": 19, "DK": 25, "ES": 21, "FI": 25.5, "FR": 20, "IE": 23,
    "IT": 22, "LU": 17, "NL": 21, "PL": 23, "PT": 23, "SE": 25,
}  # fmt: skip
_VAT = {**_EU, "CH": 8.1, "GB": 20, "NO": 25}
_GST = {"AU": 10, "CA": 5, "NZ": 15, "SG": 9}
# Whose businesses owe the tax themselves, once their number is given.
_REVERSED = dict.fromkeys(_EU, "eu_vat") | {"CH": "ch_vat", "GB": "gb_vat", "NO": "no_vat"}


@dataclass(frozen=True)
class Rate:
    """What is taken in one place, and why it is as much or as little."""

    percentage: float
    reason: str
    id: str | None = None

    def on(self, amount: int, *, inclusive: bool) -> int:
        """The tax on an amount, or within it."""
        whole = Decimal(100) + Decimal(str(self.percentage)) if inclusive else Decimal(100)
        part = Decimal(amount) * Decimal(str(self.percentage)) / whole
        return int(part.quantize(Decimal(1), ROUND_HALF_UP))


def of(world: World, customer: Body, country: str) -> Rate:
    """What this customer is taxed there."""
    percentage = _VAT.get(country) or _GST.get(country)
    if percentage is None:
        return Rate(0, "not_collecting")
    if customer.get("tax_exempt") == "exempt":
        return Rate(0, "customer_exempt")
    numbers = {each["type"] for each in tax_ids.on_invoices(world, customer["id"])}
    if customer.get("tax_exempt") == "reverse" or _REVERSED.get(country) in numbers:
        return Rate(0, "reverse_charge")
    return Rate(percentage, "standard_rated", _rate(world, country, percentage)["id"])


def _rate(world: World, country: str, percentage: float) -> Body:
    kind = "VAT" if country in _VAT else "GST"
    rate_id = f"txr_1Sandbox{country}"
    found = world.store.get(rate_id)
    if found is not None:
        return found
    made: Body = {
        "id": rate_id,
        "object": "tax_rate",
        "active": False,  # Stripe Tax makes its own rates, and they cannot be chosen by hand
        "country": country,
        "created": world.now(),
        "description": None,
        "display_name": kind,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": False,
        "jurisdiction": country,
        "jurisdiction_level": "country",
        "livemode": False,
        "metadata": {},
        "percentage": percentage,
        "rate_type": "percentage",
        "state": None,
        "tax_type": kind.lower(),
    }
    world.store.put(made)
    return made
