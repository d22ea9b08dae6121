"""The account as it is now: its address, an address on its way, and whether it is about to close."""

import asyncio
from dataclasses import dataclass, field

import reflex as rx

from saas_app.accounts import email_change, passwords, people
from saas_app.accounts.own_data import deletion
from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui.state import arrival
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting` is the address on its way, `agreed` says which mailbox has agreed to it."""

    email: str = ""
    has_password: bool = True
    waiting: str = ""
    agreed: str = ""
    closes: str = ""
    hindered: list[str] = field(default_factory=list[str])
    stays: list[str] = field(default_factory=list[str])


class Account(rx.State):
    standing: Standing = Standing()
    ready: bool = False

    @rx.var
    def hindered(self) -> bool:
        return bool(self.standing.hindered)

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.standing = await asyncio.to_thread(_read, who)
        self.ready = True
        await arrival.say(self, f"account_page.notice.{arrival.asked(self, 'notice')}")

    @rx.event
    @guarded()
    async def keep_email(self, who: SignedIn) -> None:
        await asyncio.to_thread(_keep_email, who)
        self.standing = await asyncio.to_thread(_read, who)
        (await self.get_state(Session))._say(text("account_page.email_kept"))


def _read(who: SignedIn) -> Standing:
    with snapshot() as session:
        user = people.by_id(session, who.user_id)
        change = email_change.pending(session, who.user_id)
        closing = deletion.pending(session, who.user_id)
        return Standing(
            email=user.email,
            has_password=user.password_hash != passwords.NOT_CHOSEN,
            waiting=change.email if change else "",
            agreed=_agreed(
                bool(change and change.old_agreed_at), bool(change and change.new_agreed_at)
            ),
            closes=dates.day(closing.due_at, who.time_zone) if closing else "",
            hindered=deletion.hindrances(session, who.user_id),
            stays=deletion.stays(),
        )


def _agreed(old: bool, new: bool) -> str:
    if old:
        return text("account_page.old_agreed")
    return text("account_page.new_agreed") if new else text("account_page.none_agreed")


def _keep_email(who: SignedIn) -> None:
    with transaction() as session:
        email_change.cancel(session, who.user_id)
