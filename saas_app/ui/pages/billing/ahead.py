"""What lies ahead: a change that waits, with the way out of it, and a code that makes it cheaper."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.forms import submit_small
from saas_app.ui.components.links import outward
from saas_app.ui.pages.billing.state import Billing


def ahead() -> rx.Component:
    pays = outward(
        text("change_page.pay"), href=Billing.ahead.pay_url, class_name="button button--primary"
    )
    undo = rx.el.button(
        text("billing_page.ahead.undo"),
        on_click=Billing.undo,
        type="button",
        class_name="button button--secondary",
    )
    return rx.el.div(
        rx.el.h3(Billing.ahead.title),
        rx.el.p(Billing.ahead.text, class_name="quiet"),
        rx.cond(
            Billing.may_manage,
            rx.el.div(
                rx.cond(Billing.ahead.pay_url != "", pays),
                rx.cond(Billing.ahead.can_undo, undo),
                class_name="row",
            ),
        ),
        class_name="card card--tight stack",
        role="status",
        custom_attrs={"data-testid": "ahead"},
    )


def promotion() -> rx.Component:
    return rx.el.details(
        rx.el.summary(text("billing_page.code.label")),
        rx.el.form(
            rx.el.input(
                name="code",
                required=True,
                max_length=64,
                auto_complete="off",
                class_name="field__input field__input--short",
                custom_attrs={"aria-label": text("billing_page.code.label")},
            ),
            submit_small(text("billing_page.code.use"), primary=False),
            on_submit=Billing.redeem,
            reset_on_submit=True,
            class_name="row",
        ),
    )
