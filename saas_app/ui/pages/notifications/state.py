"""The notification centre: what was told, newest first; read and removed one by one or all."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.settings import settings
from saas_app.core.texts import has, text
from saas_app.notifications import dispatch
from saas_app.notifications.models import Notification
from saas_app.ui.state.guard import guarded


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    title: str
    text: str
    at: str
    href: str
    unread: bool


class Notifications(rx.State):
    lines: list[Line] = []
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        await self._refresh(who)

    @rx.event
    @guarded()
    async def read_all(self, who: SignedIn) -> None:
        await asyncio.to_thread(_read_all, who)
        await self._refresh(who)

    @rx.event
    @guarded()
    async def dismiss(self, who: SignedIn, notification_id: int) -> None:
        await asyncio.to_thread(_forget, who, notification_id)
        await self._refresh(who)

    async def _refresh(self, who: SignedIn) -> None:
        self.lines = await asyncio.to_thread(_lines, who)
        self.ready = True


def line(row: Notification, zone: str) -> Line:
    """The words come from the kind; a link leads to our own pages only."""
    facts: dict[str, Any] = {
        key: value for key, value in row.data.items() if isinstance(value, str | int)
    }
    key = f"notification.{row.kind}"
    title = text(f"{key}.title", **facts) if has(f"{key}.title") else row.kind
    body = text(f"{key}.body", **facts) if has(f"{key}.body") else ""
    link = str(row.data.get("link", ""))
    ours = link.removeprefix(settings().origin)
    return Line(
        id=row.id or 0,
        title=title,
        text=body,
        at=dates.moment(row.created_at, zone),
        href=ours if ours.startswith("/") else "",
        unread=row.read_at is None,
    )


def _lines(who: SignedIn) -> list[Line]:
    with snapshot() as session:
        return [line(row, who.time_zone) for row in dispatch.latest(session, who.user_id)]


def _read_all(who: SignedIn) -> None:
    with transaction() as session:
        dispatch.mark_all_read(session, who.user_id)


def _forget(who: SignedIn, notification_id: int) -> None:
    with transaction() as session:
        dispatch.forget(session, who.user_id, notification_id)
