"""Proving again who one is, before a dangerous act: the session gets a fresh proof and a new cookie."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from saas_app.accounts import letters, passwords, people, sudo
from saas_app.accounts.entry import Method
from saas_app.accounts.errors import WrongCode
from saas_app.accounts.passkeys import challenge, use
from saas_app.accounts.passkeys.challenge import Purpose
from saas_app.accounts.second_factor import codes
from saas_app.accounts.second_factor.codes import Channel
from saas_app.accounts.sudo import Proof
from saas_app.api import entry as entry_edge
from saas_app.api import passkey_question, proofs
from saas_app.api.caller import BrowserCaller, Caller, RequestOrigin
from saas_app.api.entry import Renewed
from saas_app.api.passkey_question import Answer, Asked
from saas_app.api.proofs import ShownWay
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.texts import text

router = APIRouter(prefix="/api/auth/step-up", tags=["Authentication"])

_METHODS = {
    Proof.PASSWORD: Method.PASSWORD,
    Proof.APP: Method.APP,
    Proof.PASSKEY: Method.PASSKEY,
    Proof.RECOVERY: Method.RECOVERY,
    Proof.LETTER: Method.LETTER,
}


class StepUp(BaseModel):
    title: str
    lead: str
    cancel: str
    other: str
    ways: list[ShownWay]


class StepUpAnswer(BaseModel):
    way: Proof
    code: Annotated[str, Field(max_length=1024)]


class Done(BaseModel):
    message: str


@router.get("")
def read_step_up(caller: BrowserCaller) -> StepUp:
    """What this person can prove themselves with, and the words to ask for it."""
    with snapshot() as session:
        ways = sudo.proofs(session, people.by_id(session, caller.user_id))
    return StepUp(
        title=text("step_up.title"),
        lead=text("step_up.lead"),
        cancel=text("step_up.cancel"),
        other=text("step_up.other"),
        ways=[proofs.shown(way, email=caller.email, number="") for way in ways],
    )


@router.post("")
def step_up(
    form: StepUpAnswer, caller: BrowserCaller, response: Response, origin: RequestOrigin
) -> Done:
    """Prove it with the password or a code. The cookie changes: a page loads anew afterwards."""
    if form.way is Proof.PASSKEY:
        raise NotFound(text("second_step.not_offered"))
    sudo.allow(caller.user_id)
    by_password = form.way is Proof.PASSWORD and _password_fits(caller, form.code)
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        right = by_password or sudo.proved(session, user, form.way, form.code, caller.session)
        renewed = _renewed(session, caller, form.way, origin) if right else None
    if renewed is None:
        raise WrongCode(text("step_up.wrong"), fields={"code": text(f"proof.{form.way}.wrong")})
    entry_edge.set_renewed(response, renewed)
    return Done(message=text("step_up.done"))


@router.post("/send")
def send_code(caller: BrowserCaller) -> Done:
    """Send a code by letter to somebody who has nothing else, good for this session only."""
    with snapshot() as session:
        user = people.by_id(session, caller.user_id)
        offered = sudo.proofs(session, user)
    if Proof.LETTER not in offered:
        raise NotFound(text("second_step.not_offered"))
    codes.allow(caller.user_id, caller.session)
    with transaction() as session:
        code = codes.issue(session, caller.user_id, caller.session, Channel.LETTER)
        letters.write(session, "login_code", user, path=letters.SECURITY, code=code)
    return Done(message=text("second_step.sent.letter"))


@router.post("/passkey/options")
def ask_passkey(caller: BrowserCaller, request: Request, response: Response) -> Asked:
    """A question for this person's passkeys."""
    with transaction() as session:
        question = challenge.ask(
            session, Purpose.STEP_UP, passkey_question.browser(request), caller.user_id
        )
        options = use.options(session, question.challenge, caller.user_id)
    return passkey_question.asked(response, question, options)


@router.post("/passkey")
def answer_passkey(
    form: Answer,
    caller: BrowserCaller,
    request: Request,
    response: Response,
    origin: RequestOrigin,
) -> Done:
    """Prove it with a passkey."""
    sudo.allow(caller.user_id)
    asked = passkey_question.spent(request, Purpose.STEP_UP, form.ticket, caller.user_id)
    with transaction() as session:
        use.verify(session, asked, form.credential, origin, user_id=caller.user_id)
        renewed = _renewed(session, caller, Proof.PASSKEY, origin)
    entry_edge.set_renewed(response, renewed)
    return Done(message=text("step_up.done"))


def _password_fits(caller: Caller, password: str) -> bool:
    """Slow, so outside of any transaction."""
    with snapshot() as session:
        known = people.by_id(session, caller.user_id).password_hash
    return passwords.verified(password, known)[0]


def _renewed(session: Session, caller: Caller, proof: Proof, origin: Origin) -> Renewed:
    trail.record(
        session,
        "session.stepped_up",
        actor_id=caller.user_id,
        workspace_id=caller.workspace_id,
        origin=origin,
        by=str(proof),
    )
    return entry_edge.renewed(session, caller.session, _METHODS[proof])
