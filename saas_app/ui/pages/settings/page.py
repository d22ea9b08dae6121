"""The profile: who one is here, and the way back to the wizard's questions."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.settings.state import Profile


def profile() -> rx.Component:
    return shell(
        text("nav.profile"),
        rx.el.div(
            rx.el.section(
                rx.el.h2(text("profile.title")),
                rx.cond(Profile.ready, _form(), skeleton(2)),
                class_name="card stack stack--loose",
            ),
            rx.el.section(
                rx.el.h2(text("profile.preferences")),
                rx.el.p(text("profile.preferences_text"), class_name="quiet"),
                rx.el.div(
                    rx.el.a(
                        text("profile.open_wizard"),
                        href=routes.ONBOARDING,
                        class_name="button button--secondary",
                    )
                ),
                class_name="card stack",
            ),
            class_name="grid grid--two",
        ),
        here=routes.SETTINGS_PROFILE,
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label(text("form.name"), html_for="name", class_name="field__label"),
            rx.el.input(
                id="name",
                name="name",
                default_value=Profile.name,
                auto_complete="name",
                class_name="field__input",
                custom_attrs={
                    "aria-describedby": "name-error",
                    "aria-invalid": rx.cond(Profile.problem != "", "true", "false"),
                },
            ),
            rx.el.p(Profile.problem, id="name-error", class_name="field__error", role="alert"),
            class_name="field",
        ),
        rx.el.div(
            rx.el.span(text("form.email"), class_name="field__label"),
            rx.el.p(Profile.email, class_name="quiet"),
            class_name="field",
        ),
        rx.el.div(
            rx.el.button(text("profile.save"), type="submit", class_name="button button--primary")
        ),
        on_submit=Profile.save,
        class_name="form",
    )
