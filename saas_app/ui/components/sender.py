"""Who writes to us: a signed-in person is known, a stranger types an address."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.forms import field
from saas_app.ui.state.session import Session


def sender() -> rx.Component:
    return rx.cond(
        Session.signed_in,
        rx.el.p(text("contact.as_you"), " ", rx.el.strong(Session.email)),
        field("email", text("contact.email"), kind="email", autocomplete="email"),
    )
