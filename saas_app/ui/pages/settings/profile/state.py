"""Name and bio; the picture goes by plain HTTP and is only shown here."""

import asyncio

import reflex as rx

from saas_app.accounts import people, picture, profile
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session

_NO_PROBLEMS = {"name": "", "bio": ""}


class Profile(rx.State):
    name: str = ""
    bio: str = ""
    picture: str = ""
    problems: dict[str, str] = _NO_PROBLEMS
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.name, self.bio, self.picture = await asyncio.to_thread(_read, who)
        self.problems, self.ready = _NO_PROBLEMS, True

    @rx.event
    @guarded()
    async def save(self, who: SignedIn, form: dict[str, str]) -> None:
        """What is refused stays in its field, with the reason beside it."""
        self.name, self.bio = form.get("name", ""), form.get("bio", "")
        try:
            self.name, self.bio = await asyncio.to_thread(_describe, who, self.name, self.bio)
        except Invalid as wrong:
            self.problems = {**_NO_PROBLEMS, **wrong.fields}
            return
        self.problems = _NO_PROBLEMS
        session = await self.get_state(Session)
        session._name(self.name, who.email)
        session._say(text("profile.saved"))


def _read(who: SignedIn) -> tuple[str, str, str]:
    with snapshot() as session:
        user, drawn = people.by_id(session, who.user_id), picture.of(session, who.user_id)
        return user.name, user.bio, picture.path(drawn) if drawn else ""


def _describe(who: SignedIn, name: str, bio: str) -> tuple[str, str]:
    with transaction() as session:
        user = profile.describe(session, who.user_id, name, bio)
        return user.name, user.bio
