"""What one has, what it costs, what was billed, and every way to change it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.billing import parts


def page() -> rx.Component:
    return shell(
        text("nav.billing"),
        rx.el.div(parts.plan(), parts.usage(), class_name="grid grid--two"),
        parts.invoices(),
        here=routes.SETTINGS_BILLING,
    )
