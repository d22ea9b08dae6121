"""The matrix of events and channels: a table on wide screens, a card for each event on phones."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.notifications.matrix import Channel
from saas_app.ui import routes
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.channels.state import Cell, Channels, Row

_CHANNELS = tuple(Channel)


def page() -> rx.Component:
    return settings_page(
        card(
            text("channels_page.title"),
            text("channels_page.lead"),
            rx.cond(Channels.ready, _table(), skeleton(6)),
        ),
        here=routes.SETTINGS_NOTIFICATIONS,
    )


def _table() -> rx.Component:
    heads = [
        rx.el.th(text(f"channel.{channel.value}"), scope="col", class_name="matrix__head")
        for channel in _CHANNELS
    ]
    return rx.el.table(
        rx.el.thead(rx.el.tr(rx.el.th(text("channels_page.event"), scope="col"), *heads)),
        rx.el.tbody(rx.foreach(Channels.rows, _row)),
        class_name="table matrix",
    )


def _row(row: Row) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.span(row.title),
            rx.el.br(),
            rx.el.span(row.text, class_name="quiet small"),
            scope="row",
        ),
        rx.foreach(row.cells, _cell),
    )


def _cell(cell: Cell) -> rx.Component:
    """What can be chosen is a switch; what cannot is a sign, with the reason for whoever asks."""
    return rx.el.td(
        rx.el.span(
            rx.match(
                cell.channel,
                *[(channel.value, text(f"channel.{channel.value}")) for channel in _CHANNELS],
                "",
            ),
            class_name="matrix__channel",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.match(
            cell.state,
            ("always", _sign("check", cell, "accent")),
            ("none", _sign("minus", cell, "quiet")),
            ("locked", _lock(cell)),
            _switch(cell),
        ),
    )


def _switch(cell: Cell) -> rx.Component:
    return rx.el.button(
        rx.el.span(class_name="switch__knob"),
        on_click=Channels.turn(cell.event, cell.channel),
        type="button",
        role="switch",
        class_name="switch",
        custom_attrs={
            "aria-checked": rx.cond(cell.state == "on", "true", "false"),
            "aria-label": cell.label,
        },
    )


def _sign(icon: str, cell: Cell, tone: str) -> rx.Component:
    return rx.el.span(
        rx.icon(icon, size=18),
        rx.el.span(f"{cell.label}: {cell.why}", class_name="unseen"),
        class_name=f"matrix__sign matrix__sign--{tone}",
        title=cell.why,
    )


def _lock(cell: Cell) -> rx.Component:
    return rx.el.a(
        rx.icon("lock", size=16),
        rx.el.span(f"{cell.label}: {cell.why}", class_name="unseen"),
        href=f"{routes.WHY}?feature=channels&item={cell.channel}",
        class_name="matrix__sign matrix__sign--second",
        title=cell.why,
    )
