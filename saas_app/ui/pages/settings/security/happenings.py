"""What happened to the account lately, so that its owner notices what they did not do."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.audit import trail
from saas_app.core import dates
from saas_app.core.db import snapshot
from saas_app.core.texts import has, text
from saas_app.ui import agents
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card as settings_card
from saas_app.ui.state.guard import guarded

_SHOWN = 20
_SLICES = ("account.", "session.", "passkey.", "two_factor.", "identity.", "staff.")


@dataclass(frozen=True, slots=True)
class Happening:
    id: int
    what: str
    detail: str


class Happenings(rx.State):
    rows: list[Happening] = []
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        self.ready = True


def card() -> rx.Component:
    return settings_card(
        text("happenings.title"),
        text("happenings.lead"),
        rx.cond(
            Happenings.ready,
            rx.el.ul(rx.foreach(Happenings.rows, _row), class_name="rows"),
            skeleton(3, "32px"),
        ),
        anchor="happenings",
    )


def _row(row: Happening) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.what),
            rx.el.span(row.detail, class_name="quiet small"),
            class_name="stack stack--tight rows__text",
        ),
        class_name="rows__row",
    )


def _read(who: SignedIn) -> list[Happening]:
    with snapshot() as session:
        facts = trail.of_person(session, who.user_id, _SLICES, limit=_SHOWN)
    return [Happening(fact.id, _what(fact.event), _detail(fact, who.time_zone)) for fact in facts]


def _what(event: str) -> str:
    """The words for an event; one that has none yet is shown by its own name rather than hidden."""
    return text(f"happening.{event}") if has(f"happening.{event}") else event


def _detail(fact: trail.Fact, zone: str) -> str:
    browser, _ = agents.recognised(fact.origin.agent)
    parts = (dates.moment(fact.at, zone), fact.origin.address, browser)
    return " · ".join(part for part in parts if part)
