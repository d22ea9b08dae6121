"""Plans by contract: asking for one, reading the offer, accepting it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, Field

from saas_app.api.caller import AnyCaller, RequestOrigin, SignedInCaller
from saas_app.api.v1.billing import payer
from saas_app.billing.errors import BILLING_PAGE
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.entitlements.contracts import acceptance, leads, offers
from saas_app.entitlements.contracts.leads import Asked
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Billing"])

_LONGEST = 1024


class LeadForm(BaseModel):
    """`email` counts only for those who are not signed in."""

    plan: Annotated[str, Field(max_length=64)] = ""
    email: Annotated[str, Field(max_length=_LONGEST)] = ""
    name: Annotated[str, Field(max_length=_LONGEST)] = ""
    company: Annotated[str, Field(max_length=_LONGEST)] = ""
    # A form sends what was left empty as an empty text: the domain names that fault in words.
    seats: Annotated[int, Field(ge=0, le=10_000_000), BeforeValidator(lambda v: v or 0)] = 0
    message: Annotated[str, Field(max_length=20_000)] = ""


class Sent(BaseModel):
    message: str


class ContractAnswer(BaseModel):
    """Amounts are in the smallest unit of the currency, for all seats and one interval."""

    key: str
    plan: str
    status: str
    interval: str
    amount_cents: int
    currency: str
    seats: int
    limits: dict[str, Any]
    term_months: int
    days_until_due: int
    offered_until_at: datetime
    accepted_at: datetime | None


class Accepted(BaseModel):
    message: str
    next: str


@router.post("/leads")
def ask(form: LeadForm, caller: AnyCaller, origin: RequestOrigin) -> Sent:
    """Ask about a plan by contract. Staff are told; nobody is written to."""
    email = caller.email if caller else form.email
    leads.count(origin.place)
    asked = leads.checked(Asked(**{**form.model_dump(), "email": email}))
    leads.count_kept(asked)
    with transaction() as session:
        leads.keep(
            session,
            asked,
            user_id=caller.user_id if caller else None,
            workspace_id=caller.workspace_id if caller else None,
        )
    return Sent(message=text("lead.sent"))


@router.get("/contract")
def read(caller: SignedInCaller) -> ContractAnswer:
    """The offer that stands, or the contract that runs. 404 where there is neither."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW_BILLING)
        row = offers.standing(session, caller.workspace_id)
    if row is None:
        raise NotFound("This workspace has no contract and no offer of one.")
    return ContractAnswer.model_validate(row, from_attributes=True)


@router.post("/contracts/{contract_key}/accept")
def accept(contract_key: str, caller: SignedInCaller, origin: RequestOrigin) -> Accepted:
    """Begin the contract. Only the owner; what ran before ends and its unused time is given back."""
    workspace, user = payer(caller)
    acceptance.accept(workspace, user, contract_key[:64], origin=origin)
    return Accepted(
        message=text("billing_page.notice.contract_accepted"),
        next=f"{BILLING_PAGE}?notice=contract_accepted",
    )
