"""Theme, density and clock: shown at once, kept for every device."""

import asyncio
from collections.abc import Callable

import reflex as rx
from sqlmodel import Session as Database

from saas_app.accounts import people, profile, time_zone
from saas_app.accounts.models import User
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session


class Appearance(rx.State):
    theme: str = ""
    density: str = ""
    zone: str = ""
    zone_chosen: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        await self._look_again(who)

    @rx.event
    @guarded()
    async def choose_theme(self, who: SignedIn, theme: str) -> None:
        await asyncio.to_thread(_keep, profile.choose_theme, who, theme)
        self.theme = theme

    @rx.event
    @guarded()
    async def choose_density(self, who: SignedIn, density: str) -> None:
        await asyncio.to_thread(_keep, profile.choose_density, who, density)
        self.density = density

    @rx.event
    @guarded()
    async def choose_zone(self, who: SignedIn, zone: str) -> None:
        """Empty follows the browser, which tells at the next page."""
        await asyncio.to_thread(_keep, time_zone.choose, who, zone)
        await self._look_again(who)
        (await self.get_state(Session))._say(text("profile.saved"))

    @rx.event
    @guarded()
    async def turn(self, who: SignedIn, shown: str) -> None:
        """The switch in the top bar was pressed while `shown` was seen."""
        theme = "light" if shown == "dark" else "dark"
        await asyncio.to_thread(_keep, profile.choose_theme, who, theme)
        self.theme = theme

    async def _look_again(self, who: SignedIn) -> None:
        user = await asyncio.to_thread(_read, who)
        self.theme, self.density = user.theme, user.density
        self.zone = user.time_zone
        self.zone_chosen = user.time_zone if user.time_zone_chosen else ""


def _read(who: SignedIn) -> User:
    with snapshot() as session:
        return people.by_id(session, who.user_id)


def _keep(choose: Callable[[Database, int, str], User], who: SignedIn, wanted: str) -> None:
    with transaction() as session:
        choose(session, who.user_id, wanted)
