"""Ending the plan: the consequence before the click, when it ends, and why, if one likes to say."""

import reflex as rx

from saas_app.billing.changing import Feedback
from saas_app.core.texts import text
from saas_app.ui.components.lists import sentences
from saas_app.ui.pages.billing.state import Billing

LEAVING = "leaving"


def leaving() -> rx.Component:
    return rx.el.form(
        rx.el.h3(text("billing_page.cancel_title")),
        rx.el.p(text("billing_page.cancel_text")),
        rx.cond(
            Billing.rests,
            sentences(Billing.rests, **{"data-testid": "rests"}),
        ),
        rx.cond(
            Billing.plan.pause_offer != "",
            rx.el.div(
                rx.el.p(Billing.plan.pause_offer),
                rx.el.button(
                    text("billing_page.pause"),
                    on_click=Billing.pause,
                    type="button",
                    class_name="button button--secondary",
                ),
                class_name="card card--tight stack",
            ),
        ),
        _choices(
            text("billing_page.leaving.when"),
            "when",
            {
                "end": text("billing_page.leaving.at_end"),
                "now": text("billing_page.leaving.at_once"),
            },
            chosen="end",
        ),
        _choices(
            text("billing_page.leaving.why"),
            "feedback",
            {each.value: text(f"billing_page.leaving.{each.value}") for each in Feedback},
        ),
        rx.el.div(
            rx.el.label(
                text("billing_page.leaving.comment"), html_for="comment", class_name="field__label"
            ),
            rx.el.textarea(id="comment", name="comment", max_length=500, class_name="field__input"),
            class_name="field",
        ),
        rx.el.div(
            rx.el.button(
                text("billing_page.keep"),
                on_click=Billing.keep,
                type="button",
                class_name="button button--primary",
            ),
            rx.el.button(
                text("billing_page.cancel_yes"),
                type="submit",
                class_name="button button--danger",
            ),
            class_name="row",
        ),
        on_submit=Billing.cancel,
        id=LEAVING,
        tab_index=-1,
        class_name="form stack",
        role="alertdialog",
        custom_attrs={"aria-label": text("billing_page.cancel_title")},
    )


def _choices(legend: str, name: str, options: dict[str, str], *, chosen: str = "") -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="field__label"),
        *[
            rx.el.label(
                rx.el.input(type="radio", name=name, value=value, default_checked=value == chosen),
                rx.el.span(words),
                class_name="check",
            )
            for value, words in options.items()
        ],
        class_name="fieldset stack stack--tight",
    )
