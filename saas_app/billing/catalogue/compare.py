"""What one catalogue changes against another, a line for each thing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from saas_app.core.money import Money, written
from saas_app.plans.catalogue import Catalogue, Plan
from saas_app.plans.features import Feature, Limit, gives_at_least, plain


@dataclass(frozen=True, slots=True)
class PriceMove:
    """A price whose amount differs: newcomers pay `after`, whoever pays `before` goes on paying it."""

    plan: str
    lookup_key: str
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit that people who have the plan now would lose some of."""

    plan: str
    generation: int
    feature: Feature
    before: Limit
    after: Limit


@dataclass(frozen=True, slots=True)
class Comparison:
    lines: tuple[str, ...]
    moves: tuple[PriceMove, ...]
    cuts: tuple[Cut, ...]


def compared(before: Catalogue, after: Catalogue) -> Comparison:
    """By plan and generation: a plan that was raised to a new generation leaves its people alone."""
    old = {(plan.id, plan.generation): plan for plan in before.plans}
    new = {(plan.id, plan.generation): plan for plan in after.plans}
    both = [(old[key], new[key]) for key in new if key in old]
    lines = [*_head(before, after)]
    lines += [f"+ plan {_name(new[key])}" for key in new if key not in old]
    lines += [f"- plan {_name(old[key])}" for key in old if key not in new]
    for one, other in both:
        lines += _plan(one, other, after)
    return Comparison(
        tuple(lines),
        tuple(move for one, other in both for move in _moves(one, other)),
        tuple(cut for one, other in both for cut in _cuts(one, other, after)),
    )


def _head(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for name in ("name", "currency", "generation", "default_plan", "terms", "warn_at", "grace"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            yield f"~ {name}: {one} → {other}"
    if dict(before.downgrade) != dict(after.downgrade):
        yield "~ what happens to what exceeds a smaller plan"
    if dict(before.meters) != dict(after.meters):
        yield "~ how features are measured"


def _plan(before: Plan, after: Plan, catalogue: Catalogue) -> Iterator[str]:
    where = _name(after)
    for name in ("name", "tagline", "number", "rank", "checkout", "trial_days", "trial_end"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            yield f"~ plan {where}, {name}: {one} → {other}"
    if before.promotion_codes != after.promotion_codes:
        yield f"~ plan {where}, promotion codes: {after.promotion_codes}"
    yield from _prices(before, after)
    for feature in catalogue.meters:
        one, other = before.limits.get(feature), after.limits.get(feature)
        if one != other:
            yield f"~ plan {where}, {feature}: {_shown(one)} → {_shown(other)}"


def _prices(before: Plan, after: Plan) -> Iterator[str]:
    old = {price.lookup_key: price for price in before.prices}
    new = {price.lookup_key: price for price in after.prices}
    for key in new.keys() - old.keys():
        yield f"+ price {key}: {_money(new[key].amount)} a {new[key].interval}"
    for key in old.keys() - new.keys():
        yield f"- price {key}: nobody new can buy it, whoever pays it goes on"
    for key in sorted(new.keys() & old.keys()):
        if old[key].amount != new[key].amount:
            yield f"~ price {key}: {_money(old[key].amount)} → {_money(new[key].amount)} for newcomers"
        if old[key].retired != new[key].retired:
            yield f"~ price {key}: {'offered to nobody any more' if new[key].retired else 'offered again'}"


def _moves(before: Plan, after: Plan) -> Iterator[PriceMove]:
    old = {price.lookup_key: price for price in before.prices}
    for price in after.prices:
        known = old.get(price.lookup_key)
        if known and known.amount != price.amount:
            yield PriceMove(after.id, price.lookup_key, known.amount, price.amount)


def _cuts(before: Plan, after: Plan, catalogue: Catalogue) -> Iterator[Cut]:
    for feature, meter in catalogue.meters.items():
        if feature not in before.limits:
            continue
        one, other = before.limits[feature], after.limits[feature]
        if one != other and not gives_at_least(meter, other, one):
            yield Cut(after.id, after.generation, feature, one, other)


def _name(plan: Plan) -> str:
    return f"{plan.id} (generation {plan.generation})"


def _shown(limit: Limit) -> str:
    value = plain(limit)
    if value is None:
        return "unlimited"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def _money(amount: Money) -> str:
    return written(amount.cents, amount.currency)
