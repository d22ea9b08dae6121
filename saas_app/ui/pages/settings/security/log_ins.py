"""Where one is logged in: browsers and programs, each to be ended with one press."""

import asyncio
from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session as Database

from saas_app.accounts import refresh, sessions
from saas_app.accounts.sessions import SignedIn
from saas_app.audit import trail
from saas_app.core import dates
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.ui import agents
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card as settings_card
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session


@dataclass(frozen=True, slots=True)
class LogIn:
    key: str
    title: str
    detail: str
    current: bool
    program: bool


class LogIns(rx.State):
    rows: list[LogIn] = []
    ready: bool = False

    @rx.var
    def others(self) -> int:
        return sum(not row.current for row in self.rows)

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        self.ready = True

    @rx.event
    @guarded()
    async def end(self, who: SignedIn, key: str) -> None:
        await asyncio.to_thread(_end, who, key)
        await self._ended(who, text("log_ins.ended"))

    @rx.event
    @guarded()
    async def end_others(self, who: SignedIn) -> None:
        await asyncio.to_thread(_end_others, who)
        await self._ended(who, text("log_ins.others_ended"))

    async def _ended(self, who: SignedIn, sentence: str) -> None:
        self.rows = await asyncio.to_thread(_read, who)
        (await self.get_state(Session))._say(sentence)


def card() -> rx.Component:
    return settings_card(
        text("log_ins.title"),
        text("log_ins.lead"),
        rx.cond(
            LogIns.ready,
            rx.el.ul(rx.foreach(LogIns.rows, _row), class_name="rows"),
            skeleton(2),
        ),
        rx.cond(
            LogIns.others > 0,
            rx.el.div(
                rx.el.button(
                    text("log_ins.end_others"),
                    on_click=LogIns.end_others,
                    type="button",
                    class_name="button button--danger",
                )
            ),
        ),
        anchor="log-ins",
    )


def _row(row: LogIn) -> rx.Component:
    return rx.el.li(
        rx.cond(row.program, rx.icon("terminal", size=20), rx.icon("monitor-smartphone", size=20)),
        rx.el.div(
            rx.el.span(
                rx.el.strong(row.title),
                rx.cond(
                    row.current,
                    rx.el.span(text("log_ins.this_one"), class_name="badge badge--good"),
                ),
                class_name="row",
            ),
            rx.el.span(row.detail, class_name="quiet small"),
            class_name="stack stack--tight rows__text",
        ),
        rx.cond(
            row.current,
            rx.fragment(),
            rx.el.button(
                text("log_ins.end"),
                on_click=LogIns.end(row.key),
                type="button",
                class_name="button button--secondary button--small",
                custom_attrs={"aria-label": f"{text('log_ins.end')}: {row.title}, {row.detail}"},
            ),
        ),
        class_name="rows__row",
    )


def _read(who: SignedIn) -> list[LogIn]:
    with snapshot() as session:
        browsers = [
            LogIn(
                row.key,
                agents.spoken(row.agent),
                _detail(row.address, dates.moment(row.last_seen_at, who.time_zone)),
                row.digest == who.digest,
                program=False,
            )
            for row in sessions.list_of(session, who.user_id)
        ]
        programs = [
            LogIn(
                row.key,
                agents.spoken(row.agent),
                _detail(row.address, dates.moment(row.last_used_at, who.time_zone)),
                current=False,
                program=True,
            )
            for row in refresh.list_of(session, who.user_id)
        ]
    return [*sorted(browsers, key=lambda row: not row.current), *programs]


def _detail(address: str, at: str) -> str:
    return text("log_ins.detail", address=address or text("log_ins.nowhere"), at=at)


def _end(who: SignedIn, key: str) -> None:
    with transaction() as session:
        (refresh if refresh.is_family(key) else sessions).end_by_key(session, who.user_id, key)
        _record(session, "session.ended", who)


def _end_others(who: SignedIn) -> None:
    with transaction() as session:
        sessions.end_others(session, who.user_id, who.digest)
        _record(session, "session.others_ended", who)


def _record(session: Database, event: str, who: SignedIn) -> None:
    trail.record(session, event, actor_id=who.user_id, workspace_id=who.workspace_id)
