"""Tiers of a price as a request describes them, and whether they make sense."""

from itertools import pairwise

from sandbox import errors
from sandbox.shapes import count, decimal, either, fields, one_of
from sandbox.store import Body

TIER = fields(
    {
        "flat_amount": count,
        "flat_amount_decimal": decimal,
        "unit_amount": count,
        "unit_amount_decimal": decimal,
        "up_to": either(one_of("inf"), count),
    },
    required=("up_to",),
)
_AMOUNTS = ("flat_amount", "flat_amount_decimal", "unit_amount", "unit_amount_decimal")


def check(params: Body) -> bool:
    """Whether the price is by tiers; refused where it is half of each, or the tiers have a hole."""
    if params.get("billing_scheme") != "tiered":
        for name in ("tiers", "tiers_mode"):
            if params.get(name):
                raise errors.invalid(f"`{name}` needs `billing_scheme=tiered`.", name)
        return False
    for name in ("unit_amount", "unit_amount_decimal"):
        if name in params:
            raise errors.invalid(f"A tiered price has no `{name}` of its own.", name)
    for name in ("tiers", "tiers_mode"):
        if not params.get(name):
            raise errors.invalid(f"Missing required param: {name}.", name, "parameter_missing")
    _check_tiers(params["tiers"])
    return True


def _check_tiers(tiers: list[Body]) -> None:
    tops = [each["up_to"] for each in tiers]
    if tops[-1] != "inf" or "inf" in tops[:-1]:
        raise errors.invalid("The last tier, and no other, must have `up_to=inf`.", "tiers")
    if any(low >= high for low, high in pairwise([0, *tops[:-1]])):
        raise errors.invalid("Each tier must go further than the one before.", "tiers")
    for place, each in enumerate(tiers):
        if not set(_AMOUNTS) & set(each):
            raise errors.invalid(
                "A tier needs a `unit_amount` or a `flat_amount`.", f"tiers[{place}]"
            )
        for name in ("flat_amount", "unit_amount"):
            if name in each and f"{name}_decimal" in each:
                raise errors.invalid(
                    f"You may only specify one of these parameters: {name}, {name}_decimal.",
                    f"tiers[{place}][{name}]",
                )
