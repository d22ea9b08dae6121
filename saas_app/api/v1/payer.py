"""Cards, billing details and tax numbers of the workspace. Ids are those of the workspace's own rows."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.api.caller import Caller, RequestOrigin, SignedInCaller
from saas_app.api.row_id import RowId
from saas_app.api.v1.billing import payer as paying
from saas_app.billing import cards, payer
from saas_app.billing.errors import BILLING_PAGE
from saas_app.billing.wallet import PayerFacts
from saas_app.core.db import snapshot
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api/billing", tags=["Billing"])

Line = Annotated[str, Field(max_length=500)]


class CardAnswer(BaseModel):
    """`kind` in Stripe's word; what is no card has no brand and never expires."""

    id: int
    kind: str
    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None
    is_default: bool
    created_at: datetime


class Cards(BaseModel):
    payment_methods: list[CardAnswer]


class SetupAnswer(BaseModel):
    setup_url: str


class Details(BaseModel):
    name: Line = ""
    email: Line = ""
    line1: Line = ""
    line2: Line = ""
    city: Line = ""
    state: Line = ""
    postal_code: Line = ""
    country: Line = ""


class TaxIdRequest(BaseModel):
    """`kind` as Stripe names it: `eu_vat`, `gb_vat`, `us_ein`."""

    kind: Annotated[str, Field(max_length=32, pattern="^[a-z]{2}_[a-z_0-9]+$")]
    value: Annotated[str, Field(min_length=1, max_length=64)]


class TaxIdAnswer(BaseModel):
    id: int
    kind: str
    value: str
    status: str


class DetailsAnswer(Details):
    tax_ids: list[TaxIdAnswer]


@router.get("/payment-methods")
def read_cards(caller: SignedInCaller) -> Cards:
    """The one that is charged first. For those who may see the workspace's billing."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW_BILLING)
        found = cards.of(session, caller.workspace_id)
    return Cards(
        payment_methods=[CardAnswer.model_validate(row, from_attributes=True) for row in found]
    )


@router.post("/payment-methods")
def add_card(caller: SignedInCaller) -> SetupAnswer:
    """A page of Stripe's that takes a card without charging it; no number passes through us."""
    workspace, user = paying(caller)
    return SetupAnswer(setup_url=cards.add(workspace, user, back_to=BILLING_PAGE))


@router.put("/payment-methods/{card_id}/default")
def choose_card(card_id: RowId, caller: SignedInCaller, origin: RequestOrigin) -> Cards:
    """Charge this one from now on."""
    workspace, user = paying(caller)
    cards.make_default(workspace, user, card_id, origin=origin)
    return read_cards(caller)


@router.delete("/payment-methods/{card_id}")
def remove_card(card_id: RowId, caller: SignedInCaller, origin: RequestOrigin) -> Cards:
    """Take it away; 409 while a subscription runs that has nothing else to be charged to."""
    workspace, user = paying(caller)
    cards.remove(workspace, user, card_id, origin=origin)
    return read_cards(caller)


@router.get("/details")
def read_details(caller: SignedInCaller) -> DetailsAnswer:
    """What stands on the invoices."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW_BILLING)
    return _details(caller)


@router.put("/details")
def change_details(wanted: Details, caller: SignedInCaller, origin: RequestOrigin) -> DetailsAnswer:
    """Print this on invoices from now on; those that are made stay as they are."""
    workspace, user = paying(caller)
    payer.change(workspace, user, PayerFacts(**wanted.model_dump()), origin=origin)
    return _details(caller)


@router.post("/tax-ids")
def add_tax_id(
    wanted: TaxIdRequest, caller: SignedInCaller, origin: RequestOrigin
) -> DetailsAnswer:
    """A number for the invoices; 422 with Stripe's reason where it is not taken."""
    workspace, user = paying(caller)
    payer.add_tax_id(workspace, user, kind=wanted.kind, value=wanted.value, origin=origin)
    return _details(caller)


@router.delete("/tax-ids/{tax_id}")
def remove_tax_id(tax_id: RowId, caller: SignedInCaller, origin: RequestOrigin) -> DetailsAnswer:
    """Leave it off invoices from now on."""
    workspace, user = paying(caller)
    payer.remove_tax_id(workspace, user, tax_id, origin=origin)
    return _details(caller)


def _details(caller: Caller) -> DetailsAnswer:
    with snapshot() as session:
        known = payer.of(session, caller.workspace_id)
        numbers = payer.tax_ids(session, caller.workspace_id)
    return DetailsAnswer(
        **Details.model_validate(known, from_attributes=True).model_dump(),
        tax_ids=[TaxIdAnswer.model_validate(row, from_attributes=True) for row in numbers],
    )
