"""What a workspace has at this moment: its plan, the limits in force, and why. Decides no single request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from saas_app.plans.catalogue import Catalogue, Plan
from saas_app.plans.features import Feature, Limits
from saas_app.plans.limits import overridden


class Status(StrEnum):
    """A subscription's status, in the words of the payment processor."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    UNPAID = "unpaid"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    CANCELED = "canceled"


class Reason(StrEnum):
    """Why the plan is what it is; the texts a person reads are keyed by these."""

    NO_SUBSCRIPTION = "no_subscription"
    TRIAL = "trial"
    PAID = "paid"
    IN_GRACE = "in_grace"
    GRACE_OVER = "grace_over"
    PAUSED = "paused"
    UNPAID = "unpaid"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    GRANTED = "granted"  # by staff, without a subscription


@dataclass(frozen=True, slots=True)
class Standing:
    entitled: bool
    reason: Reason
    grace_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The facts of one subscription that access hangs on."""

    status: Status
    lookup_key: str | None
    last_plan: str | None = None  # the plan it was last known to give, and of which generation
    last_generation: int | None = None
    failed_since: datetime | None = None
    quantity: int = 1
    # A change is on its way, and until it is through the quantity follows nobody.
    changing: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    plan: str
    generation: int
    rank: int
    limits: Limits
    reason: Reason
    catalogue: Catalogue = field(repr=False)
    status: Status | None = None
    grace_until: datetime | None = None
    alerts: tuple[
        str, ...
    ] = ()  # for the operator: what could not be understood, and what was kept


def standing(
    status: Status, *, failed_since: datetime | None, now: datetime, grace: timedelta
) -> Standing:
    """Translate a processor status into access.

    A failed payment leaves the grace period to mend the card: access lasts until the instant
    it ends, not through it. A past_due whose failure has no date yet has only just failed.
    """
    match status:
        case Status.TRIALING:
            return Standing(entitled=True, reason=Reason.TRIAL)
        case Status.ACTIVE:
            return Standing(entitled=True, reason=Reason.PAID)
        case Status.PAST_DUE:
            until = (failed_since or now) + grace
            in_grace = now < until
            return Standing(in_grace, Reason.IN_GRACE if in_grace else Reason.GRACE_OVER, until)
        case Status.PAUSED:
            return Standing(entitled=False, reason=Reason.PAUSED)
        case Status.UNPAID:
            return Standing(entitled=False, reason=Reason.UNPAID)
        case Status.INCOMPLETE | Status.INCOMPLETE_EXPIRED:
            return Standing(entitled=False, reason=Reason.NOT_STARTED)
        case Status.CANCELED:
            return Standing(entitled=False, reason=Reason.ENDED)
        case _:
            assert_never(status)


def of(
    catalogue: Catalogue,
    subscribed: Subscribed | None,
    *,
    now: datetime,
    overrides: Mapping[str, object] | None = None,
) -> Access:
    """The access this subscription gives now, with the customer's own contract laid over it.

    `overrides` are those in force: whoever keeps them knows when a contract begins and ends.
    """
    if subscribed is None:
        return _access(catalogue, catalogue.default, Reason.NO_SUBSCRIPTION, overrides)
    stands = standing(
        subscribed.status, failed_since=subscribed.failed_since, now=now, grace=catalogue.grace
    )
    plan, alert = _plan(catalogue, subscribed) if stands.entitled else (catalogue.default, None)
    return _access(
        catalogue,
        plan,
        stands.reason,
        overrides,
        status=subscribed.status,
        grace_until=stands.grace_until,
        seats=subscribed.quantity,
        changing=subscribed.changing,
        alert=alert,
    )


def granted(
    catalogue: Catalogue, plan_id: str, *, overrides: Mapping[str, object] | None = None
) -> Access:
    """The access of a plan that staff gave without a subscription. Raises KeyError for no such plan."""
    return _access(catalogue, catalogue.plan(plan_id), Reason.GRANTED, overrides)


def _plan(catalogue: Catalogue, subscribed: Subscribed) -> tuple[Plan, str | None]:
    """A price we do not know keeps what the customer had: a slip of ours never costs them access."""
    known = catalogue.plan_of(subscribed.lookup_key) if subscribed.lookup_key else None
    if known:
        return known, None
    kept = catalogue.find(subscribed.last_plan, subscribed.last_generation) or catalogue.find(
        subscribed.last_plan
    )
    price = subscribed.lookup_key or "without a lookup key"
    if kept:
        return kept, f"unknown price {price}: kept the last known plan {kept.id}"
    return (
        catalogue.default,
        f"unknown price {price} and no last known plan: {catalogue.default.id}",
    )


def _access(
    catalogue: Catalogue,
    plan: Plan,
    reason: Reason,
    overrides: Mapping[str, object] | None,
    *,
    status: Status | None = None,
    grace_until: datetime | None = None,
    seats: int = 1,
    changing: bool = False,
    alert: str | None = None,
) -> Access:
    counted = _with_seats(plan, seats, changing=changing)
    limits, faults = overridden(counted, overrides or {}, catalogue.meters)
    return Access(
        plan=plan.id,
        generation=plan.generation,
        rank=plan.rank,
        limits=limits,
        reason=reason,
        catalogue=catalogue,
        status=status,
        grace_until=grace_until,
        alerts=(*((alert,) if alert else ()), *(f"override {fault}" for fault in faults)),
    )


def _with_seats(plan: Plan, bought: int, *, changing: bool) -> Limits:
    """Where seats are what is paid for, the number bought is the limit, up to the plan's own.

    Seats that follow the members are no limit, unless a change keeps them from following: whoever
    joined meanwhile would have a seat that nobody pays for.
    """
    most = plan.limits.get(Feature.SEATS)
    follow = plan.seats_follow and not changing
    if not plan.sold_per_seat or follow or not isinstance(most, int):
        return plan.limits
    return {**plan.limits, Feature.SEATS: min(bought, most)}
