"""Plans, Checkout, the subscription, invoices, usage. Four lines each: billing does the work."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.api.caller import Caller, RequestOrigin, SignedInCaller
from saas_app.billing import checkout, invoices, offer
from saas_app.billing.models import Invoice
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot
from saas_app.core.errors import Invalid
from saas_app.entitlements import summary, usage
from saas_app.entitlements.usage import Usage
from saas_app.plans.catalogue import Plan
from saas_app.plans.features import Feature, plain
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Billing"])

Name = Annotated[str, Field(max_length=64)]


class PriceAnswer(BaseModel):
    interval: str
    amount_cents: int
    currency: str
    per_seat: bool


class PlanAnswer(BaseModel):
    id: str
    number: int
    name: str
    tagline: str
    checkout: str
    trial_days: int | None
    prices: list[PriceAnswer]
    limits: dict[str, Any]


class Plans(BaseModel):
    plans: list[PlanAnswer]


class CheckoutRequest(BaseModel):
    plan: Name
    interval: Literal["month", "year"] = "month"
    seats: Annotated[int, Field(ge=1, le=10_000)] = 1


class CheckoutAnswer(BaseModel):
    checkout_url: str
    session_id: str


class InvoiceAnswer(BaseModel):
    id: int
    number: str | None
    status: str
    total_cents: int
    paid_cents: int
    due_cents: int
    currency: str
    created_at: datetime
    paid_at: datetime | None
    hosted_url: str | None
    pdf_url: str | None
    given_back_cents: int


class Invoices(BaseModel):
    invoices: list[InvoiceAnswer]


class UsageAnswer(BaseModel):
    """`amount` is `used` under the name that older scripts know; `id` is the feature's number."""

    id: int
    user_id: int
    feature: str
    amount: int
    timestamp: datetime
    used: int
    limit: int | None
    left: int | None
    warning: float | None
    resets_at: datetime | None


class UsageList(BaseModel):
    plan: str
    usage: list[UsageAnswer]


@router.get("/plans")
def plans() -> Plans:
    """The plans on offer, from the catalogue; `null` in a limit means unlimited."""
    return Plans(plans=[_plan(plan) for plan in offer.catalogue().for_sale])


@router.post("/checkout")
def start_checkout(
    order: CheckoutRequest, caller: SignedInCaller, origin: RequestOrigin
) -> CheckoutAnswer:
    """A payment page for this plan. Asking again gives the same page, never a second subscription."""
    workspace, user = payer(caller)
    started = checkout.start(
        workspace, user, plan=order.plan, interval=order.interval, seats=order.seats, origin=origin
    )
    return CheckoutAnswer(checkout_url=started.url, session_id=started.session_id)


@router.get("/invoices")
def list_invoices(
    caller: SignedInCaller, limit: Annotated[int, Query(ge=1, le=600)] = 24
) -> Invoices:
    """Newest first, without drafts. For those who may see the workspace's billing."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW_BILLING)
        back = invoices.given_back(session, caller.workspace_id)
        found = invoices.of(session, caller.workspace_id, limit)
    return Invoices(invoices=[_invoice(row, back.get(row.stripe_id, 0)) for row in found])


@router.get("/user/usage")
def read_usage(caller: SignedInCaller) -> UsageList:
    """What is used of each countable limit, and which notice mark it has passed."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        at = clock.now()
        plan = summary.of(session, caller.workspace_id, at).plan
        lines = usage.summary(session, caller.workspace_id, at)
    return UsageList(plan=plan, usage=[_usage(line, caller, at) for line in lines])


def payer(caller: Caller) -> tuple[Workspace, User]:
    """The workspace whose bill this is and the person who asks, if they may.

    Raises NotFound, NotAllowed, TooMany.
    """
    rate_limit.hit("billing", str(caller.workspace_id), limit=60, seconds=60)
    with snapshot() as session:
        workspace = memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.MANAGE_BILLING
        )
        return workspace, people.by_id(session, caller.user_id)


def interval_of(months: int) -> Literal["month", "year"]:
    """The interval that a purchase by months means. Raises Invalid naming the terms on offer."""
    catalogue = offer.catalogue()
    interval = catalogue.term(months)
    if interval is None:
        terms = ", ".join(str(term) for term in catalogue.terms)
        raise Invalid(
            "That duration is not on offer. Nothing was ordered.",
            fields={"duration_months": f"Choose one of: {terms}."},
        )
    return interval.value


def _plan(plan: Plan) -> PlanAnswer:
    return PlanAnswer(
        id=plan.id,
        number=plan.number,
        name=plan.name,
        tagline=plan.tagline,
        checkout=plan.checkout,
        trial_days=plan.trial_days,
        prices=[
            PriceAnswer(
                interval=p.interval,
                amount_cents=p.amount.cents,
                currency=p.amount.currency,
                per_seat=p.per_seat,
            )
            for p in plan.on_offer
        ],
        limits={feature.value: plain(limit) for feature, limit in plan.limits.items()},
    )


def _usage(line: Usage, caller: Caller, at: datetime) -> UsageAnswer:
    return UsageAnswer(
        id=list(Feature).index(line.feature) + 1,
        user_id=caller.user_id,
        feature=line.feature.value,
        amount=line.used,
        timestamp=at,
        used=line.used,
        limit=line.limit,
        left=line.left,
        warning=line.warning,
        resets_at=line.resets_at,
    )


def _invoice(row: Invoice, given_back: int) -> InvoiceAnswer:
    return InvoiceAnswer.model_validate({**row.model_dump(), "given_back_cents": given_back})
