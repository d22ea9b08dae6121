"""The watchlist: what is watched, and beside it the form that adds more."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.watchlists import parts
from saas_app.ui.pages.market.watchlists.state import Watchlists


def page() -> rx.Component:
    listed = rx.el.section(
        rx.el.p(text("watchlist.lead"), class_name="quiet"),
        parts.undo(),
        rx.cond(Watchlists.items, parts.rows(), parts.nothing_yet()),
        class_name="card stack",
        custom_attrs={"aria-label": text("watchlist.title"), "data-tour": "list"},
    )
    return shell(
        text("watchlist.title"),
        rx.cond(
            Watchlists.ready,
            rx.el.div(
                listed,
                rx.cond(Watchlists.may_edit, parts.add_form(), parts.view_only()),
                class_name="with-side",
            ),
            rx.el.div(skeleton(5, "64px"), class_name="pending"),
        ),
        here=routes.WATCHLISTS,
    )
