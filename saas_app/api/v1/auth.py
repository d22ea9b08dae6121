"""Joining, proving an address, logging in and out: tokens for programs, a cookie for browsers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field

from saas_app.accounts import email_address, jwt, login, people, refresh, reset, sessions, signup
from saas_app.accounts.errors import RefreshReused
from saas_app.accounts.models import User
from saas_app.api.boundary import cookie
from saas_app.api.caller import RequestOrigin
from saas_app.api.next_page import safe_next
from saas_app.audit import trail
from saas_app.core import rate_limit
from saas_app.core.db import transaction
from saas_app.core.errors import NotAllowed
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.onboarding import registration, wizard
from saas_app.workspaces import memberships

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


class Next(BaseModel):
    message: str
    next: str


@router.post("/register", status_code=201)
def register(form: Registration, origin: RequestOrigin) -> Message:
    """Create an account. A known address gets the same answer as a new one, and a letter."""
    rate_limit.hit("register", origin.place, limit=20, seconds=3600)
    application = signup.apply(form.email, form.password, form.name)
    rate_limit.hit("letters", application.address.key, limit=5, seconds=3600)
    with transaction() as session:
        registration.register(session, application, origin)
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
def resend_verification(form: AddressOnly, origin: RequestOrigin) -> Message:
    """Send the confirmation letter again; says the same whether or not there is anything to confirm."""
    rate_limit.hit("register", origin.place, limit=20, seconds=3600)
    with transaction() as session:
        registration.resend(session, form.email)
    return Message(message=text("auth.resent"))


@router.post("/login")
def log_in(form: Credentials, origin: RequestOrigin) -> Tokens:
    """Log a program in: a short access token and a refresh token."""
    user = login.authenticate(form.email, form.password, place=origin.place)
    with transaction() as session:
        workspace = memberships.personal_of(session, people.ident(user))
        refresh_token = refresh.start(session, people.ident(user), memberships.ident(workspace))
        trail.record(
            session,
            "session.token_issued",
            actor_id=user.id,
            workspace_id=workspace.id,
            origin=origin,
        )
    return _tokens(user, memberships.ident(workspace), refresh_token)


@router.post("/session")
def log_in_browser(
    form: BrowserCredentials, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    """Log a browser in with a cookie that scripts cannot read, and say which page comes next."""
    _only_from_our_pages(request)
    user = login.authenticate(form.email, form.password, place=origin.place)
    with transaction() as session:
        # A cookie that was there before is worthless now: nobody can plant a session.
        sessions.end_plain(session, cookie(request.headers, sessions.COOKIE))
        workspace = memberships.personal_of(session, people.ident(user))
        plain = sessions.start(
            session, user, memberships.ident(workspace), remember=form.remember, origin=origin
        )
        trail.record(
            session, "session.started", actor_id=user.id, workspace_id=workspace.id, origin=origin
        )
        first = "/dashboard" if wizard.finished(session, people.ident(user)) else "/onboarding"
    sessions_cookie(response, plain, remember=form.remember)
    return Next(message=text("auth.logged_in"), next=safe_next(form.next) or first)


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
    response.delete_cookie(sessions.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return Next(message=text("auth.logged_out"), next="/login?logged_out=1")


@router.post("/refresh")
def refresh_tokens(form: Refresh, origin: RequestOrigin) -> Tokens:
    """Exchange a refresh token for new tokens. Each works once; a second use ends the log-in."""
    rate_limit.hit("refresh", origin.place, limit=120, seconds=60)
    with transaction() as session:
        outcome = refresh.rotate(session, form.refresh_token)
        if isinstance(outcome, RefreshReused):
            trail.record(session, "session.refresh_reused", origin=origin)
    if isinstance(outcome, RefreshReused):
        raise outcome
    return _tokens(outcome.user, outcome.workspace_id, outcome.plain)


@router.post("/forgot-password")
def forgot_password(form: AddressOnly, origin: RequestOrigin) -> Message:
    """Send a link to choose a new password; says the same for known and unknown addresses."""
    rate_limit.hit("forgot", origin.place, limit=20, seconds=3600)
    # By the key, not as typed: another spelling is the same mailbox.
    address = email_address.parse(form.email)
    rate_limit.hit("letters", address.key, limit=5, seconds=3600)
    with transaction() as session:
        reset.ask(session, form.email)
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


def sessions_cookie(response: Response, plain: str, *, remember: bool) -> None:
    """`__Host-`: this host only, whole site, secure; Chromium treats http://localhost as secure."""
    age = 90 * 24 * 3600 if remember else None
    response.set_cookie(
        sessions.COOKIE, plain, max_age=age, path="/", secure=True, httponly=True, samesite="lax"
    )


def _tokens(user: User, workspace_id: int, refresh_token: str) -> Tokens:
    access = jwt.issue(user_id=people.ident(user), workspace_id=workspace_id, tier=user.plan_type)
    person = Person(
        id=people.ident(user), email=user.email, is_admin=user.is_staff, plan_type=user.plan_type
    )
    return Tokens(
        access_token=access,
        refresh_token=refresh_token,
        expires_in=int(jwt.LIFETIME.total_seconds()),
        user=person,
    )


def _only_from_our_pages(request: Request) -> None:
    """A foreign page must not log a visitor into somebody else's account."""
    given = request.headers.get("origin")
    if given != settings().origin and request.headers.get("sec-fetch-site") != "same-origin":
        raise NotAllowed(text("api.foreign_origin"))
