"""The wizard: a question, its choices, the way on. Leaving it unfinished loses nothing."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.onboarding.wizard import QUESTIONS
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.onboarding.state import Choice, Wizard


def page() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.section(
                rx.cond(Wizard.ready, _question(), skeleton(4)), class_name="card card--wide"
            ),
            class_name="narrow",
        )
    )


def choices() -> rx.Component:
    """The present question's choices; the settings page shows them too."""
    return rx.el.div(
        rx.foreach(Wizard.choices, _choice),
        class_name="choices",
        role=rx.cond(Wizard.several, "group", "radiogroup"),
        custom_attrs={"aria-label": Wizard.title},
    )


def _question() -> rx.Component:
    return rx.el.div(
        rx.el.ol(
            *[
                rx.el.li(class_name=rx.cond(Wizard.step >= step, "is-done", ""))
                for step in range(len(QUESTIONS))
            ],
            class_name="stepper",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.p(Wizard.progress, class_name="quiet small"),
        rx.el.div(
            rx.el.h1(Wizard.title),
            rx.el.p(Wizard.lead, class_name="quiet"),
            class_name="stack stack--tight",
        ),
        choices(),
        rx.el.div(
            rx.el.button(
                text("onboarding.skip"),
                on_click=Wizard.skip,
                type="button",
                class_name="button button--quiet",
            ),
            rx.el.div(
                rx.cond(
                    Wizard.first,
                    rx.fragment(),
                    rx.el.button(
                        text("onboarding.back"),
                        on_click=Wizard.back,
                        type="button",
                        class_name="button button--secondary",
                    ),
                ),
                rx.el.button(
                    rx.cond(Wizard.last, text("onboarding.finish"), text("onboarding.next")),
                    on_click=Wizard.advance,
                    type="button",
                    class_name="button button--primary",
                ),
                class_name="row",
            ),
            class_name="row row--between",
        ),
        class_name="stack stack--loose",
    )


def _choice(choice: Choice) -> rx.Component:
    return rx.el.button(
        rx.el.span(rx.icon("check", size=14), class_name="choice__mark"),
        rx.el.span(
            rx.el.span(choice.title, class_name="choice__title"),
            rx.el.br(),
            rx.el.span(choice.text, class_name="choice__text"),
        ),
        on_click=Wizard.toggle(choice.id),
        type="button",
        role=rx.cond(Wizard.several, "checkbox", "radio"),
        class_name="choice",
        custom_attrs={"aria-checked": rx.cond(choice.chosen, "true", "false")},
    )
