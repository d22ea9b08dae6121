"""A plan as staff wrote it, put into the catalogue's own text, comments and order kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import ConvertError

from saas_app.plans.catalogue import Catalogue
from saas_app.plans.faults import CatalogueRefused, Fault


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """`amount` is in the smallest unit of the catalogue's currency."""

    interval: str
    amount: int
    per_seat: bool = False
    min_seats: int = 1


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What staff may say of a plan of today's generation; what is None is left as it is.

    A new plan stands above the one it extends, unless `rank` says otherwise; whatever had that
    place moves up.
    """

    id: str
    name: str
    tagline: str
    rank: int | None = None
    extends: str | None = None
    trial_days: int | None = None
    trial_end: str | None = None
    promotion_codes: bool = False
    prices: tuple[PriceDraft, ...] | None = None
    limits: Mapping[str, object] | None = None


def with_plan(text: str, catalogue: Catalogue, draft: PlanDraft) -> str:
    """The text with this plan added, or in place of the one of the same id and generation.

    Judges nothing: the catalogue's own reader does, with every fault at once. Raises
    CatalogueRefused only for what no TOML can say.
    """
    document: Any = tomlkit.parse(text)  # its types do not say what its containers hold
    rows = document.setdefault("plans", tomlkit.aot())
    there = _row(rows, draft.id, catalogue.generation)
    row: Any = tomlkit.table() if there is None else there
    for key, value in _values(catalogue, draft, known=there is not None).items():
        row[key] = value
    for gone in _left_out(draft):
        row.pop(gone, None)
    if draft.limits is not None:
        limits = tomlkit.table()
        for name, limit in draft.limits.items():
            limits[name] = _written(draft, name, limit)
        row["limits"] = limits
    _make_room(rows, row, catalogue.generation)
    if there is None:
        rows.append(row)
    return tomlkit.dumps(document)


def _written(draft: PlanDraft, name: str, limit: object) -> Any:
    """TOML knows no null, wherever it stands: the one thing of JSON that the reader never sees."""
    try:
        return tomlkit.item(limit)
    except ConvertError as nothing:
        where = f"catalogue.plans[{draft.id}].limits.{name}"
        fault = Fault(where, "holds a null; leave it out, or write what it should be")
        raise CatalogueRefused((fault,)) from nothing


def _row(rows: Any, plan_id: str, generation: int) -> Any:
    for row in rows:
        if row.get("id") == plan_id and row.get("generation", generation) == generation:
            return row
    return None


def _make_room(rows: Any, row: Any, generation: int) -> None:
    """Two plans of one generation never share a rank: whoever stood there moves up by one."""
    taken = row["rank"]
    others = [
        other
        for other in rows
        if other is not row and other.get("generation", generation) == generation
    ]
    if not any(other["rank"] == taken for other in others):
        return
    for other in others:
        if other["rank"] >= taken:
            other["rank"] = other["rank"] + 1


def _values(catalogue: Catalogue, draft: PlanDraft, *, known: bool) -> dict[str, object]:
    values: dict[str, object] = {"id": draft.id, "name": draft.name, "tagline": draft.tagline}
    if not known:
        values["number"] = max(plan.number for plan in catalogue.plans) + 1
        below = catalogue.find(draft.extends)
        highest = max(plan.rank for plan in catalogue.for_sale)
        values["rank"] = (below.rank if below else highest) + 1
    if draft.rank is not None:
        values["rank"] = draft.rank
    if draft.extends:
        values["extends"] = draft.extends
    if draft.prices:
        values["checkout"] = "self"
        values["prices"] = [
            *(_price(catalogue, draft, price) for price in draft.prices),
            *_retired(catalogue, draft),
        ]
    elif not known:
        values["checkout"] = "contact"
    if draft.trial_days:
        values["trial_days"] = draft.trial_days
        values["trial_end"] = draft.trial_end or "cancel"
    if draft.promotion_codes:
        values["promotion_codes"] = True
    return values


def _left_out(draft: PlanDraft) -> list[str]:
    """Keys that must not stay behind from the plan as it was."""
    return [
        *(("trial_days", "trial_end") if not draft.trial_days else ()),
        *(("promotion_codes",) if not draft.promotion_codes else ()),
    ]


def _retired(catalogue: Catalogue, draft: PlanDraft) -> list[dict[str, object]]:
    """A price that is offered no more stays readable for those who pay it."""
    offered = {price.interval for price in draft.prices or ()}
    plan = catalogue.find(draft.id)
    return [
        {
            "lookup_key": price.lookup_key,
            "interval": price.interval.value,
            "amount": price.amount.cents,
            **({"per": "seat", "min": price.min_seats} if price.per_seat else {}),
            "retired": True,
        }
        for price in (plan.prices if plan else ())
        if price.retired or price.interval.value not in offered
    ]


def _price(catalogue: Catalogue, draft: PlanDraft, price: PriceDraft) -> dict[str, object]:
    """A known price keeps its key: another amount is another price at Stripe under the same key."""
    known = next(
        (
            p.lookup_key
            for plan in catalogue.for_sale
            if plan.id == draft.id
            for p in plan.on_offer
            if p.interval.value == price.interval
        ),
        f"{catalogue.id}_{draft.id}_{price.interval}_v{catalogue.generation}",
    )
    row: dict[str, object] = {
        "lookup_key": known,
        "interval": price.interval,
        "amount": price.amount,
    }
    if price.per_seat:
        row["per"] = "seat"
        row["min"] = price.min_seats
    return row
