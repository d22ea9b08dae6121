"""What one has, what it costs, what was billed, and every way to change it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.billing import parts
from saas_app.ui.pages.billing.money import parts as money
from saas_app.ui.pages.billing.money.state import Money


def page() -> rx.Component:
    return shell(
        text("nav.billing"),
        money.trouble(),
        rx.el.div(parts.plan(), parts.usage(), class_name="grid grid--two"),
        rx.el.div(money.cards(), money.details(), class_name="grid grid--two"),
        parts.invoices(),
        here=routes.SETTINGS_BILLING,
        says_payment=Money.trouble.of_payment,
    )
