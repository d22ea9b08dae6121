"""Passkeys: logging in without a password, and one's own list of them."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from saas_app.accounts import entry, people
from saas_app.accounts.entry import Method
from saas_app.accounts.passkeys import challenge, keeping, names, register, use
from saas_app.accounts.passkeys.challenge import Purpose
from saas_app.api import entry as entry_edge
from saas_app.api import passkey_question
from saas_app.api.caller import FreshCaller, RequestOrigin
from saas_app.api.entry import Next
from saas_app.api.passkey_question import Answer, Asked
from saas_app.api.row_id import RowId
from saas_app.api.v1.two_factor import TurnedOn
from saas_app.core import rate_limit
from saas_app.core.db import transaction
from saas_app.core.texts import text

router = APIRouter(prefix="/api", tags=["Passkeys"])

_PAGE = "/settings/security"
Name = Annotated[str, Field(max_length=200)]


class LogIn(Answer):
    remember: bool = False
    next: Annotated[str, Field(max_length=1024)] = ""


class NewPasskey(Answer):
    name: Name = ""


class Naming(BaseModel):
    name: Name


@router.post("/auth/passkey/options")
def ask_stranger(request: Request, response: Response, origin: RequestOrigin) -> Asked:
    """A question that any passkey of ours may answer; it gives nobody's keys away."""
    entry_edge.only_from_our_pages(request)
    rate_limit.hit("passkey.asked", origin.place, limit=120, seconds=300)
    with transaction() as session:
        question = challenge.ask(session, Purpose.LOG_IN, passkey_question.browser(request))
        options = use.options(session, question.challenge)
    return passkey_question.asked(response, question, options)


@router.post("/auth/passkey")
def log_in(form: LogIn, request: Request, response: Response, origin: RequestOrigin) -> Next:
    """Log a browser in with a passkey alone: it stands for both factors."""
    entry_edge.only_from_our_pages(request)
    rate_limit.hit("login.place", origin.place, limit=60, seconds=300)
    visit = entry_edge.visit(request, origin, remember=form.remember, next_page=form.next)
    asked = passkey_question.spent(request, Purpose.LOG_IN, form.ticket)
    with transaction() as session:
        user = use.verify(session, asked, form.credential, origin)
        workspace_id = entry_edge.workspace_of(session, user)
        outcome = entry.enter(session, user, workspace_id, visit, Method.PASSKEY)
        next_page = entry_edge.recorded(session, outcome, origin)
    return entry_edge.answered(response, outcome, next_page)


@router.post("/user/passkeys/options")
def ask_new(form: Naming, caller: FreshCaller, request: Request, response: Response) -> Asked:
    """A question for a device that is to become a passkey. 422 for a name that cannot be used."""
    names.checked(form.name)
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        question = challenge.ask(
            session, Purpose.REGISTER, passkey_question.browser(request), caller.user_id
        )
        options = register.options(session, user, question.challenge)
    return passkey_question.asked(response, question, options)


@router.post("/user/passkeys", status_code=201)
def add(form: NewPasskey, caller: FreshCaller, request: Request, origin: RequestOrigin) -> TurnedOn:
    """Keep a new passkey. It turns the second factor on, so recovery codes come with the first."""
    names.checked(form.name)
    asked = passkey_question.spent(request, Purpose.REGISTER, form.ticket, caller.user_id)
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        codes = register.add(session, user, asked, form.credential, form.name, origin)
    return TurnedOn(
        message=text("two_factor.done.passkey_added"),
        next=_after("passkey_added"),
        recovery_codes=codes,
    )


@router.put("/user/passkeys/{passkey_id}")
def rename(passkey_id: RowId, form: Naming, caller: FreshCaller) -> Next:
    """Give a passkey another name. 404 for one that is not yours."""
    with transaction() as session:
        keeping.rename(session, caller.user_id, passkey_id, form.name)
    return Next(message=text("two_factor.done.passkey_renamed"), next=_after("passkey_renamed"))


@router.delete("/user/passkeys/{passkey_id}")
def remove(passkey_id: RowId, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Remove a passkey. 404 for one that is not yours, 409 for the last way into the account."""
    with transaction() as session:
        keeping.remove(session, caller.user_id, passkey_id, origin)
    return Next(message=text("two_factor.done.passkey_removed"), next=_after("passkey_removed"))


def _after(what: str) -> str:
    """Back to the page, as a full load: the step-up has changed the cookie."""
    return f"{_PAGE}?done={what}"
