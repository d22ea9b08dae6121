"""What others see of one, kept as soon as it is switched; and the archive of everything."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts import people, privacy
from saas_app.accounts.own_data import export
from saas_app.accounts.privacy import Choices
from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock, dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui.state import arrival
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session


@dataclass(frozen=True, slots=True)
class Archive:
    """`state` is "", "making" or "ready"."""

    state: str = ""
    href: str = ""
    until: str = ""


class Privacy(rx.State):
    choices: dict[str, bool] = {}
    seen_name: str = ""
    seen_picture: str = ""
    seen_presence: str = ""
    archive: Archive = Archive()
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        await self._look_again(who)
        self.ready = True
        await arrival.say(self, f"privacy_page.notice.{arrival.asked(self, 'notice')}")

    @rx.event
    @guarded()
    async def switch(self, who: SignedIn, name: str) -> None:
        if name not in self.choices:
            return
        wanted = {**self.choices, name: not self.choices[name]}
        await asyncio.to_thread(_choose, who, Choices(**wanted))
        await self._look_again(who)
        (await self.get_state(Session))._say(text("profile.saved"))

    async def _look_again(self, who: SignedIn) -> None:
        chosen, seen, path, archive = await asyncio.to_thread(_read, who)
        self.choices = {
            "shows_name": chosen.shows_name,
            "shows_picture": chosen.shows_picture,
            "shows_presence": chosen.shows_presence,
            "analytics": chosen.analytics,
        }
        self.seen_name, self.seen_picture = seen.name, path
        self.seen_presence = (
            text("privacy_page.last_seen", at=dates.moment(seen.last_seen_at, who.time_zone))
            if seen.last_seen_at
            else text("privacy_page.not_shown")
        )
        self.archive = archive


def _read(who: SignedIn) -> tuple[Choices, privacy.Seen, str, Archive]:
    with snapshot() as session:
        user = people.by_id(session, who.user_id)
        seen = privacy.seen(session, user)
        path = f"/api/people/{who.user_id}/picture?v={seen.picture}" if seen.picture else ""
        return (
            privacy.of(user),
            seen,
            path,
            _archive(export.last(session, who.user_id), who.time_zone),
        )


def _archive(row: export.DataExport | None, zone: str) -> Archive:
    if row is None:
        return Archive()
    if row.ready_at is None:
        stuck = clock.wall() - row.requested_at >= export.STUCK_AFTER
        return Archive() if stuck else Archive("making")
    if row.expires_at is None or row.expires_at <= clock.wall():
        return Archive()
    return Archive("ready", f"/api/user/exports/{row.key}", dates.moment(row.expires_at, zone))


def _choose(who: SignedIn, wanted: Choices) -> None:
    with transaction() as session:
        privacy.choose(session, who.user_id, wanted)
