"""The pages for what went wrong: nothing here, not allowed, our fault."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.public import site


def not_found() -> rx.Component:
    return _page("404", "compass")


def forbidden() -> rx.Component:
    return _page("403", "shield-alert")


def broken() -> rx.Component:
    return _page("500", "life-buoy")


def _page(code: str, icon: str) -> rx.Component:
    return site(
        rx.el.section(
            rx.icon(icon, size=48),
            rx.el.h1(text(f"trouble.{code}.title")),
            rx.el.p(text(f"trouble.{code}.text")),
            rx.el.div(
                rx.el.a(
                    text("nav.dashboard"),
                    href=routes.DASHBOARD,
                    class_name="button button--primary",
                ),
                rx.el.a(
                    text("nav.home"), href=routes.LANDING, class_name="button button--secondary"
                ),
                rx.el.a(text("nav.help"), href=routes.HELP, class_name="button button--quiet"),
                class_name="row",
            ),
            class_name="empty wrap pending",
        )
    )
