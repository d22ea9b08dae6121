"""Alerts: what waits, and beside it the form that makes more."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.alerts import filter_form, form, parts
from saas_app.ui.pages.alerts.state import Alerts
from saas_app.ui.pages.market.parts import meter


def page() -> rx.Component:
    nothing = empty("bell-plus", text("alerts.empty_title"), text("alerts.empty_text"), under="h1")
    none_like_it = empty(
        "bell-off", text("alerts.none_title"), text("alerts.none_text"), under="h1"
    )
    listed = rx.el.section(
        rx.el.p(text("alerts.lead"), class_name="quiet"),
        rx.cond(Alerts.late, rx.el.p(text("alerts.behind"), class_name="banner", role="status")),
        parts.undo(),
        filter_form.form(),
        filter_form.bar(),
        rx.cond(Alerts.rows, parts.rows(), rx.cond(Alerts.counted != "", none_like_it, nothing)),
        class_name="card stack",
        custom_attrs={"aria-label": text("alerts.title")},
    )
    only_read = rx.el.div(
        rx.el.p(text("alerts.view_only"), class_name="quiet"),
        rx.cond(Alerts.meter.state != "none", meter(Alerts.meter)),
        class_name="card stack",
    )
    return shell(
        text("alerts.title"),
        rx.cond(
            Alerts.ready,
            rx.el.div(
                listed, rx.cond(Alerts.may_edit, form.form(), only_read), class_name="with-side"
            ),
            rx.el.div(skeleton(4, "88px"), class_name="pending"),
        ),
        here=routes.ALERTS,
    )
