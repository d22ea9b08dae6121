"""Connected provider accounts, and finishing what began at a provider."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from saas_app.accounts import asked, devices, email_address, people, ways_in
from saas_app.accounts.entry import Entered, SecondFactorDue
from saas_app.accounts.oauth import connections, identities, offers
from saas_app.accounts.oauth.errors import AnotherAccount
from saas_app.api import entry as entry_edge
from saas_app.api import providers as browser
from saas_app.api.boundary import cookie
from saas_app.api.caller import AnyCaller, FreshCaller, RequestOrigin, SignedInCaller, fresh
from saas_app.api.entry import Next
from saas_app.api.row_id import RowId
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotSignedIn
from saas_app.core.texts import text
from saas_app.onboarding import arrival

router = APIRouter(prefix="/api", tags=["Account"])

_LONGEST = 1024
_HOUR = 3600
Text = Annotated[str, Field(max_length=_LONGEST)]


class Message(BaseModel):
    message: str


class Connection(BaseModel):
    id: int
    provider: str
    email: str
    created_at: datetime
    last_used_at: datetime | None


class Connections(BaseModel):
    """`removable` is false where this is the only way to log in."""

    removable: bool
    identities: list[Connection]


class AddressOnly(BaseModel):
    email: Text


class MaybeMailed(BaseModel):
    token: Text = ""


@router.get("/user/identities")
def read_identities(caller: SignedInCaller) -> Connections:
    """The provider accounts that open this one."""
    with snapshot() as session:
        user = people.by_id(session, caller.user_id)
        rows = identities.of(session, caller.user_id)
        return Connections(
            removable=ways_in.count(session, user) > 1,
            identities=[Connection(**row.model_dump()) for row in rows],
        )


@router.post("/user/identities/{identity_id}/disconnect")
def disconnect(identity_id: RowId, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Take a connection away. 409 `last_way_in` where nobody could log in afterwards."""
    with transaction() as session:
        connections.disconnect(session, caller.user_id, identity_id, origin)
    return Next(
        message=text("providers.disconnected"), next=f"{browser.SECURITY}?notice=disconnected"
    )


@router.post("/auth/provider/address")
def give_address(
    form: AddressOnly, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    """The address that a provider did not tell; a letter to it comes first."""
    entry_edge.only_from_our_pages(request)
    rate_limit.hit("register", origin.place, limit=20, seconds=_HOUR)
    address = email_address.parse(form.email)
    asked.count(address, place=origin.place, device=cookie(request.headers, devices.COOKIE))
    with transaction() as session:
        offer = offers.of(session, cookie(request.headers, offers.COOKIE))
        visit = entry_edge.visit(
            request, origin, remember=offer.remember, next_page=offer.next_page
        )
        outcome = arrival.with_address(session, offer, form.email, visit)
        entered = isinstance(outcome, Entered | SecondFactorDue)
        page = entry_edge.recorded(session, outcome, origin) if entered else ""
    if isinstance(outcome, Entered | SecondFactorDue):
        return entry_edge.answered(response, outcome, page)
    return Next(message=text("providers.letter_sent"), next=browser.waiting(response, outcome))


@router.post("/auth/provider/mail-link")
def mail_link(request: Request, origin: RequestOrigin) -> Message:
    """A letter whose link connects the account, for people who do not know their password."""
    entry_edge.only_from_our_pages(request)
    rate_limit.hit("register", origin.place, limit=20, seconds=_HOUR)
    with snapshot() as session:
        offer = offers.of(session, cookie(request.headers, offers.COOKIE))
    address = email_address.parse(offer.proof.email)
    asked.count(address, place=origin.place, device=cookie(request.headers, devices.COOKIE))
    with transaction() as session:
        arrival.mail_link(session, offer)
    return Message(message=text("providers.link_sent"))


@router.post("/auth/provider/connect")
def connect(
    form: MaybeMailed,
    request: Request,
    response: Response,
    caller: AnyCaller,
    origin: RequestOrigin,
) -> Next:
    """Connect what was proved at the provider: by the mailed link, or by being logged in."""
    entry_edge.only_from_our_pages(request)
    rate_limit.hit("link", origin.place, limit=60, seconds=_HOUR)
    plain = cookie(request.headers, offers.COOKIE)
    if form.token:
        return _by_link(form.token, plain, request, response, origin)
    if caller is None:
        raise NotSignedIn(text("providers.log_in_first"))
    fresh(caller)
    with transaction() as session:
        offer = offers.of(session, plain)
        if offer.user_id != caller.user_id:
            raise AnotherAccount(text("providers.another_account"))
        offers.take(session, offer)
        connections.connect(session, people.by_id(session, caller.user_id), offer.proof, origin)
    entry_edge.forget_cookie(response, offers.COOKIE)
    connected = f"{browser.SECURITY}?notice=connected_{offer.proof.provider}"
    return Next(message=text("providers.connected"), next=offer.next_page or connected)


def _by_link(
    token: str, plain: str, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    with transaction() as session:
        offer = offers.of(session, plain)
        visit = entry_edge.visit(
            request, origin, remember=offer.remember, next_page=offer.next_page
        )
        outcome = arrival.enter_by_link(session, offer, token, visit)
        page = entry_edge.recorded(session, outcome, origin)
    entry_edge.forget_cookie(response, offers.COOKIE)
    return entry_edge.answered(response, outcome, page)
