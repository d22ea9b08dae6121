"""Joining, proving an address, logging in and out: tokens for programs, a cookie for browsers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field

from saas_app.accounts import (
    asked,
    devices,
    email_address,
    entry,
    jwt,
    login,
    people,
    refresh,
    reset,
    sessions,
    signup,
)
from saas_app.accounts.entry import Method
from saas_app.accounts.errors import RefreshReused
from saas_app.accounts.models import User
from saas_app.api import entry as entry_edge
from saas_app.api.boundary import cookie
from saas_app.api.caller import RequestOrigin
from saas_app.api.entry import Next
from saas_app.api.v1 import second_step
from saas_app.audit import trail
from saas_app.core import rate_limit
from saas_app.core.db import transaction
from saas_app.core.texts import text
from saas_app.onboarding import registration
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

router = APIRouter(prefix="/api/auth", tags=["Authentication"])

_LONGEST = 1024
Text = Annotated[str, Field(max_length=_LONGEST)]


class Registration(BaseModel):
    email: Text
    password: Text
    name: Text = ""


class Message(BaseModel):
    message: str


class Credentials(BaseModel):
    email: Text
    password: Text


class ProgramCredentials(Credentials):
    otp: Annotated[str, Field(max_length=100)] = ""


class BrowserCredentials(Credentials):
    remember: bool = False
    next: Text = ""


class Person(BaseModel):
    id: int
    email: str
    is_admin: bool
    plan_type: str


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 — the token's type, not a token
    expires_in: int
    user: Person


class Refresh(BaseModel):
    refresh_token: Text


class MailedToken(BaseModel):
    token: Text


class AddressOnly(BaseModel):
    email: Text


class NewPassword(MailedToken):
    password: Text


@router.post("/register", status_code=201)
def register(form: Registration, request: Request, origin: RequestOrigin) -> Message:
    """Create an account. A known address gets the same answer as a new one, and a letter."""
    rate_limit.hit("register", origin.place, limit=20, seconds=3600)
    application = signup.apply(form.email, form.password, form.name)
    asked.count(application.address, place=origin.place, device=_device(request))
    with transaction() as session:
        registration.request(session, application, origin)
    return Message(message=text("auth.registered", email=application.address.written))


@router.post("/verify-email")
def verify_email(form: MailedToken, origin: RequestOrigin) -> Next:
    """Prove an address with the token of a mailed link."""
    rate_limit.hit("link", origin.place, limit=60, seconds=3600)
    with transaction() as session:
        user = signup.verify(session, form.token)
        trail.record(session, "account.email_verified", actor_id=user.id, origin=origin)
    return Next(message=text("auth.verified"), next="/login?verified=1")


@router.post("/resend-verification")
def resend_verification(form: AddressOnly, request: Request, origin: RequestOrigin) -> Message:
    """Send the confirmation letter again; says the same whether or not there is anything to confirm."""
    rate_limit.hit("register", origin.place, limit=20, seconds=3600)
    address = email_address.parse(form.email)
    asked.count(address, place=origin.place, device=_device(request))
    with transaction() as session:
        asked.confirmation(session, form.email)
    return Message(message=text("auth.resent"))


@router.post("/login")
def log_in(form: ProgramCredentials, origin: RequestOrigin) -> Tokens:
    """Log a program in: a short access token and a refresh token.

    401 `otp_required` where a second factor is on: send the same again with `otp`, a code of the
    authenticator app or a recovery code.
    """
    user = login.authenticate(form.email, form.password, place=origin.place)
    second_step.require_otp(user, form.otp)
    with transaction() as session:
        user = login.still(session, user)
        workspace = memberships.personal_of(session, people.ident(user))
        started = refresh.start(session, people.ident(user), memberships.ident(workspace), origin)
        trail.record(
            session,
            "session.token_issued",
            actor_id=user.id,
            workspace_id=workspace.id,
            origin=origin,
        )
    return _tokens(user, workspace, started.plain, started.family)


@router.post("/session")
def log_in_browser(
    form: BrowserCredentials, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    """Log a browser in with a cookie that scripts cannot read, and say which page comes next."""
    entry_edge.only_from_our_pages(request)
    visit = entry_edge.visit(request, origin, remember=form.remember, next_page=form.next)
    user = login.authenticate(form.email, form.password, place=origin.place, device=visit.device)
    with transaction() as session:
        user = login.still(session, user)
        workspace_id = entry_edge.workspace_of(session, user)
        outcome = entry.enter(session, user, workspace_id, visit, Method.PASSWORD)
        next_page = entry_edge.recorded(session, outcome, origin)
    return entry_edge.answered(response, outcome, next_page)


@router.post("/logout")
def log_out(
    request: Request,
    response: Response,
    origin: RequestOrigin,
    form: Annotated[Refresh | None, Body()] = None,
) -> Next:
    """End the browser's session, and the refresh token's family where one is given."""
    with transaction() as session:
        ended = sessions.end_plain(session, cookie(request.headers, sessions.COOKIE))
        revoked = refresh.revoke(session, form.refresh_token) if form else None
        # Nobody's log-out is no fact: a stranger must not be able to fill the audit chain.
        if whose := ended or revoked:
            trail.record(session, "session.ended", actor_id=whose, origin=origin)
    entry_edge.forget_cookie(response, sessions.COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return Next(message=text("auth.logged_out"), next="/login?logged_out=1")


@router.post("/refresh")
def refresh_tokens(form: Refresh, origin: RequestOrigin) -> Tokens:
    """Exchange a refresh token for new tokens. Each works once; a second use ends the log-in."""
    rate_limit.hit("refresh", origin.place, limit=120, seconds=60)
    with transaction() as session:
        outcome = refresh.rotate(session, form.refresh_token)
        if not isinstance(outcome, RefreshReused):
            workspace = memberships.by_id(session, outcome.workspace_id)
            return _tokens(outcome.user, workspace, outcome.plain, outcome.family)
        trail.record(session, "session.refresh_reused", origin=origin)
    raise outcome


@router.post("/forgot-password")
def forgot_password(form: AddressOnly, request: Request, origin: RequestOrigin) -> Message:
    """Send a link to choose a new password; says the same for known and unknown addresses."""
    rate_limit.hit("forgot", origin.place, limit=20, seconds=3600)
    # By the key, not as typed: another spelling is the same mailbox.
    address = email_address.parse(form.email)
    asked.count(address, place=origin.place, device=_device(request))
    with transaction() as session:
        asked.reset_link(session, form.email)
    return Message(message=text("auth.reset_sent"))


@router.post("/reset-password")
def reset_password(form: NewPassword, origin: RequestOrigin) -> Next:
    """Choose a new password with the token of a mailed link; every other log-in ends."""
    rate_limit.hit("link", origin.place, limit=60, seconds=3600)
    password_hash = reset.checked_hash(form.password)
    with transaction() as session:
        user = reset.choose(session, form.token, password_hash)
        trail.record(session, "account.password_reset", actor_id=user.id, origin=origin)
    return Next(message=text("auth.password_reset"), next="/login?reset=1")


def _device(request: Request) -> str:
    return cookie(request.headers, devices.COOKIE)


def _tokens(user: User, workspace: Workspace, refresh_token: str, family: str) -> Tokens:
    access = jwt.issue(
        user_id=people.ident(user),
        workspace_id=memberships.ident(workspace),
        tier=user.plan_type,
        tier_version=workspace.tier_version,
        log_in=family,
    )
    person = Person(
        id=people.ident(user), email=user.email, is_admin=user.is_staff, plan_type=user.plan_type
    )
    return Tokens(
        access_token=access,
        refresh_token=refresh_token,
        expires_in=int(jwt.LIFETIME.total_seconds()),
        user=person,
    )
