"""The dashboard: useful in five seconds."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.dashboard import parts
from saas_app.ui.pages.market.dashboard.first_steps import first_steps
from saas_app.ui.pages.market.dashboard.state import Dashboard


def page() -> rx.Component:
    return shell(
        text("nav.dashboard"),
        parts.greeting(),
        rx.cond(
            Dashboard.ready,
            rx.fragment(
                first_steps(),
                rx.el.div(
                    parts.watchlist(),
                    rx.el.div(parts.movers(), parts.limits(), class_name="stack stack--loose"),
                    class_name="with-side",
                ),
            ),
            parts.opening(),
        ),
        here=routes.DASHBOARD,
    )
