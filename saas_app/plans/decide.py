"""The one answer to "may they?". Facts come in; nothing is counted, stored or looked up here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, assert_never

from saas_app.plans.access import Access
from saas_app.plans.features import Feature, Kind, Limit, Meter


class Why(StrEnum):
    NOT_INCLUDED = "not_included"  # this plan lacks it, another may have it
    LIMIT_REACHED = "limit_reached"  # the plan has it, and it is used up
    NOT_OFFERED = "not_offered"  # this product does not have it at all


_CODE: Mapping[Why, str] = {
    Why.NOT_INCLUDED: "needs_upgrade",
    Why.LIMIT_REACHED: "limit_reached",
    Why.NOT_OFFERED: "needs_upgrade",
}


@dataclass(frozen=True, slots=True)
class Allowed:
    feature: Feature
    limit: Limit
    used: int = 0
    left: int | None = None  # after adding; None where there is nothing to count or no limit
    allowed: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Denied:
    feature: Feature
    limit: Limit
    used: int
    reason: Why
    upgrade_to: str | None  # the lowest plan that would say yes; None where none would
    item: str | None = None
    allowed: ClassVar[bool] = False

    @property
    def code(self) -> str:
        """The word the API uses: needs_upgrade or limit_reached."""
        return _CODE[self.reason]


def decide(
    access: Access,
    feature: Feature,
    *,
    used: int = 0,
    adding: int = 1,
    item: str | None = None,
) -> Allowed | Denied:
    """Whether `adding` more of `feature`, or the named `item` of it, fits this access.

    Reaching a limit is fine, passing it is not. A workspace that moved to a smaller plan keeps
    what it already uses and simply cannot add more. A cap reads `adding` as the size of the one
    thing. An "every" reads `used` as the seconds since the last turn. A set and a level need
    `item`: the member, or the level one would need.
    """
    meter = access.catalogue.meters.get(feature)
    if meter is None:
        return Denied(feature, None, used, Why.NOT_OFFERED, None, item)
    limit = access.limits[feature]
    if _fits(meter, limit, used, adding, item):
        return Allowed(feature, limit, used, _left(meter, limit, used, adding))
    return Denied(
        feature=feature,
        limit=limit,
        used=used,
        reason=Why.NOT_INCLUDED if _absent(meter, limit) else Why.LIMIT_REACHED,
        upgrade_to=_upgrade(access, meter, used, adding, item),
        item=item,
    )


def excess(access: Access, feature: Feature, used: int) -> int:
    """How many of a stock lie beyond the limit: what a smaller plan freezes, never deletes."""
    limit = access.limits.get(feature, 0)
    return max(0, used - limit) if isinstance(limit, int) else 0


def warning(access: Access, feature: Feature, used: int) -> float | None:
    """The highest of the catalogue's notice marks that this usage has reached."""
    limit = access.limits.get(feature)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit == 0:
        return None
    return max((mark for mark in access.catalogue.warn_at if used >= mark * limit), default=None)


def _fits(meter: Meter, limit: Limit, used: int, adding: int, item: str | None) -> bool:
    match meter.kind:
        case Kind.FLAG:
            return limit is True
        case Kind.LEVEL:
            return meter.levels.index(_named(meter, item)) <= meter.levels.index(str(limit))
        case Kind.SET:
            return isinstance(limit, frozenset) and _named(meter, item) in limit
        case Kind.STOCK | Kind.QUOTA | Kind.RATE:
            return (
                adding <= 0 or limit is None or (isinstance(limit, int) and used + adding <= limit)
            )
        case Kind.CAP:
            return limit is None or (isinstance(limit, int) and adding <= limit)
        case Kind.EVERY:
            return isinstance(limit, int) and used >= limit
        case _:
            assert_never(meter.kind)


def _left(meter: Meter, limit: Limit, used: int, adding: int) -> int | None:
    if meter.kind not in {Kind.STOCK, Kind.QUOTA, Kind.RATE} or not isinstance(limit, int):
        return None
    return max(0, limit - used - max(0, adding))


def _absent(meter: Meter, limit: Limit) -> bool:
    """Whether the plan lacks the thing, or has it and it is used up.

    What is asked of a set or a level is a yes or a no: there is nothing in it to use up.
    """
    return meter.kind in {Kind.SET, Kind.LEVEL} or limit == meter.nothing


def _upgrade(access: Access, meter: Meter, used: int, adding: int, item: str | None) -> str | None:
    """The lowest plan for sale that would lift the refusal.

    The ranks of two generations say nothing about each other, so someone on an older one is
    compared by what the plans give.
    """
    for plan in access.catalogue.for_sale:
        if plan.generation == access.generation and plan.rank <= access.rank:
            continue
        if _fits(meter, plan.limits[meter.feature], used, adding, item):
            return plan.id
    return None


def _named(meter: Meter, item: str | None) -> str:
    if item is None:
        raise ValueError(f"{meter.feature} is a {meter.kind}: decide needs to know which item")
    return item
