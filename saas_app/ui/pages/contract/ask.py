"""The form for a plan by contract; who is signed in need not type an address."""

import reflex as rx

from saas_app.billing import offer
from saas_app.core.texts import text
from saas_app.plans.catalogue import Checkout
from saas_app.ui import routes
from saas_app.ui.components.forms import field, post_form, submit_small
from saas_app.ui.layouts.public import site
from saas_app.ui.state.session import Session


def page() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.h1(text("lead.title")),
            rx.el.p(text("lead.lead"), class_name="lead"),
            rx.el.section(
                post_form(
                    "/api/leads",
                    _plan(),
                    rx.cond(
                        Session.signed_in,
                        rx.el.p(text("contact.as_you"), " ", rx.el.strong(Session.email)),
                        field("email", text("contact.email"), kind="email", autocomplete="email"),
                    ),
                    field("name", text("lead.name"), autocomplete="name"),
                    field("company", text("lead.company"), autocomplete="organization"),
                    field("seats", text("lead.seats_label"), kind="number"),
                    _message(),
                    submit_small(text("lead.send")),
                    after=(text("lead.back"), routes.PRICING),
                ),
                class_name="card stack",
            ),
            class_name="wrap stack stack--loose auth",
        )
    )


def _plan() -> rx.Component:
    plans = [plan for plan in offer.catalogue().for_sale if plan.checkout is Checkout.CONTACT]
    if len(plans) == 1:
        return rx.el.input(type="hidden", name="plan", value=plans[0].id, read_only=True)
    return _labelled(
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
    return _labelled(
        "message",
        text("lead.message"),
        rx.el.textarea(
            id="message",
            name="message",
            class_name="field__input help__message",
            custom_attrs={"aria-describedby": "message-error"},
        ),
    )


def _labelled(name: str, label: str, inside: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field__label"),
        inside,
        rx.el.p(
            id=f"{name}-error", class_name="field__error", custom_attrs={"data-error-for": name}
        ),
        class_name="field",
    )
