"""The form for a plan by contract; who is signed in need not type an address."""

import reflex as rx

from saas_app.billing import offer
from saas_app.core.texts import text
from saas_app.plans.catalogue import Checkout
from saas_app.ui import routes
from saas_app.ui.components.forms import field, labelled, post_form, submit_small
from saas_app.ui.components.sender import sender
from saas_app.ui.layouts.public import site


def page() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.h1(text("lead.title")),
            rx.el.p(text("lead.lead"), class_name="lead"),
            rx.el.section(
                post_form(
                    "/api/leads",
                    _plan(),
                    sender(),
                    field("name", text("lead.name"), autocomplete="name"),
                    field("company", text("lead.company"), autocomplete="organization"),
                    field("seats", text("lead.seats_label"), kind="number"),
                    _message(),
                    submit_small(text("lead.send")),
                    after=(text("lead.back"), routes.PRICING),
                ),
                class_name="card stack",
            ),
            class_name="wrap help",
        )
    )


def _plan() -> rx.Component:
    plans = [plan for plan in offer.catalogue().for_sale if plan.checkout is Checkout.CONTACT]
    if len(plans) == 1:
        return rx.el.input(type="hidden", name="plan", value=plans[0].id, read_only=True)
    return labelled(
        "plan",
        text("lead.plan"),
        rx.el.select(
            *[rx.el.option(plan.name, value=plan.id, key=plan.id) for plan in plans],
            id="plan",
            name="plan",
            class_name="field__input",
        ),
    )


def _message() -> rx.Component:
    return labelled(
        "message",
        text("lead.message"),
        rx.el.textarea(
            id="message",
            name="message",
            class_name="field__input help__message",
            custom_attrs={"aria-describedby": "message-error"},
        ),
    )
