"""The list of alerts, each with its state, its buttons and its past."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.answers import undo_banner
from saas_app.ui.components.lists import sentences
from saas_app.ui.pages.alerts.rows import EventRow, Row
from saas_app.ui.pages.alerts.state import Alerts


def rows() -> rx.Component:
    return rx.el.ul(
        rx.foreach(Alerts.rows, _row),
        class_name="alerts",
        custom_attrs={"aria-label": text("alerts.title")},
    )


def undo() -> rx.Component:
    return undo_banner(Alerts.undo, Alerts.put_back)


def _row(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                rx.el.a(rx.el.strong(row.symbol), " ", row.timeframe, href=row.href),
                " ",
                row.sentence,
                class_name="alerts__what",
            ),
            rx.cond(row.note != "", rx.el.p(row.note, class_name="small")),
            rx.el.p(row.about, class_name="quiet small"),
            rx.el.p(
                rx.el.span(row.badge, class_name=f"badge badge--{row.tone}"),
                " ",
                rx.el.span(row.silence, class_name="quiet small"),
                " ",
                rx.cond(row.why != "", rx.el.a(text("why.link"), href=row.why, class_name="small")),
            ),
            class_name="stack stack--tight",
        ),
        rx.el.div(
            _button(text("alerts.history"), Alerts.open(row.key), row),
            rx.cond(Alerts.may_edit, _acts(row)),
            class_name="row alerts__acts",
        ),
        rx.cond(Alerts.opened == row.key, _past()),
        key=row.key,
        class_name="alerts__row",
        custom_attrs={"data-testid": "alert"},
    )


def _acts(row: Row) -> rx.Component:
    return rx.fragment(
        rx.cond(
            row.sleeps,
            _button(text("alerts.resume"), Alerts.act(row.key, "resume"), row),
            rx.fragment(
                rx.cond(
                    row.muted,
                    _button(text("alerts.unmute"), Alerts.act(row.key, "unmute"), row),
                    _button(text("alerts.mute"), Alerts.act(row.key, "mute"), row),
                ),
                _button(text("alerts.pause"), Alerts.act(row.key, "pause"), row),
            ),
        ),
        _button(text("alerts.delete"), Alerts.delete(row.key), row),
    )


def _button(label: str, act: rx.event.EventCallback[()], row: Row) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        on_click=act,
        class_name="button button--secondary button--small",
        custom_attrs={"aria-label": f"{label}: {row.symbol} {row.sentence}"},
    )


def _past() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Alerts.events,
            rx.el.ol(rx.foreach(Alerts.events, _event), class_name="alerts__past"),
            rx.el.p(text("alerts.no_past"), class_name="quiet small"),
        ),
        class_name="alerts__history",
        custom_attrs={"data-testid": "history"},
    )


def _event(event: EventRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(event.title),
        rx.el.p(event.detail, class_name="quiet small"),
        sentences(event.steps),
        key=event.key,
        class_name="stack stack--tight small",
    )
