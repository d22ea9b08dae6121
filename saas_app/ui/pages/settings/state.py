"""Name and preferences: what was answered in the wizard stays editable here."""

import asyncio

import reflex as rx

from saas_app.accounts import people, profile
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session


class Profile(rx.State):
    name: str = ""
    email: str = ""
    problem: str = ""
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.name, self.email = await asyncio.to_thread(_read, who)
        self.problem, self.ready = "", True

    @rx.event
    @guarded()
    async def save(self, who: SignedIn, form: dict[str, str]) -> None:
        """A refused name stays in its field, with the reason beside it."""
        self.name = form.get("name", "")
        try:
            self.name = await asyncio.to_thread(_rename, who, self.name)
        except Invalid as wrong:
            self.problem = wrong.fields.get("name", wrong.message)
            return
        self.problem = ""
        session = await self.get_state(Session)
        session.name = self.name or who.email.split("@")[0]
        session._say(text("profile.saved"))


def _read(who: SignedIn) -> tuple[str, str]:
    with snapshot() as session:
        user = people.by_id(session, who.user_id)
        return user.name, user.email


def _rename(who: SignedIn, name: str) -> str:
    with transaction() as session:
        return profile.rename(session, who.user_id, name).name
