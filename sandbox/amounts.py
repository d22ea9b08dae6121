"""What a quantity of a price costs: so much a unit, or by tiers. Pure sums."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.store import Body


def cost(price: Body, quantity: int | None) -> int:
    """In the currency's smallest unit, rounded once, at the end; nothing for what has no quantity."""
    if quantity is None:
        return 0
    tiers = price.get("_tiers")
    if not tiers:
        return _rounded(Decimal(price["unit_amount_decimal"]) * quantity)
    if price["tiers_mode"] == "volume":
        tier = next(each for each in tiers if each["up_to"] is None or quantity <= each["up_to"])
        return _rounded(_part(tier, quantity))
    return _rounded(_graduated(tiers, quantity))


def _graduated(tiers: list[Body], quantity: int) -> Decimal:
    """Each tier is for the units between its neighbours; the first one's flat amount is always due."""
    total, below = _part(tiers[0], 0), 0
    for tier in tiers:
        top = quantity if tier["up_to"] is None else min(quantity, tier["up_to"])
        if top <= below:
            break
        flat = Decimal(0) if below == 0 else _part(tier, 0)
        total += flat + Decimal(tier["unit_amount_decimal"] or 0) * (top - below)
        below = top
    return total


def _part(tier: Body, units: int) -> Decimal:
    each = Decimal(tier["unit_amount_decimal"] or 0)
    return Decimal(tier["flat_amount_decimal"] or 0) + each * units


def _rounded(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
