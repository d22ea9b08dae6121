"""The account itself: address, password, log-ins. For its owner in a browser."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.accounts import (
    asked,
    email_address,
    email_change,
    new_password,
    passwords,
    people,
    refresh,
    sessions,
    sudo,
)
from saas_app.accounts.email_change import Side
from saas_app.api.caller import BrowserCaller, FreshCaller, RequestOrigin, SignedInCaller
from saas_app.api.entry import Next
from saas_app.audit import trail
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text

router = APIRouter(prefix="/api", tags=["Account"])

_LONGEST = 1024
Text = Annotated[str, Field(max_length=_LONGEST)]
_ACCOUNT = "/settings/account"


class Message(BaseModel):
    message: str


class Strength(BaseModel):
    """`score` from 0 (first guess) to 4 (years); `sentence` is empty for a password that will do."""

    score: int
    sentence: str


class Draft(BaseModel):
    password: Text
    email: Text = ""
    name: Text = ""


class NewAddress(BaseModel):
    email: Text


class Agreement(BaseModel):
    token: Text
    side: Side


class PasswordChange(BaseModel):
    current: Text = ""
    password: Text


class LogIn(BaseModel):
    """One browser or program that is logged in. `key` ends it."""

    key: str
    kind: str
    current: bool
    address: str
    agent: str
    last_used_at: datetime


class LogIns(BaseModel):
    sessions: list[LogIn]


@router.post("/auth/password-strength")
def password_strength(draft: Draft, origin: RequestOrigin) -> Strength:
    """What a password would be worth, while it is typed. It is judged and forgotten."""
    rate_limit.hit("strength", origin.place, limit=120, seconds=60)
    about = [*draft.email.split("@"), *draft.name.split()]
    return Strength(
        score=passwords.score(draft.password, about=about),
        sentence=passwords.weakness(draft.password, about=about),
    )


@router.post("/user/email")
def change_email(wanted: NewAddress, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Ask for another address. Both mailboxes get a letter; it counts when both have agreed."""
    rate_limit.hit("email.change", str(caller.user_id), limit=5, seconds=3600)
    # Many accounts together must not flood a mailbox either.
    asked.count(email_address.parse(wanted.email), place=origin.place, device="")
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        email_change.request(session, user, wanted.email)
        trail.record(session, "account.email_change_asked", actor_id=caller.user_id, origin=origin)
    return Next(message=text("account.letters_sent"), next=f"{_ACCOUNT}?notice=letters_sent")


@router.delete("/user/email", status_code=204)
def keep_email(caller: BrowserCaller) -> None:
    """Take the change back. Harmless where none waits."""
    with transaction() as session:
        email_change.cancel(session, caller.user_id)


@router.post("/auth/change-email")
def agree_to_change(agreement: Agreement, origin: RequestOrigin) -> Message:
    """One of the two mailboxes agrees, by the token of its letter."""
    rate_limit.hit("link", origin.place, limit=60, seconds=3600)
    with transaction() as session:
        user, change = email_change.agree(session, agreement.token, agreement.side)
        if change.done_at is None:
            other = user.email if agreement.side is Side.NEW else change.email
            return Message(message=text("account.one_agreed", other=other))
        trail.record(session, "account.email_changed", actor_id=user.id, origin=origin)
        return Message(message=text("account.email_changed", email=user.email))


@router.post("/user/password")
def change_password(form: PasswordChange, caller: BrowserCaller, origin: RequestOrigin) -> Next:
    """Choose another password with the present one, or a first one after a fresh proof."""
    with snapshot() as session:
        user = people.by_id(session, caller.user_id)
    if user.password_hash == passwords.NOT_CHOSEN and caller.authenticated_at:
        sudo.require(caller.authenticated_at, clock.wall())
    chosen = new_password.checked(user, form.current, form.password)
    with transaction() as session:
        new_password.store(session, caller.user_id, chosen, keep=caller.session)
        trail.record(session, "account.password_changed", actor_id=caller.user_id, origin=origin)
    return Next(
        message=text("account.password_changed"), next=f"{_ACCOUNT}?notice=password_changed"
    )


@router.get("/user/sessions")
def read_sessions(caller: SignedInCaller) -> LogIns:
    """Browsers and programs that are logged in, the latest used first of each."""
    with snapshot() as session:
        browsers = [
            LogIn(
                key=row.key,
                kind="browser",
                current=row.digest == caller.session,
                address=row.address,
                agent=row.agent,
                last_used_at=row.last_seen_at,
            )
            for row in sessions.list_of(session, caller.user_id)
        ]
        programs = [
            LogIn(
                key=row.key,
                kind="program",
                current=False,
                address=row.address,
                agent=row.agent,
                last_used_at=row.last_used_at,
            )
            for row in refresh.list_of(session, caller.user_id)
        ]
    return LogIns(sessions=[*browsers, *programs])


@router.delete("/user/sessions/{key}", status_code=204)
def end_session(key: str, caller: BrowserCaller, origin: RequestOrigin) -> None:
    """End one log-in of one's own; its open pages are closed within seconds."""
    with transaction() as session:
        (refresh if refresh.is_family(key) else sessions).end_by_key(session, caller.user_id, key)
        trail.record(session, "session.ended", actor_id=caller.user_id, origin=origin)


@router.delete("/user/sessions", status_code=204)
def end_other_sessions(caller: BrowserCaller, origin: RequestOrigin) -> None:
    """End every log-in but this one, programs included."""
    with transaction() as session:
        sessions.end_others(session, caller.user_id, caller.session)
        trail.record(session, "session.others_ended", actor_id=caller.user_id, origin=origin)
