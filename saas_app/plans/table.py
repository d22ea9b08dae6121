"""The catalogue as rows for a pricing page and bullets for a plan's card. Holds no words, only their keys."""

from dataclasses import dataclass

from saas_app.plans.catalogue import Catalogue, Plan
from saas_app.plans.features import Feature, Kind, Limit, Meter


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan's limit. `text` is the key of its words, which may use `count` and `items`."""

    plan: str
    text: str
    limit: Limit
    count: int | None = None
    items: tuple[str, ...] = ()
    included: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    feature: Feature
    kind: Kind
    label: str
    cells: tuple[Cell, ...]


def limits_table(catalogue: Catalogue) -> tuple[Row, ...]:
    """One row per feature in the catalogue's order, one cell per plan for sale."""
    return tuple(
        Row(
            feature=feature,
            kind=meter.kind,
            label=label(feature),
            cells=tuple(cell(meter, plan) for plan in catalogue.for_sale),
        )
        for feature, meter in catalogue.meters.items()
    )


def highlights(catalogue: Catalogue, plan: Plan) -> tuple[Cell, ...]:
    """What this plan gives that the plan it extends does not, in the catalogue's order."""
    parent = catalogue.find(plan.extends, plan.generation)
    return tuple(
        cell(meter, plan)
        for feature, meter in catalogue.meters.items()
        if plan.limits[feature] != (parent.limits[feature] if parent else meter.nothing)
    )


def label(feature: Feature) -> str:
    return f"feature.{feature}"


def cell(meter: Meter, plan: Plan) -> Cell:
    return cell_of(meter, plan.limits[meter.feature], plan.id)


def cell_of(meter: Meter, limit: Limit, plan: str = "") -> Cell:
    """As `cell`, for a limit that is no plan's own: with a contract laid over it, or seats bought."""
    key = f"limit.{meter.feature}"
    if meter.kind is Kind.FLAG:
        return Cell(plan, "limit.yes" if limit else "limit.no", limit, included=bool(limit))
    if limit == meter.nothing and meter.kind is not Kind.LEVEL:
        return Cell(plan, "limit.no", limit, included=False)
    if limit is None:
        return Cell(plan, "limit.unlimited", limit)
    if isinstance(limit, frozenset):
        return Cell(plan, key, limit, count=len(limit), items=tuple(sorted(limit)))
    if isinstance(limit, str):
        return Cell(plan, f"{key}.{limit}", limit)
    return Cell(plan, key, limit, count=limit)
