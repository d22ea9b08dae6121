"""The security page: what opens the account, where it is open, and what happened to it."""

import reflex as rx

from saas_app.ui import routes
from saas_app.ui.layouts.settings import settings_page
from saas_app.ui.pages.settings import connected
from saas_app.ui.pages.settings.security import happenings, log_ins, passkeys, two_factor


def page() -> rx.Component:
    return settings_page(
        two_factor.card(),
        passkeys.card(),
        connected.card(),
        log_ins.card(),
        happenings.card(),
        here=routes.SETTINGS_SECURITY,
    )
