"""What a log-in's outcome looks like to a browser: cookies that scripts cannot read, and the next page."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from saas_app.accounts import devices, entry, people, sessions
from saas_app.accounts.entry import Entered, Method, SecondFactorDue, Visit
from saas_app.accounts.models import LoginSession, User
from saas_app.api.boundary import cookie
from saas_app.api.next_page import safe_next
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core.errors import NotAllowed
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.onboarding import wizard
from saas_app.workspaces import memberships

SECOND_STEP = "/login/second-step"
_REMEMBERED = timedelta(days=90)
_DEVICE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Renewed:
    """`session` is the plain text of the new cookie."""

    session: str
    remember: bool


class Next(BaseModel):
    message: str
    next: str


def visit(
    request: Request, origin: Origin, *, remember: bool = False, next_page: str = ""
) -> Visit:
    return Visit(
        origin,
        cookie(request.headers, devices.COOKIE),
        cookie(request.headers, sessions.COOKIE),
        remember,
        safe_next(next_page),
    )


def workspace_of(session: Session, user: User) -> int:
    """The workspace a log-in lands in."""
    return memberships.ident(memberships.personal_of(session, people.ident(user)))


def recorded(session: Session, outcome: Entered | SecondFactorDue, origin: Origin) -> str:
    """Write the log-in down and say which page comes next. In the transaction that let the person in."""
    if isinstance(outcome, SecondFactorDue):
        # In the address too: it is all that is left when the log-in itself has expired.
        then = safe_next(outcome.next_page)
        return f"{SECOND_STEP}?next={quote(then, safe='')}" if then else SECOND_STEP
    user_id = people.ident(outcome.user)
    trail.record(
        session,
        "session.started",
        actor_id=user_id,
        workspace_id=outcome.workspace_id,
        origin=origin,
    )
    first = "/dashboard" if wizard.finished(session, user_id) else "/onboarding"
    return safe_next(outcome.next_page) or first


def answered(response: Response, outcome: Entered | SecondFactorDue, next_page: str) -> Next:
    """Set what this outcome calls for. After the commit: a cookie must not outlive a rollback."""
    if isinstance(outcome, SecondFactorDue):
        set_cookie(response, entry.PENDING_COOKIE, outcome.pending, age=entry.PENDING_FOR)
        return Next(message=text("auth.second_step"), next=next_page)
    age = _REMEMBERED if outcome.remember else None
    set_cookie(response, sessions.COOKIE, outcome.session, age=age)
    set_cookie(response, devices.COOKIE, outcome.device, age=_DEVICE)
    forget_cookie(response, entry.PENDING_COOKIE)
    return Next(message=text("auth.logged_in"), next=next_page)


def renewed(session: Session, digest: str, method: Method) -> Renewed:
    """The session with a fresh proof and a new secret. Raises NotSignedIn."""
    row = session.get(LoginSession, digest)
    remember = row is not None and row.remembered
    return Renewed(sessions.renew(session, digest, method), remember)


def set_renewed(response: Response, renewed: Renewed) -> None:
    set_cookie(
        response, sessions.COOKIE, renewed.session, age=_REMEMBERED if renewed.remember else None
    )


def set_cookie(response: Response, name: str, plain: str, *, age: timedelta | None) -> None:
    """`__Host-`: this host only, whole site, secure; Chromium treats http://localhost as secure."""
    seconds = int(age.total_seconds()) if age else None
    response.set_cookie(
        name, plain, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


def forget_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def only_from_our_pages(request: Request) -> None:
    """A foreign page must not log a visitor into somebody else's account. Raises NotAllowed."""
    given = request.headers.get("origin")
    if given != settings().origin and request.headers.get("sec-fetch-site") != "same-origin":
        raise NotAllowed(text("api.foreign_origin"))
