"""Brings the list of first steps back to the dashboard, from wherever that is offered."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.state.first_steps import FirstSteps


def recall_first_steps() -> rx.Component:
    return rx.el.button(
        text("first_steps.recall"),
        on_click=FirstSteps.recall,
        type="button",
        class_name="button button--secondary",
    )
