"""Theme and density: shown at once, kept for every device."""

import asyncio
from collections.abc import Callable

import reflex as rx
from sqlmodel import Session

from saas_app.accounts import people, profile
from saas_app.accounts.models import User
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.ui.state.guard import guarded


class Appearance(rx.State):
    theme: str = ""
    density: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.theme, self.density = await asyncio.to_thread(_read, who)

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
    async def turn(self, who: SignedIn, shown: str) -> None:
        """The switch in the top bar was pressed while `shown` was seen."""
        theme = "light" if shown == "dark" else "dark"
        await asyncio.to_thread(_keep, profile.choose_theme, who, theme)
        self.theme = theme


def _read(who: SignedIn) -> tuple[str, str]:
    with snapshot() as session:
        user = people.by_id(session, who.user_id)
        return user.theme, user.density


def _keep(choose: Callable[[Session, int, str], User], who: SignedIn, wanted: str) -> None:
    with transaction() as session:
        choose(session, who.user_id, wanted)
