"""The matrix as a person sees it: what always comes, what is chosen, what their plan lacks."""

import asyncio
from dataclasses import dataclass, field

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.notifications import matrix, preferences
from saas_app.notifications.matrix import Channel, Event
from saas_app.notifications.preferences import Choices
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.ui.state.guard import guarded


@dataclass(frozen=True, slots=True)
class Cell:
    """`state` is "on", "off", "always", "none" (never by this channel) or "locked" (not in the plan)."""

    event: str
    channel: str
    label: str
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    text: str
    cells: list[Cell] = field(default_factory=list[Cell])


class Channels(rx.State):
    rows: list[Row] = []
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        self.ready = True

    @rx.event
    @guarded()
    async def turn(self, who: SignedIn, event: str, channel: str) -> None:
        self.rows = await asyncio.to_thread(_turned, who, event, channel)


def _turned(who: SignedIn, event_id: str, channel: str) -> list[Row]:
    with transaction() as session:
        cells = preferences.of(session, who.user_id).items()
        on = any(chosen for cell, chosen in cells if cell == (event_id, channel))
        preferences.choose(session, who.user_id, event_id, channel, wanted=not on)
    return _read(who)


def _read(who: SignedIn) -> list[Row]:
    with snapshot() as session:
        chosen = preferences.of(session, who.user_id)
        standing = access.of(session, who.workspace_id, clock.now())
    return [_row(event, chosen, standing) for event in matrix.EVENTS]


def _row(event: Event, chosen: Choices, standing: Access) -> Row:
    title = text(f"event.{event.id}.title")
    cells = [_cell(event, title, channel, chosen, standing) for channel in Channel]
    return Row(event.id, title, text(f"event.{event.id}.text"), cells)


def _cell(event: Event, title: str, channel: Channel, chosen: Choices, standing: Access) -> Cell:
    label = text("channels_page.cell", event=title, channel=text(f"channel.{channel.value}"))
    if channel in event.always:
        return Cell(event.id, channel, label, "always", text("channels_page.always"))
    if channel not in event.offered:
        return Cell(event.id, channel, label, "none", text("channels_page.never"))
    if event.by_plan and (why := _lacking(channel, standing)):
        return Cell(event.id, channel, label, "locked", why)
    return Cell(event.id, channel, label, "on" if chosen[event.id, channel] else "off")


def _lacking(channel: Channel, standing: Access) -> str:
    """Why this plan cannot use the channel, with the plan that can; empty when it can."""
    answer = decide(standing, Feature.CHANNELS, item=channel.value)
    if not isinstance(answer, Denied):
        return ""
    words = text(f"channel.{channel.value}")
    plan = standing.catalogue.find(answer.upgrade_to)
    if plan is None:
        return text("channels_page.not_offered", channel=words)
    return text("channels_page.plan_lifts", channel=words, plan=plan.name)
