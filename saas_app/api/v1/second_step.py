"""The second step of a log-in: whichever way the person has, of those that are due."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from saas_app.accounts import devices, entry, letters, people, second_factor
from saas_app.accounts.entry import Entered, Method
from saas_app.accounts.errors import SecondFactorRequired, WrongCode, WrongOtp
from saas_app.accounts.models import User
from saas_app.accounts.passkeys import challenge, use
from saas_app.accounts.passkeys.challenge import Purpose
from saas_app.accounts.second_factor import Way, answer, codes, phone
from saas_app.accounts.second_factor.codes import Channel
from saas_app.accounts.second_factor.models import PendingLogin
from saas_app.api import entry as entry_edge
from saas_app.api import passkey_question, proofs
from saas_app.api.boundary import cookie
from saas_app.api.caller import RequestOrigin
from saas_app.api.entry import Next
from saas_app.api.passkey_question import Answer, Asked
from saas_app.api.proofs import ShownWay
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.notifications import sms

router = APIRouter(prefix="/api/auth/second-step", tags=["Authentication"])

_METHODS = {
    Way.APP: Method.APP,
    Way.PASSKEY: Method.PASSKEY,
    Way.RECOVERY: Method.RECOVERY,
    Way.SMS: Method.SMS,
    Way.LETTER: Method.LETTER,
}
_CHANNELS = {Way.SMS: Channel.SMS, Way.LETTER: Channel.LETTER}


class SecondStep(BaseModel):
    """What may follow, the best first. `note` says why a way one may look for is not there."""

    ways: list[ShownWay]
    note: str = ""


class SecondAnswer(BaseModel):
    way: Way
    code: Annotated[str, Field(max_length=100)]
    trust: bool = False


class PasskeyAnswer(Answer):
    trust: bool = False


class Sending(BaseModel):
    way: Way


class Sent(BaseModel):
    message: str


@router.get("")
def read_second_step(request: Request) -> SecondStep:
    """Which second factors this log-in may be finished with. 401 when it is over."""
    with snapshot() as session:
        row, user = _waiting(session, request)
        ways = second_factor.ways(session, user, first=row.methods)
        number = phone.verified(session, row.user_id)
    left_out = Way.LETTER not in ways
    return SecondStep(
        ways=[
            proofs.shown(way, number=phone.masked(number), email=_masked(user.email))
            for way in ways
        ],
        note=text("second_step.no_letter") if left_out else "",
    )


@router.post("")
def answer_second_step(
    form: SecondAnswer, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    """Finish the log-in with a code. `trust` lets this browser stand for the second factor."""
    entry_edge.only_from_our_pages(request)
    if form.way is Way.PASSKEY:
        raise NotFound(text("second_step.not_offered"))
    visit, plain = entry_edge.visit(request, origin), _pending(request)
    _allow(request)
    with transaction() as session:
        row = entry.tried(session, plain)
        user = people.by_id(session, row.user_id)
        outcome = next_page = None
        if _right(session, user, row, form):
            outcome = entry.complete(
                session,
                plain,
                entry_edge.workspace_of(session, user),
                visit,
                _METHODS[form.way],
                trust=form.trust,
            )
            next_page = entry_edge.recorded(session, outcome, origin)
    return _finished(response, outcome, next_page or "", form.way)


@router.post("/send")
def send_code(form: Sending, request: Request) -> Sent:
    """Send a code by letter or SMS, good for this log-in only."""
    entry_edge.only_from_our_pages(request)
    with snapshot() as session:
        row, user = _waiting(session, request)
        offered = second_factor.ways(session, user, first=row.methods)
        number = phone.verified(session, row.user_id)
    if form.way not in offered or form.way not in _CHANNELS:
        raise NotFound(text("second_step.not_offered"))
    codes.allow(row.user_id, row.digest)
    if form.way is Way.SMS:
        sms.allow(number)
    with transaction() as session:
        if form.way is Way.SMS:
            phone.send_code(session, row.user_id, number, row.digest)
        else:
            code = codes.issue(session, row.user_id, row.digest, Channel.LETTER)
            letters.write(session, "login_code", user, path=letters.SECURITY, code=code)
    return Sent(message=text(f"second_step.sent.{form.way}"))


@router.post("/passkey/options")
def ask_passkey(request: Request, response: Response) -> Asked:
    """A question for the passkeys of whoever is logging in."""
    entry_edge.only_from_our_pages(request)
    with transaction() as session:
        row, _ = _waiting(session, request)
        question = challenge.ask(
            session, Purpose.SECOND_STEP, passkey_question.browser(request), row.user_id
        )
        options = use.options(session, question.challenge, row.user_id)
    return passkey_question.asked(response, question, options)


@router.post("/passkey")
def answer_passkey(
    form: PasskeyAnswer, request: Request, response: Response, origin: RequestOrigin
) -> Next:
    """Finish the log-in with a passkey."""
    entry_edge.only_from_our_pages(request)
    visit, plain = entry_edge.visit(request, origin), _pending(request)
    with snapshot() as session:
        user_id = _waiting(session, request)[0].user_id
    _allow(request)
    asked = passkey_question.spent(request, Purpose.SECOND_STEP, form.ticket, user_id)
    with transaction() as session:
        entry.tried(session, plain)
        user = use.verify(session, asked, form.credential, origin, user_id=user_id)
        workspace_id = entry_edge.workspace_of(session, user)
        outcome = entry.complete(
            session, plain, workspace_id, visit, Method.PASSKEY, trust=form.trust
        )
        next_page = entry_edge.recorded(session, outcome, origin)
    return entry_edge.answered(response, outcome, next_page)


def require_otp(user: User, otp: str) -> None:
    """For a program, which has no second step to be led to. Raises SecondFactorRequired, WrongOtp, TooMany."""
    with snapshot() as session:
        due = second_factor.strong_ways(session, people.ident(user))
    if not due:
        return
    if not otp:
        raise SecondFactorRequired(text("second_step.otp_required"))
    answer.allow(people.ident(user), None)
    with transaction() as session:
        right = answer.by_program(session, people.by_id(session, people.ident(user)), otp)
    if not right:
        raise WrongOtp(text("second_step.otp_wrong"))


def _pending(request: Request) -> str:
    return cookie(request.headers, entry.PENDING_COOKIE)


def _waiting(session: Session, request: Request) -> tuple[PendingLogin, User]:
    row = entry.pending(session, _pending(request))
    return row, people.by_id(session, row.user_id)


def _allow(request: Request) -> None:
    """Raises PendingLoginOver, TooMany."""
    with snapshot() as session:
        row, _ = _waiting(session, request)
        device = cookie(request.headers, devices.COOKIE)
        known = devices.recognised(session, row.user_id, device)
    answer.allow(row.user_id, known)


def _right(session: Session, user: User, row: PendingLogin, form: SecondAnswer) -> bool:
    offered = second_factor.ways(session, user, first=row.methods)
    return form.way in offered and answer.right(session, user, form.way, form.code, row.digest)


def _finished(response: Response, outcome: Entered | None, next_page: str, way: Way) -> Next:
    """After the commit: a wrong code must stay counted."""
    if outcome is None:
        raise WrongCode(text("second_step.wrong"), fields={"code": text(f"proof.{way}.wrong")})
    return entry_edge.answered(response, outcome, next_page)


def _masked(email: str) -> str:
    """`a•••@example.com`: whoever only knows the password learns no address."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}•••@{host}"
