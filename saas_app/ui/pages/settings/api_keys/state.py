"""The keys of this workspace that one may see, for showing; nothing secret passes through here."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts import people
from saas_app.accounts.sessions import SignedIn
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock, dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.workspaces.api_keys import keeping
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.roles import Permission


@dataclass(frozen=True, slots=True)
class Row:
    """`path` is where it is rotated; `owner` is empty for one's own."""

    id: str
    name: str
    shown: str
    scopes: str
    facts: str
    owner: str
    expired: bool
    path: str


class ApiKeys(rx.State):
    ready: bool = False
    rows: list[Row] = []
    some: bool = False

    @rx.event
    @guarded(Permission.VIEW)
    async def load(self, who: SignedIn) -> None:
        await self._look_again(who)

    @rx.event
    @guarded(Permission.VIEW)
    async def revoke(self, who: SignedIn, key: str) -> None:
        await asyncio.to_thread(_revoke, who, key)
        await self._look_again(who)
        (await self.get_state(Session))._say(text("api_keys_page.revoked"))

    async def _look_again(self, who: SignedIn) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        self.some, self.ready = bool(self.rows), True


def _read(who: SignedIn) -> list[Row]:
    with snapshot() as session:
        keys = keeping.of(session, who.workspace_id, who.user_id)
        names = {
            user_id: people.by_id(session, user_id).email
            for user_id in {key.user_id for key in keys} - {who.user_id}
        }
    return [_row(key, names.get(key.user_id, ""), who.time_zone) for key in keys]


def _row(key: ApiKey, owner: str, zone: str) -> Row:
    expired = key.expires_at is not None and key.expires_at <= clock.wall()
    used = (
        text(
            "api_keys_page.used",
            at=dates.moment(key.last_used_at, zone),
            place=key.last_used_from or text("api_keys_page.somewhere"),
        )
        if key.last_used_at
        else text("api_keys_page.never_used")
    )
    ends = (
        text(
            "api_keys_page.expired_on" if expired else "api_keys_page.expires",
            day=dates.day(key.expires_at, zone),
        )
        if key.expires_at
        else text("api_keys_page.never_expires")
    )
    made = text("api_keys_page.made_on", day=dates.day(key.created_at, zone))
    return Row(
        id=key.name_outside,
        name=key.name,
        shown=f"tm_live_{key.name_outside}_…",
        scopes=key.scopes,
        facts=f"{made} · {ends} · {used}",
        owner=owner,
        expired=expired,
        path=f"/api/api-keys/{key.name_outside}/rotate",
    )


def _revoke(who: SignedIn, key: str) -> None:
    with transaction() as session:
        keeping.revoke(session, who.workspace_id, who.user_id, key, NOWHERE)
