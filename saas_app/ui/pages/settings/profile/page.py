"""The profile: picture, name, a few words, and the way back to the wizard's questions."""

from typing import Any

import reflex as rx

from saas_app.accounts.profile import LONGEST_BIO, LONGEST_NAME
from saas_app.core.texts import text, under
from saas_app.ui import routes
from saas_app.ui.components.browser import PictureField
from saas_app.ui.components.first_steps import recall_first_steps
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.profile.state import Profile
from saas_app.ui.state.first_steps import FirstSteps
from saas_app.ui.state.session import Session


def page() -> rx.Component:
    return settings_page(
        card(
            text("profile.title"),
            text("profile.lead"),
            rx.cond(Profile.ready, rx.fragment(_picture(), _form()), skeleton(3)),
        ),
        card(
            text("profile.preferences"),
            text("profile.preferences_text"),
            rx.el.div(
                rx.el.a(
                    text("profile.open_wizard"),
                    href=routes.ONBOARDING,
                    class_name="button button--secondary",
                ),
                outward(
                    text("tour.restart"),
                    href=routes.tour(routes.DASHBOARD),
                    class_name="button button--secondary",
                ),
                rx.cond(FirstSteps.put_away, recall_first_steps()),
                class_name="row",
            ),
            tour="preferences",
        ),
        here=routes.SETTINGS_PROFILE,
    )


def _picture() -> rx.Component:
    words = {**under("profile.picture"), "unreachable": text("error.unreachable")}
    return PictureField.create(shown=Profile.picture, initials=Session.initials, words=words)


def _form() -> rx.Component:
    return rx.el.form(
        _field(
            "name",
            text("form.name"),
            rx.el.input(
                default_value=Profile.name,
                max_length=LONGEST_NAME * 2,
                auto_complete="name",
                **_told("name", Profile.problems["name"]),
            ),
            Profile.problems["name"],
        ),
        _field(
            "bio",
            text("profile.bio"),
            rx.el.textarea(
                default_value=Profile.bio,
                max_length=LONGEST_BIO * 2,
                rows="4",
                **_told("bio", Profile.problems["bio"]),
            ),
            Profile.problems["bio"],
        ),
        rx.el.div(
            rx.el.button(text("profile.save"), type="submit", class_name="button button--primary")
        ),
        on_submit=Profile.save,
        class_name="form",
    )


def _field(
    name: str, label: str, control: rx.Component, problem: str | rx.Var[str]
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field__label"),
        control,
        rx.el.p(text(f"profile.{name}_hint"), id=f"{name}-hint", class_name="field__hint"),
        rx.el.p(problem, id=f"{name}-error", class_name="field__error", role="alert"),
        class_name="field",
    )


def _told(name: str, problem: str | rx.Var[str]) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "class_name": "field__input",
        "custom_attrs": {
            "aria-describedby": f"{name}-error {name}-hint",
            "aria-invalid": rx.cond(problem != "", "true", "false"),
        },
    }
