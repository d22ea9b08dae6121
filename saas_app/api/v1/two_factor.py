"""The second factor's settings. Secrets come by these answers alone, to who has just proved themselves."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.accounts import devices, letters, people
from saas_app.accounts.errors import WrongCode
from saas_app.accounts.second_factor import codes, phone, strong_ways, switch, totp
from saas_app.api.caller import FreshCaller, RequestOrigin
from saas_app.api.entry import Next
from saas_app.audit import trail
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, NotFound
from saas_app.core.texts import text
from saas_app.notifications import sms

router = APIRouter(prefix="/api/user/two-factor", tags=["Two-factor authentication"])

_PAGE = "/settings/security"
# Who changes their number this often in a day earns by it.
_NEW_NUMBERS, _A_DAY = 6, 86_400
Code = Annotated[str, Field(max_length=100)]


class Enrolment(BaseModel):
    """`picture` is an SVG; `ticket` comes back with the first code. Nothing is stored yet."""

    ticket: str
    key: str
    uri: str
    picture: str


class Confirmation(BaseModel):
    ticket: Annotated[str, Field(max_length=2000)]
    code: Code


class TurnedOn(Next):
    """`recovery_codes` is empty for somebody who has theirs."""

    recovery_codes: list[str]


class Number(BaseModel):
    number: Annotated[str, Field(max_length=40)]


class NumberConfirmation(Number):
    code: Code


class Sent(BaseModel):
    message: str


@router.post("/app")
def begin(caller: FreshCaller) -> Enrolment:
    """A new authenticator app: its picture and its key. What counts now goes on counting."""
    with snapshot() as session:
        made = totp.begin(people.by_id(session, caller.user_id))
    return Enrolment(ticket=made.ticket, key=made.key, uri=made.uri, picture=made.picture)


@router.post("/app/confirm")
def confirm(form: Confirmation, caller: FreshCaller, origin: RequestOrigin) -> TurnedOn:
    """Turn the app on with one of its codes."""
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        made = switch.app_on(session, user, form.ticket, form.code, origin)
    if made is None:
        raise WrongCode(text("two_factor.wrong"), fields={"code": text("proof.app.wrong")})
    return TurnedOn(
        message=text("two_factor.done.app_on"), next=_after("app_on"), recovery_codes=made
    )


@router.delete("/app")
def turn_off(caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Turn the app off. Trusted browsers are forgotten; harmless twice."""
    with transaction() as session:
        switch.app_off(session, people.by_id(session, caller.user_id), origin)
    return Next(message=text("two_factor.done.app_off"), next=_after("app_off"))


@router.post("/recovery-codes")
def make_codes(caller: FreshCaller, origin: RequestOrigin) -> TurnedOn:
    """Ten new recovery codes, shown this once; the old ones stop working."""
    with transaction() as session:
        if not strong_ways(session, caller.user_id):
            raise Conflict(text("two_factor.codes_need_a_factor"))
        made = switch.new_codes(session, people.by_id(session, caller.user_id), origin)
    return TurnedOn(
        message=text("two_factor.done.codes"), next=_after("codes"), recovery_codes=made
    )


@router.post("/phone")
def text_number(form: Number, caller: FreshCaller) -> Sent:
    """Send a code to a mobile number, which counts once the code comes back."""
    if not sms.available():
        raise NotFound(text("two_factor.no_sms"))
    number = phone.parse(form.number)
    bound_to = phone.binding(caller.user_id, number)
    codes.allow(caller.user_id, bound_to)
    rate_limit.hit("phone.new", str(caller.user_id), limit=_NEW_NUMBERS, seconds=_A_DAY)
    sms.allow(number, proved=False)
    with transaction() as session:
        phone.send_code(session, caller.user_id, number, bound_to)
    return Sent(message=text("two_factor.texted", number=number))


@router.post("/phone/confirm")
def confirm_number(form: NumberConfirmation, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Let this number count from now, in place of an earlier one."""
    number = phone.parse(form.number)
    with transaction() as session:
        right = phone.confirm(session, caller.user_id, number, form.code)
        if right:
            user = people.by_id(session, caller.user_id)
            what = text("phone.letter.added", number=phone.masked(number))
            letters.write(session, "phone_changed", user, path=letters.SECURITY, what=what)
            trail.record(session, "two_factor.phone_added", actor_id=caller.user_id, origin=origin)
    if not right:
        raise WrongCode(text("two_factor.wrong"), fields={"code": text("proof.sms.wrong")})
    return Next(message=text("two_factor.done.phone_added"), next=_after("phone_added"))


@router.delete("/phone")
def remove_number(caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Send codes to no number any more; harmless twice."""
    with transaction() as session:
        if phone.remove(session, caller.user_id):
            user = people.by_id(session, caller.user_id)
            letters.write(
                session,
                "phone_changed",
                user,
                path=letters.SECURITY,
                what=text("phone.letter.removed"),
            )
            trail.record(
                session, "two_factor.phone_removed", actor_id=caller.user_id, origin=origin
            )
    return Next(message=text("two_factor.done.phone_removed"), next=_after("phone_removed"))


@router.delete("/trusted-browsers")
def distrust_all(caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Ask every browser for the second factor again."""
    with transaction() as session:
        devices.distrust_all(session, caller.user_id)
        trail.record(session, "two_factor.distrusted", actor_id=caller.user_id, origin=origin)
    return Next(message=text("two_factor.done.distrusted"), next=_after("distrusted"))


@router.delete("/trusted-browsers/{key}")
def distrust(key: str, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Ask this browser for the second factor again. 404 for one that is not yours."""
    with transaction() as session:
        devices.distrust(session, caller.user_id, key)
        trail.record(session, "two_factor.distrusted", actor_id=caller.user_id, origin=origin)
    return Next(message=text("two_factor.done.distrusted"), next=_after("distrusted"))


def _after(what: str) -> str:
    """Back to the page, as a full load: the step-up has changed the cookie."""
    return f"{_PAGE}?done={what}"
