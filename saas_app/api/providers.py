"""To a provider and back: addresses a browser is sent to. They answer with a redirect.

Going there needs a form of ours (a foreign page must not start a log-in); coming back needs the
cookie of the browser that went. A refusal leads to the page that explains it and keeps `next`.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from saas_app.accounts import asked, devices, people
from saas_app.accounts.entry import Entered, SecondFactorDue
from saas_app.accounts.oauth import connections, conversation, offers, providers, visits
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.errors import Declined, IdentityTaken, NotTrusted, VisitOver
from saas_app.accounts.oauth.visits import Purpose, Visit
from saas_app.api import caller as callers
from saas_app.api import entry as entry_edge
from saas_app.api.boundary import cookie
from saas_app.api.caller import FreshCaller, RequestOrigin
from saas_app.api.entry import Next
from saas_app.api.next_page import safe_next
from saas_app.audit.trail import Origin
from saas_app.core import rate_limit, tokens
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, Kind, SaasError
from saas_app.core.texts import text
from saas_app.onboarding import arrival
from saas_app.onboarding.arrival import AccountKnown, AddressNeeded, LetterSent, Outcome

router = APIRouter(prefix="/auth", include_in_schema=False)
PREFIXES = ("/auth",)
SECURITY = "/settings/security"
STOPPED = "/login/provider/stopped"
AGAIN = "/login/provider/again"
AWAY = "/login/provider/away"
WAITING: dict[type, str] = {
    LetterSent: "/login/provider/letter",
    AddressNeeded: "/login/provider/address",
    AccountKnown: "/login/provider/known",
}
_SEE_OTHER = 303
_LONGEST = 1024
_FIVE_MINUTES = 300


@router.post("/{provider}/start")
def start(
    provider: str,
    request: Request,
    origin: RequestOrigin,
    then: Annotated[str, Form(alias="next", max_length=_LONGEST)] = "",
    remember: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """Off to the provider, to log in or to join."""
    entry_edge.only_from_our_pages(request)
    then = safe_next(then)
    try:
        rate_limit.hit("provider.start", origin.place, limit=60, seconds=_FIVE_MINUTES)
        browser = _browser(request)
        going = _departure(provider, browser, then, remember=remember)
    except SaasError as refusal:
        return _explained(refusal, then, Purpose.LOG_IN)
    response = _to(going)
    entry_edge.set_cookie(response, visits.COOKIE, browser, age=visits.LASTS)
    return response


@router.post("/{provider}/connect")
def connect(
    provider: str, request: Request, response: Response, caller: FreshCaller, origin: RequestOrigin
) -> Next:
    """Off to the provider, to add it to the account that is logged in."""
    rate_limit.hit("provider.start", origin.place, limit=60, seconds=_FIVE_MINUTES)
    browser = _browser(request)
    going = _departure(provider, browser, SECURITY, user_id=caller.user_id)
    entry_edge.set_cookie(response, visits.COOKIE, browser, age=visits.LASTS)
    return Next(
        message=text("providers.leaving", provider=providers.named(provider).label), next=going
    )


@router.get("/{provider}/callback")
def callback(provider: str, request: Request, origin: RequestOrigin) -> RedirectResponse:
    """Back from the provider, with whatever it says."""
    then, purpose = "", Purpose.LOG_IN
    try:
        rate_limit.hit("provider.callback", origin.place, limit=60, seconds=_FIVE_MINUTES)
        known, answer = providers.named(provider), _answer(request)
        with transaction() as session:
            visit = visits.taken(
                session,
                provider,
                answer.get("state", ""),
                cookie(request.headers, visits.COOKIE),
            )
        then, purpose = visit.next_page, visit.purpose
        proof = conversation.proof(known, visit, answer)
        if purpose is Purpose.CONNECT:
            return _connected(request, visit, proof, origin)
        return _arrived(request, visit, proof, origin)
    except VisitOver as over:
        return _to(AGAIN, next=str(over.facts.get("next", "")))
    except SaasError as refusal:
        return _explained(refusal, then, purpose)


def waiting(response: Response, outcome: Outcome) -> str:
    """The page that says what is left to do, and the cookie by which this browser goes on."""
    if isinstance(outcome, Entered | SecondFactorDue):
        raise TypeError("nothing is left to do")
    entry_edge.set_cookie(response, offers.COOKIE, outcome.offer, age=offers.LASTS)
    return WAITING[type(outcome)]


def _departure(
    provider: str, browser: str, then: str, *, remember: bool = False, user_id: int | None = None
) -> str:
    """Where the browser goes. What waits for the network comes before the transaction."""
    known = providers.named(provider)
    conversation.authorization_endpoint(known)
    with transaction() as session:
        started = visits.start(
            session,
            known.key,
            browser,
            purpose=Purpose.CONNECT if user_id else Purpose.LOG_IN,
            remember=remember,
            next_page=then,
            user_id=user_id,
        )
    return conversation.address(known, started)


def _arrived(request: Request, visit: Visit, proof: Proof, origin: Origin) -> RedirectResponse:
    with snapshot() as session:
        due = arrival.letter_due(session, proof)
    if due is not None:
        asked.count(due, place=origin.place, device=cookie(request.headers, devices.COOKIE))
    wants_in = entry_edge.visit(request, origin, remember=visit.remember, next_page=visit.next_page)
    try:
        outcome, page = _let_in(proof, wants_in, origin)
    except Conflict:
        # Two tabs of one new person: the other one was first, so now they are known.
        outcome, page = _let_in(proof, wants_in, origin)
    response = _to(page)
    if isinstance(outcome, Entered | SecondFactorDue):
        entry_edge.answered(response, outcome, page)
        return response
    page = waiting(response, outcome)
    response.headers["location"] = _with(page, next=visit.next_page)
    return response


def _let_in(proof: Proof, wants_in: entry_edge.Visit, origin: Origin) -> tuple[Outcome, str]:
    with transaction() as session:
        outcome = arrival.arrive(session, proof, wants_in)
        entered = isinstance(outcome, Entered | SecondFactorDue)
        page = entry_edge.recorded(session, outcome, origin) if entered else ""
    return outcome, page


def _connected(request: Request, visit: Visit, proof: Proof, origin: Origin) -> RedirectResponse:
    """Only into the account that asked, and only while it is still logged in here."""
    who = callers.optional(request)
    if who is None or who.user_id != visit.user_id:
        raise VisitOver(text("providers.another_session"), next=SECURITY)
    with transaction() as session:
        user = people.by_id(session, who.user_id)
        connections.connect(session, user, proof, origin)
    return _to(SECURITY, notice=f"connected_{proof.provider}")


def _explained(refusal: SaasError, then: str, purpose: Purpose) -> RedirectResponse:
    if purpose is Purpose.CONNECT:
        return _to(SECURITY, notice=_NOTICES.get(type(refusal), "provider_failed"))
    if isinstance(refusal, Declined):
        return _to(STOPPED, next=then)
    away = refusal.kind in {Kind.UNAVAILABLE, Kind.TOO_MANY}
    return _to(AWAY if away else AGAIN, next=then)


_NOTICES: dict[type[SaasError], str] = {
    Declined: "provider_declined",
    IdentityTaken: "provider_taken",
}


def _answer(request: Request) -> dict[str, str]:
    """The callback's parameters. One that comes twice may be read differently by two readers."""
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) != len(pairs):
        raise NotTrusted(text("providers.twice"))
    return dict(pairs)


def _browser(request: Request) -> str:
    """The cookie that all tabs of this browser share, so that a second one disturbs no first."""
    return cookie(request.headers, visits.COOKIE) or tokens.issue().plain


def _to(address: str, **query: str) -> RedirectResponse:
    return RedirectResponse(_with(address, **query), _SEE_OTHER)


def _with(address: str, **query: str) -> str:
    said = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(said)}" if said else address
