"""The change that waits, for the period's end or for its payment, with the way out of it."""

import reflex as rx

from saas_app.core.texts import text
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
