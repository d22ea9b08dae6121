"""When a change from one thing bought to another takes effect, as one table. Pure: asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from saas_app.plans.access import Status
from saas_app.plans.catalogue import Catalogue, Checkout, Plan, Price
from saas_app.plans.features import gives_at_least


class Step(StrEnum):
    UP = "up"
    SAME = "same"
    DOWN = "down"


class When(StrEnum):
    """`NOW` charges the difference at once, `IN_TRIAL` changes at once and charges nothing."""

    NOW = "now"
    IN_TRIAL = "in_trial"
    PERIOD_END = "period_end"


class Hindrance(StrEnum):
    """Why nothing can be changed as it stands; each has its own sentence."""

    NOTHING_CHANGES = "nothing_changes"
    NO_SUBSCRIPTION = "no_subscription"
    BY_CONTRACT = "by_contract"
    PAY_FIRST = "pay_first"
    PAUSED = "paused"
    ENDING = "ending"
    WAITS_FOR_PAYMENT = "waits_for_payment"
    SEATS_IN_USE = "seats_in_use"
    SEATS_FOLLOW = "seats_follow"


@dataclass(frozen=True, slots=True)
class Bought:
    """What one pays for: a plan at a price, so many times."""

    plan: Plan
    price: Price
    seats: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a subscription decides whether and when it can be changed."""

    status: Status
    bought: Bought | None  # None: a price that is not in the catalogue
    ending: bool = False
    waits_for_payment: bool = False
    by_invoice: bool = False  # billed by letter: set up by contract, changed by contract
    members: int = 1


# Plan, interval, seats; None is any. What gives more begins now, what gives less waits for the
# end of what was paid for. A bigger plan is wanted now even where the interval becomes shorter:
# what is left of the longer one is credited.
_TABLE: tuple[tuple[Step | None, Step | None, Step | None, When | Hindrance], ...] = (
    (Step.UP, None, None, When.NOW),
    (Step.DOWN, None, None, When.PERIOD_END),
    (Step.SAME, Step.DOWN, None, When.PERIOD_END),
    (Step.SAME, Step.UP, Step.DOWN, When.PERIOD_END),
    (Step.SAME, Step.UP, None, When.NOW),
    (Step.SAME, Step.SAME, Step.UP, When.NOW),
    (Step.SAME, Step.SAME, Step.DOWN, When.PERIOD_END),
    (Step.SAME, Step.SAME, Step.SAME, Hindrance.NOTHING_CHANGES),
)

_BY_STATUS: Mapping[Status, Hindrance] = {
    Status.PAST_DUE: Hindrance.PAY_FIRST,
    Status.UNPAID: Hindrance.PAY_FIRST,
    Status.PAUSED: Hindrance.PAUSED,
    Status.INCOMPLETE: Hindrance.NO_SUBSCRIPTION,
    Status.INCOMPLETE_EXPIRED: Hindrance.NO_SUBSCRIPTION,
    Status.CANCELED: Hindrance.NO_SUBSCRIPTION,
}


def decide(catalogue: Catalogue, standing: Standing, wanted: Bought) -> When | Hindrance:
    """When this subscription becomes what is wanted, or why it cannot."""
    if hindrance := hindered(standing):
        return hindrance
    if wanted.price.per_seat and wanted.seats < standing.members:
        return Hindrance.SEATS_IN_USE
    if wanted.plan.seats_follow and wanted.seats != max(standing.members, wanted.price.min_seats):
        return Hindrance.SEATS_FOLLOW
    assert standing.bought is not None  # noqa: S101 — what has no known price was hindered
    verdict = _looked_up(catalogue, standing.bought, wanted)
    if isinstance(verdict, When) and standing.status is Status.TRIALING:
        return When.IN_TRIAL
    return verdict


def hindered(standing: Standing) -> Hindrance | None:
    """Why nothing at all can be changed now, whatever is wanted."""
    if hindrance := _BY_STATUS.get(standing.status):
        return hindrance
    bought = standing.bought
    if standing.by_invoice or bought is None or bought.plan.checkout is not Checkout.SELF:
        return Hindrance.BY_CONTRACT
    if standing.waits_for_payment:
        return Hindrance.WAITS_FOR_PAYMENT
    return Hindrance.ENDING if standing.ending else None


def _looked_up(catalogue: Catalogue, now: Bought, wanted: Bought) -> When | Hindrance:
    steps = (
        plan_step(catalogue, now.plan, wanted.plan),
        _step(now.price.interval.months, wanted.price.interval.months),
        _step(now.seats, wanted.seats),
    )
    return next(
        verdict
        for *pattern, verdict in _TABLE
        if all(asked is None or asked is there for asked, there in zip(pattern, steps, strict=True))
    )


def plan_step(catalogue: Catalogue, now: Plan, wanted: Plan) -> Step:
    """Ranks say it within a generation; between two, what the plans give says it."""
    if now.generation == wanted.generation:
        return _step(now.rank, wanted.rank)
    loses_nothing = all(
        gives_at_least(meter, wanted.limits[feature], now.limits[feature])
        for feature, meter in catalogue.meters.items()
    )
    return Step.UP if loses_nothing else Step.DOWN


def _step(now: int, wanted: int) -> Step:
    return Step.SAME if now == wanted else Step.UP if wanted > now else Step.DOWN
