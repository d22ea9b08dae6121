"""Connected accounts: which providers open this account, connecting one more, taking one away."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts import people, ways_in
from saas_app.accounts.oauth import identities, providers
from saas_app.accounts.oauth.models import Identity
from saas_app.accounts.oauth.providers import LABELS
from saas_app.accounts.sessions import SignedIn
from saas_app.core import dates
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.ui.components.forms import post_form
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card as settings_card
from saas_app.ui.state import arrival
from saas_app.ui.state.guard import guarded


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    label: str
    email: str
    used: str
    action: str
    named: str


@dataclass(frozen=True, slots=True)
class Missing:
    words: str
    action: str


class Connected(rx.State):
    rows: list[Row] = []
    some: bool = False
    removable: bool = False
    missing: list[Missing] = []
    ready: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.rows, self.removable, self.missing = await asyncio.to_thread(_read, who)
        self.some, self.ready = bool(self.rows), True
        # The way to a provider and back ended here, with its outcome in the address.
        await arrival.say(self, f"connected.notice.{arrival.asked(self, 'notice')}", "info")


def card() -> rx.Component:
    return settings_card(
        text("connected.title"),
        text("connected.lead"),
        rx.cond(Connected.ready, _content(), skeleton(2)),
        anchor="connected-accounts",
    )


def _content() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Connected.some,
            rx.el.ul(rx.foreach(Connected.rows, _row), class_name="connections"),
            rx.el.p(text("connected.none"), class_name="quiet"),
        ),
        rx.cond(
            Connected.removable,
            rx.fragment(),
            rx.cond(Connected.some, rx.el.p(text("connected.last"), class_name="quiet small")),
        ),
        rx.el.div(rx.foreach(Connected.missing, _connect), class_name="row"),
        class_name="stack stack--loose",
    )


def _row(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(row.label),
            rx.el.span(row.email, class_name="quiet small"),
            rx.el.span(row.used, class_name="quiet small"),
            class_name="connections__who",
        ),
        rx.cond(
            Connected.removable,
            post_form(
                row.action,
                rx.el.button(
                    text("connected.disconnect"),
                    type="submit",
                    class_name="button button--secondary button--small",
                    custom_attrs={"aria-label": row.named},
                ),
            ),
        ),
    )


def _connect(missing: Missing) -> rx.Component:
    return post_form(
        missing.action,
        rx.el.button(missing.words, type="submit", class_name="button button--secondary"),
    )


def _read(who: SignedIn) -> tuple[list[Row], bool, list[Missing]]:
    with snapshot() as session:
        mine = identities.of(session, who.user_id)
        removable = ways_in.count(session, people.by_id(session, who.user_id)) > 1
    there = {row.provider for row in mine}
    missing = [
        Missing(text("connected.connect", provider=each.label), f"/auth/{each.key}/connect")
        for each in providers.offered()
        if each.key not in there
    ]
    return [_shown(row, who.time_zone) for row in mine], removable, missing


def _shown(row: Identity, zone: str) -> Row:
    label = LABELS[row.provider]
    used = (
        text("connected.used", at=dates.moment(row.last_used_at, zone))
        if row.last_used_at
        else text("connected.since", at=dates.day(row.created_at, zone))
    )
    named = text("connected.disconnect_named", account=f"{label} {row.email}".strip())
    action = f"/api/user/identities/{row.id}/disconnect"
    return Row(row.id or 0, label, row.email, used, action, named)
