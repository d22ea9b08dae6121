"""What remains to be done on the first days, and the alert that was suggested."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.links import outward
from saas_app.ui.state.first_steps import FirstSteps, Step


def first_steps() -> rx.Component:
    return rx.cond(
        FirstSteps.shown,
        rx.el.section(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(text("first_steps.title")),
                    rx.el.p(FirstSteps.count, class_name="quiet small num"),
                    class_name="stack stack--tight",
                ),
                rx.el.button(
                    text("first_steps.dismiss"),
                    on_click=FirstSteps.dismiss,
                    type="button",
                    class_name="button button--quiet button--small",
                ),
                class_name="card__head",
            ),
            rx.el.div(
                rx.el.ol(rx.foreach(FirstSteps.steps, _step), class_name="first-steps"),
                rx.cond(FirstSteps.alert.words != "", _suggested()),
                class_name="first-steps__columns",
            ),
            class_name="card",
            custom_attrs={"aria-label": text("first_steps.title"), "data-testid": "first-steps"},
        ),
    )


def _step(step: Step) -> rx.Component:
    done = rx.el.span(
        rx.icon("circle-check", size=20),
        rx.el.span(text("first_steps.done"), class_name="sr-only"),
        class_name="first-steps__mark",
    )
    # A full navigation: the tour begins by its address, also where that is this very page.
    go = outward(
        step.action,
        href=step.href,
        class_name="button button--secondary button--small",
        custom_attrs={"aria-label": f"{step.action}: {step.title}"},
    )
    return rx.el.li(
        rx.cond(
            step.done, done, rx.el.span(rx.icon("circle", size=20), class_name="first-steps__mark")
        ),
        rx.el.span(
            rx.el.strong(step.title),
            rx.el.span(step.text, class_name="quiet small"),
            class_name="first-steps__words",
        ),
        rx.cond(step.done, rx.fragment(), go),
        key=step.id,
        class_name=rx.cond(step.done, "first-steps__step is-done", "first-steps__step"),
        custom_attrs={"data-testid": f"step-{step.id}"},
    )


def _suggested() -> rx.Component:
    return rx.el.div(
        rx.el.h3(rx.icon("bell-plus", size=18), text("first_alert.title"), class_name="row"),
        rx.el.p(FirstSteps.alert.words),
        rx.el.p(text("first_alert.lead"), class_name="quiet small"),
        rx.el.div(
            rx.el.a(
                text("first_alert.open"),
                href=FirstSteps.alert.href,
                class_name="button button--secondary button--small",
            )
        ),
        class_name="first-alert stack stack--tight",
        custom_attrs={"data-testid": "first-alert"},
    )
