"""The workspace one is in, and the way into one's others: by plain HTTP and a full page load."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.forms import post_form
from saas_app.ui.state.shell import Elsewhere, Shell


def switcher() -> rx.Component:
    """Nothing for whoever has one workspace: there is nowhere else to be."""
    return rx.cond(
        Shell.elsewhere,
        rx.el.details(
            rx.el.summary(
                rx.el.span(text("switcher.title"), class_name="sr-only"),
                Shell.workspace,
                class_name="break",
            ),
            rx.el.div(rx.foreach(Shell.elsewhere, _place), class_name="stack stack--tight"),
            custom_attrs={"data-testid": "switcher"},
        ),
    )


def _place(place: Elsewhere) -> rx.Component:
    return post_form(
        f"/api/workspaces/{place.key}/switch",
        rx.el.button(
            rx.icon("arrow-right-left", size=14),
            place.name,
            type="submit",
            class_name="button button--secondary button--small",
            custom_attrs={"aria-label": f"{text('switcher.go')}: {place.name}"},
        ),
    )
