"""The team page's behaviour. Leaving, switching and handing over go by plain HTTP: they change who one is."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import reflex as rx
from pydantic import Field

from saas_app.accounts.sessions import SignedIn
from saas_app.core.errors import SaasError
from saas_app.ui.pages.settings.team import acts, rows
from saas_app.ui.pages.settings.team.rows import Seen
from saas_app.ui.state import arrival, following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission

_LONGEST = 320
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Team(rx.State):
    seen: Seen = Seen()
    ready: bool = False
    # What stands beside the form, and beside each of its fields.
    answer: str = ""
    refused: bool = False
    problems: dict[str, str] = {}
    # The member about whose removal one is asked.
    asking: int = 0

    _opening: str = ""

    @rx.event
    @guarded(Permission.VIEW_MEMBERS)
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        put(self, answer="", refused=False, problems={}, asking=0)
        await self._look_again(who)
        await arrival.say(self, f"team_page.notice.{arrival.asked(self, 'notice')}")
        return Team.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def invite(self, who: SignedIn, form: dict[str, Any]) -> None:
        """A refusal stands beside the form, which keeps what was typed."""
        email, role = (str(form.get(name, ""))[:_LONGEST] for name in ("email", "role"))
        try:
            said = await asyncio.to_thread(acts.invite, who, email, role)
        except SaasError as refusal:
            fields = dict(refusal.facts.get("fields", {}))
            put(self, answer=refusal.message, refused=True, problems=fields)
            return
        put(self, answer=said, refused=False, problems={})
        await self._look_again(who)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def resend(self, who: SignedIn, key: str) -> None:
        await self._done(who, acts.resend, key)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def revoke(self, who: SignedIn, key: str) -> None:
        await self._done(who, acts.revoke, key)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def set_role(self, who: SignedIn, member: Id, role: str) -> None:
        await self._done(who, acts.set_role, member, role)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def ask(self, who: SignedIn, member: Id) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.asking = 0 if member == self.asking else member

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def remove(self, who: SignedIn, member: Id) -> None:
        self.asking = 0
        await self._done(who, acts.remove, member)

    @rx.event
    @guarded(Permission.MANAGE_SETTINGS)
    async def rename(self, who: SignedIn, form: dict[str, Any]) -> None:
        try:
            await self._done(who, acts.rename, str(form.get("name", ""))[:_LONGEST])
        except SaasError as refusal:
            self.problems = dict(refusal.facts.get("fields", {}))
            raise
        self.problems = {}

    async def _done(self, who: SignedIn, act: Callable[..., str], *given: str | int) -> None:
        """Looks again also where it was refused: what is shown may be what was out of date."""
        try:
            said = await asyncio.to_thread(act, who, *given)
        finally:
            await self._look_again(who)
        (await self.get_state(Session))._say(said)

    async def _look_again(self, who: SignedIn) -> None:
        put(self, seen=await asyncio.to_thread(rows.read, who), ready=True)

    def _forget(self) -> None:
        put(self, seen=Seen(), ready=False, asking=0)
