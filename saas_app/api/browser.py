"""Plain addresses a browser may be sent to: into Checkout, into the portal, out of a subscription.

They answer with a redirect, never with a document: a refusal leads to the page that explains it.
"""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from saas_app.api.caller import AnyCaller, Caller, RequestOrigin
from saas_app.api.v1 import billing
from saas_app.audit.trail import Origin
from saas_app.billing import cancellation, cards, checkout, portal, sync
from saas_app.billing.errors import AlreadySubscribed
from saas_app.core.errors import Kind, NotSignedIn, SaasError
from saas_app.plans.access import Status
from saas_app.workspaces import memberships

router = APIRouter(include_in_schema=False)

_BILLING_PAGE = "/settings/billing"
_CHANGE_PAGE = f"{_BILLING_PAGE}/change"
_CHANGEABLE = frozenset({Status.ACTIVE, Status.TRIALING})
_PORTAL_RETURN = "/manage-subscription/done"
_SEE_OTHER = 303
_INTERVALS = {
    "monthly": "month",
    "month": "month",
    "annual": "year",
    "yearly": "year",
    "year": "year",
}
PREFIXES = (
    "/create-checkout",
    "/upgrade",
    "/manage-subscription",
    "/cancel-subscription",
    "/payment-method",
)


@router.get("/create-checkout")
def create_checkout(
    request: Request,
    caller: AnyCaller,
    origin: RequestOrigin,
    tier: str = "",
    billing_cycle: str = "monthly",
) -> RedirectResponse:
    try:
        return _to(_payment_page(_signed_in(caller), origin, tier, billing_cycle))
    except AlreadySubscribed as there:
        # Whoever pays already changes what they have instead of buying a second one.
        if there.facts["subscription_status"] not in _CHANGEABLE:
            return _explained(request, there)
        wish = {"plan": tier, "interval": _INTERVALS.get(billing_cycle, billing_cycle)}
        return _to(f"{_CHANGE_PAGE}?{urlencode(wish)}")
    except SaasError as refusal:
        return _explained(request, refusal)


@router.get("/upgrade/{tier}")
def upgrade(
    request: Request,
    caller: AnyCaller,
    origin: RequestOrigin,
    tier: str,
    billing_cycle: str = "monthly",
) -> RedirectResponse:
    return create_checkout(request, caller, origin, tier, billing_cycle)


@router.get("/manage-subscription")
def manage_subscription(request: Request, caller: AnyCaller) -> RedirectResponse:
    try:
        workspace, _ = billing.payer(_signed_in(caller))
        return _to(portal.url(workspace, back_to=_PORTAL_RETURN))
    except SaasError as refusal:
        return _explained(request, refusal)


@router.get(_PORTAL_RETURN)
def back_from_portal(request: Request, caller: AnyCaller) -> RedirectResponse:
    """Look at Stripe before the page is drawn: what was done there is shown, webhook or not."""
    try:
        workspace, _ = billing.payer(_signed_in(caller))
        sync.workspace(memberships.ident(workspace))
    except SaasError as refusal:
        return _explained(request, refusal)
    return _to(_BILLING_PAGE)


@router.get("/payment-method/add")
def add_card(request: Request, caller: AnyCaller) -> RedirectResponse:
    try:
        workspace, user = billing.payer(_signed_in(caller))
        return _to(cards.add(workspace, user, back_to=f"{_BILLING_PAGE}?notice=card_not_added"))
    except SaasError as refusal:
        return _explained(request, refusal)


@router.get(cards.ADDED_PATH)
def card_added(
    request: Request, caller: AnyCaller, origin: RequestOrigin, session_id: str = ""
) -> RedirectResponse:
    try:
        workspace, user = billing.payer(_signed_in(caller))
        added = cards.added(session_id, workspace, user, origin=origin)
    except SaasError as refusal:
        return _explained(request, refusal)
    outcome = "card_added" if added.done else "card_not_added"
    return _to(f"{_BILLING_PAGE}?notice={outcome}{'_declined' if added.declined else ''}")


@router.post("/cancel-subscription")
def cancel_subscription(
    request: Request,
    caller: AnyCaller,
    origin: RequestOrigin,
    immediate: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    try:
        workspace, user = billing.payer(_signed_in(caller))
        (cancellation.at_once if immediate else cancellation.at_period_end)(
            workspace, user, origin=origin
        )
    except SaasError as refusal:
        return _explained(request, refusal)
    return _to(f"{_BILLING_PAGE}?notice=canceled")


def _payment_page(caller: Caller, origin: Origin, tier: str, billing_cycle: str) -> str:
    workspace, user = billing.payer(caller)
    interval = _INTERVALS.get(billing_cycle, billing_cycle)
    return checkout.start(workspace, user, plan=tier, interval=interval, origin=origin).url


def _signed_in(caller: Caller | None) -> Caller:
    if caller is None:
        raise NotSignedIn("Please log in first.")
    return caller


def _explained(request: Request, refusal: SaasError) -> RedirectResponse:
    if refusal.kind is Kind.NOT_SIGNED_IN:
        here = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        return _to(f"/login?next={quote(here, safe='')}")
    return _to(f"{_BILLING_PAGE}?notice={refusal.code}")


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, _SEE_OTHER)
