"""The page of a mailed invitation. A button, not the link itself, accepts: mail scanners open links too."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.forms import carried, post_form, submit
from saas_app.ui.layouts.public import narrow


def page() -> rx.Component:
    return narrow(
        text("invitation_page.title"),
        text("invitation_page.lead"),
        post_form(
            "/api/invitations/accept",
            carried("token"),
            submit(text("invitation_page.join")),
            code_links={
                "invitation_log_in": {
                    "text": text("nav.log_in"),
                    "href": routes.login(routes.INVITATION),
                },
                "invitation_sign_up": {"text": text("nav.sign_up"), "href": routes.REGISTER},
                "invitation_other_address": {
                    "text": text("invitation_page.who_am_i"),
                    "href": routes.SETTINGS_ACCOUNT,
                },
            },
        ),
        rx.el.p(text("invitation_page.later"), class_name="quiet small"),
    )
