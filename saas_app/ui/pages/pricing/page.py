"""The pricing page: from the catalogue, complete before any script has run."""

import reflex as rx

from saas_app.billing import offer
from saas_app.core.texts import text
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.pricing import parts


def page() -> rx.Component:
    catalogue = offer.catalogue()
    return site(
        rx.el.section(
            rx.el.h1(rx.el.span(text("pricing.title"), class_name="gradient-text")),
            rx.el.p(text("pricing.lead"), class_name="lead"),
            parts.interval_switch(catalogue),
            class_name="wrap hero",
        ),
        rx.el.section(
            rx.el.div(
                *[parts.card(catalogue, plan) for plan in catalogue.for_sale], class_name="plans"
            ),
            rx.el.p(
                text("pricing.prices_note", currency=catalogue.currency.upper()),
                class_name="quiet small",
            ),
            class_name="wrap stack stack--loose",
        ),
        rx.el.section(
            rx.el.h2(text("pricing.compare")),
            parts.comparison(catalogue),
            class_name="wrap section",
        ),
        rx.el.section(
            rx.el.h2(text("landing.questions")),
            parts.questions(catalogue),
            class_name="wrap section",
        ),
    )
