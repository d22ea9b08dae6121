"""How a workspace's monthly recurring revenue moved between two looks. Pure: facts in, movements out.

What counts: active and past due subscriptions at their list price before discounts; a year is
twelve months, a trial nothing, an unpaid or paused one nothing. Currencies are never added up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from saas_app.plans.access import Status

_COUNTED = frozenset({Status.ACTIVE, Status.PAST_DUE})
_MONTHS = {"month": 1, "year": 12}


class Kind(StrEnum):
    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    REACTIVATION = "reactivation"


@dataclass(frozen=True, slots=True)
class Recurring:
    """One subscription as far as it is monthly revenue."""

    status: Status
    amount_cents: int | None
    currency: str | None
    interval: str | None
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Movement:
    kind: Kind
    delta_cents: int
    currency: str


def monthly(subscriptions: Iterable[Recurring]) -> dict[str, int]:
    """The monthly revenue per currency; a year's twelfth is rounded to the nearest cent."""
    sums: dict[str, int] = {}
    for one in subscriptions:
        if one.status not in _COUNTED or not one.amount_cents or one.currency is None:
            continue
        months = _MONTHS.get(one.interval or "")
        if months is None:
            continue
        cents = (one.amount_cents * one.seats * 2 + months) // (2 * months)
        sums[one.currency] = sums.get(one.currency, 0) + cents
    return sums


def between(
    before: Mapping[str, int], after: Mapping[str, int], *, ever: frozenset[str]
) -> tuple[Movement, ...]:
    """`ever` are the currencies in which the workspace paid monthly at any time before."""
    found: list[Movement] = []
    for currency in sorted({*before, *after}):
        was, now = before.get(currency, 0), after.get(currency, 0)
        if was != now:
            found.append(Movement(_kind(was, now, currency in ever), now - was, currency))
    return tuple(found)


def _kind(was: int, now: int, paid_before: bool) -> Kind:
    if now == 0:
        return Kind.CHURN
    if was == 0:
        return Kind.REACTIVATION if paid_before else Kind.NEW
    return Kind.EXPANSION if now > was else Kind.CONTRACTION
