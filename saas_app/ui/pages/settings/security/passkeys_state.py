"""The list of one's passkeys, for showing."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.passkeys import keeping
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.ui.state.guard import guarded


@dataclass(frozen=True, slots=True)
class Row:
    """`path` is where it is renamed and removed; `field` is the id of its name's field."""

    path: str
    field: str
    name: str
    facts: str
    synced: bool


class Passkeys(rx.State):
    ready: bool = False
    rows: list[Row] = []
    some: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        self.some, self.ready = bool(self.rows), True


def _read(who: SignedIn) -> list[Row]:
    with snapshot() as session:
        return [_row(each, who.time_zone) for each in keeping.of(session, who.user_id)]


def _row(passkey: Passkey, zone: str) -> Row:
    added = text("passkey_card.added", day=dates.day(passkey.created_at, zone))
    used = (
        text("passkey_card.used", day=dates.day(passkey.last_used_at, zone))
        if passkey.last_used_at
        else text("passkey_card.never_used")
    )
    return Row(
        f"/api/user/passkeys/{passkey.id}",
        f"passkey-{passkey.id}",
        passkey.name,
        f"{added} · {used}",
        passkey.synced,
    )
