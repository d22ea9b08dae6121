"""The notification centre."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.notifications.state import Line, Notifications


def page() -> rx.Component:
    none = empty(
        "bell", text("notifications_page.empty"), text("notifications_page.empty_text"), under="h1"
    )
    return shell(
        text("nav.notifications"),
        rx.el.section(
            rx.cond(
                Notifications.ready,
                rx.cond(
                    Notifications.lines,
                    rx.fragment(
                        rx.el.div(
                            rx.el.button(
                                text("notifications_page.mark_all"),
                                on_click=Notifications.read_all,
                                type="button",
                                class_name="button button--secondary button--small",
                            ),
                            class_name="row",
                        ),
                        rx.el.ul(rx.foreach(Notifications.lines, _line), class_name="stack"),
                    ),
                    none,
                ),
                skeleton(4),
            ),
            class_name="card stack",
            custom_attrs={"data-tour": "notices"},
        ),
        here=routes.NOTIFICATIONS,
    )


def _line(line: Line) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.strong(line.title),
                rx.cond(
                    line.unread,
                    rx.el.span(text("notifications_page.unread"), class_name="badge badge--good"),
                ),
                class_name="row",
            ),
            rx.el.p(line.text, class_name="quiet small"),
            rx.el.p(line.at, class_name="quiet small num"),
            class_name="stack stack--tight",
        ),
        rx.el.div(
            rx.cond(
                line.href != "",
                rx.el.a(
                    text("notifications_page.open"),
                    href=line.href,
                    class_name="button button--secondary button--small",
                ),
            ),
            rx.el.button(
                rx.icon("x", size=16),
                on_click=Notifications.dismiss(line.id),
                type="button",
                class_name="button button--quiet button--small",
                custom_attrs={"aria-label": text("notifications_page.dismiss")},
            ),
            class_name="row",
        ),
        class_name="row row--between",
    )
