"""Staff create and edit plans: the same reader, the same proposal and the same applying as the command line."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.api.caller import StaffCaller
from saas_app.billing.catalogue import edit, versions
from saas_app.billing.catalogue.edit import PlanDraft, PriceDraft
from saas_app.core import rate_limit
from saas_app.core.db import snapshot
from saas_app.core.errors import Invalid
from saas_app.entitlements import catalogue_change
from saas_app.entitlements.catalogue_change import Proposal
from saas_app.plans.faults import CatalogueRefused

router = APIRouter(prefix="/api", tags=["Staff"])

Name = Annotated[str, Field(min_length=1, max_length=64)]


class PriceForm(BaseModel):
    interval: Literal["month", "year"]
    amount_cents: Annotated[int, Field(ge=1, le=100_000_000)]
    per_seat: bool = False
    min_seats: Annotated[int, Field(ge=1, le=10_000)] = 1


class PlanForm(BaseModel):
    """A plan of today's generation; `prices` and `limits` that are left out stay as they are.

    `limits` as in the catalogue's file: a number, "unlimited", true, a list that may begin with "+".
    """

    id: Name
    name: Name
    tagline: Annotated[str, Field(min_length=1, max_length=200)]
    rank: Annotated[int | None, Field(ge=0, le=1000)] = None
    extends: Annotated[str | None, Field(max_length=64)] = None
    trial_days: Annotated[int | None, Field(ge=0, le=365)] = None
    trial_end: Literal["charge", "cancel", "pause"] | None = None
    promotion_codes: bool = False
    prices: Annotated[list[PriceForm] | None, Field(max_length=10)] = None
    limits: dict[Name, Any] | None = None
    dry_run: bool = False


class ProposalAnswer(BaseModel):
    """`version` is the one in force afterwards. Each list holds sentences."""

    applied: bool
    version: int
    catalogue: list[str]
    stripe: list[str]
    people: list[str]


@router.post("/plans")
def edit_plan(form: PlanForm, caller: StaffCaller) -> ProposalAnswer:
    """Add or change a plan. With `dry_run` only say what would change, and for whom."""
    rate_limit.hit("catalogue", str(caller.user_id), limit=30, seconds=60)
    with snapshot() as session:
        standing = versions.in_force(session)
    try:
        text = edit.with_plan(standing.source, standing.catalogue, _draft(form))
        proposal = catalogue_change.proposed(text)
        if not form.dry_run:
            note = f"plan {form.id} edited by staff"
            catalogue_change.applied(proposal, note=note, by=caller.user_id)
    except CatalogueRefused as refused:
        raise Invalid(
            "The plan does not fit into the catalogue. Nothing was changed; mend what is named and send it again.",
            fields={fault.where: fault.what for fault in refused.faults},
        ) from refused
    return _answer(proposal, applied=not form.dry_run)


def _draft(form: PlanForm) -> PlanDraft:
    return PlanDraft(
        id=form.id,
        name=form.name,
        tagline=form.tagline,
        rank=form.rank,
        extends=form.extends,
        trial_days=form.trial_days,
        trial_end=form.trial_end,
        promotion_codes=form.promotion_codes,
        prices=None
        if form.prices is None
        else tuple(
            PriceDraft(p.interval, p.amount_cents, p.per_seat, p.min_seats) for p in form.prices
        ),
        limits=form.limits,
    )


def _answer(proposal: Proposal, *, applied: bool) -> ProposalAnswer:
    with snapshot() as session:
        version = versions.in_force(session).number
    return ProposalAnswer(
        applied=applied,
        version=version,
        catalogue=list(proposal.catalogue),
        stripe=list(proposal.stripe),
        people=list(proposal.people),
    )
