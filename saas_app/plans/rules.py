"""What must hold across a whole catalogue, as a table of questions. Mends nothing; reads no file."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from saas_app.plans.catalogue import Catalogue, Checkout, Plan
from saas_app.plans.faults import CatalogueRefused, Fault
from saas_app.plans.features import Kind, gives_at_least, plain

K = TypeVar("K", bound=Hashable)

SHORTEST_TRIAL, LONGEST_TRIAL = 7, 14
LONGEST_GRACE = 30  # days; a longer one would outlive the payment processor's retries


def broken(catalogue: Catalogue) -> list[Fault]:
    return [fault for rule in _RULES for fault in rule(catalogue)]


def check_live(catalogue: Catalogue) -> None:
    """Refuse prices nobody has decided yet. Asked only where real money moves."""
    faults = [
        Fault(
            _at(catalogue, plan, f"prices[{price.lookup_key}]"), "is provisional: decide the amount"
        )
        for plan in catalogue.plans
        for price in plan.prices
        if price.provisional
    ]
    if faults:
        raise CatalogueRefused(tuple(faults))


def _at(catalogue: Catalogue, plan: Plan, key: str = "") -> str:
    generation = (
        "" if plan.generation == catalogue.generation else f" of generation {plan.generation}"
    )
    return f"{catalogue.source}.plans[{plan.id}{generation}]" + (f".{key}" if key else "")


def _identity(catalogue: Catalogue) -> Iterator[Fault]:
    plans = catalogue.plans
    for what, keys in (
        ("id", [(p.generation, p.id) for p in plans]),
        ("rank", [(p.generation, p.rank) for p in plans]),
        ("number", [(p.generation, p.number) for p in plans]),
    ):
        for _, value in _twice(keys):
            yield Fault(f"{catalogue.source}.plans", f"{what} {value!r} is used by two plans")
    for plan_id in {p.id for p in plans}:
        if len({p.number for p in plans if p.id == plan_id}) > 1:
            yield Fault(
                f"{catalogue.source}.plans[{plan_id}].number", "changes between generations"
            )
    for plan in plans:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", plan.id):
            yield Fault(
                _at(catalogue, plan, "id"), "should be lower-case letters, digits and dashes"
            )
        if plan.generation > catalogue.generation:
            yield Fault(_at(catalogue, plan, "generation"), "is later than the catalogue's own")


def _head(catalogue: Catalogue) -> Iterator[Fault]:
    source = catalogue.source
    if not re.fullmatch(r"[a-z]{3}", catalogue.currency):
        yield Fault(
            f"{source}.catalogue.currency", "should be three lower-case letters such as usd"
        )
    if catalogue.grace.days > LONGEST_GRACE:
        yield Fault(f"{source}.catalogue.grace_days", f"should be at most {LONGEST_GRACE}")
    default = catalogue.find(catalogue.default_plan)
    if default is None:
        yield Fault(f"{source}.product.default_plan", "should name a plan of this generation")
    elif default.rank != 0 or default.checkout is not Checkout.NONE:
        yield Fault(_at(catalogue, default), "is what everybody has: rank 0 and checkout none")
    for feature, meter in catalogue.meters.items():
        if meter.kind is Kind.STOCK and feature not in catalogue.downgrade:
            yield Fault(
                f"{source}.catalogue.downgrade.{feature}",
                "is missing: what happens on a smaller plan?",
            )
    for feature in catalogue.downgrade.keys() - catalogue.meters.keys():
        yield Fault(
            f"{source}.catalogue.downgrade.{feature}", "is not among the catalogue's meters"
        )


def _prices(catalogue: Catalogue) -> Iterator[Fault]:
    keys = [price.lookup_key for plan in catalogue.plans for price in plan.prices]
    for key in _twice(keys):
        yield Fault(f"{catalogue.source}.plans", f"lookup_key {key!r} is used by two prices")
    for plan in catalogue.plans:
        if (plan.checkout is Checkout.SELF) != bool(plan.on_offer):
            yield Fault(
                _at(catalogue, plan, "prices"),
                "and checkout self go together: one is there without the other",
            )
        for interval in _twice([price.interval for price in plan.on_offer]):
            yield Fault(
                _at(catalogue, plan, "prices"), f"offer two prices a {interval}; retire one"
            )
        if len({price.per_seat for price in plan.on_offer}) > 1:
            yield Fault(_at(catalogue, plan, "prices"), "mix seats and subscriptions")
        for price in plan.prices:
            if plan.seats_follow and not price.per_seat:
                yield Fault(_at(catalogue, plan, "seats_follow_members"), "needs prices per seat")
            if price.min_seats > 1 and not price.per_seat:
                yield Fault(
                    _at(catalogue, plan, f"prices[{price.lookup_key}].min"), 'needs per = "seat"'
                )
    for plan in catalogue.for_sale:
        for months in catalogue.terms if plan.on_offer else ():
            if all(price.interval.months != months for price in plan.on_offer):
                yield Fault(
                    _at(catalogue, plan, "prices"), f"lack one for the term of {months} month(s)"
                )


def _trials(catalogue: Catalogue) -> Iterator[Fault]:
    for plan in catalogue.plans:
        days = plan.trial_days
        if (days is None) != (plan.trial_end is None):
            yield Fault(_at(catalogue, plan), "has only one of trial_days and trial_end")
        if days is None:
            continue
        if not SHORTEST_TRIAL <= days <= LONGEST_TRIAL:
            yield Fault(
                _at(catalogue, plan, "trial_days"),
                f"should be {SHORTEST_TRIAL} to {LONGEST_TRIAL}, is {days}",
            )
        if plan.checkout is not Checkout.SELF:
            yield Fault(
                _at(catalogue, plan, "trial_days"), "needs checkout self: there is nothing to try"
            )


def _ladder(catalogue: Catalogue) -> Iterator[Fault]:
    """A higher rank never gives less, or an upgrade would take something away."""
    for higher in catalogue.plans:
        lower = [
            p for p in catalogue.plans if p.generation == higher.generation and p.rank < higher.rank
        ]
        below = max(lower, key=lambda plan: plan.rank, default=None)
        if below is None:
            continue
        for feature, meter in catalogue.meters.items():
            more, less = higher.limits[feature], below.limits[feature]
            if not gives_at_least(meter, more, less):
                yield Fault(
                    _at(catalogue, higher, f"limits.{feature}"),
                    f"gives less than {below.id}, which ranks below it: {plain(more)} after {plain(less)}",
                )


def _granted(catalogue: Catalogue) -> Iterator[Fault]:
    for feature, meter in catalogue.meters.items():
        if all(plan.limits[feature] == meter.nothing for plan in catalogue.for_sale):
            yield Fault(
                f"{catalogue.source}.meters.{feature}",
                "is granted by no plan; grant it or leave it out",
            )


def _twice(keys: Iterable[K]) -> list[K]:
    return [key for key, times in Counter(keys).items() if times > 1]


_RULES: tuple[Callable[[Catalogue], Iterator[Fault]], ...] = (
    _head,
    _identity,
    _prices,
    _trials,
    _ladder,
    _granted,
)
