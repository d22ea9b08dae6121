"""What the second factor's card shows. Secrets never come here; acts are plain HTTP."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts import devices
from saas_app.accounts.second_factor import phone, recovery, strong_ways, totp
from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.notifications import sms
from saas_app.ui import agents
from saas_app.ui.state import arrival
from saas_app.ui.state.guard import guarded


@dataclass(frozen=True, slots=True)
class Browser:
    """`path` is where it is forgotten."""

    path: str
    agent: str
    until: str


@dataclass(frozen=True, slots=True)
class Shown:
    on: bool
    app_since: str
    codes_left: int
    number: str
    browsers: list[Browser]


class TwoFactor(rx.State):
    ready: bool = False
    on: bool = False
    app_since: str = ""
    codes_left: int = 0
    can_text: bool = False
    number: str = ""
    browsers: list[Browser] = []
    some: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        found = await asyncio.to_thread(_read, who)
        self.on, self.app_since = found.on, found.app_since
        self.codes_left, self.number = found.codes_left, found.number
        self.browsers, self.can_text = found.browsers, sms.available()
        self.some, self.ready = bool(self.browsers), True
        await arrival.say(self, f"two_factor.done.{arrival.asked(self, 'done')}")


def _read(who: SignedIn) -> Shown:
    with snapshot() as session:
        return Shown(
            bool(strong_ways(session, who.user_id)),
            dates.day(totp.since(session, who.user_id), who.time_zone),
            recovery.left(session, who.user_id),
            phone.masked(phone.verified(session, who.user_id)),
            [
                Browser(
                    f"/api/user/two-factor/trusted-browsers/{devices.shown_key(row)}",
                    agents.spoken(row.agent),
                    text(
                        "two_factor.trusted_until", day=dates.day(row.trusted_until, who.time_zone)
                    ),
                )
                for row in devices.trusted(session, who.user_id)
            ],
        )
