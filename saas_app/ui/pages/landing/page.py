"""The landing page: what it does in a sentence, over a picture of it, three proofs, the plans."""

import reflex as rx

from saas_app.billing import offer
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.landing.picture import levels_picture
from saas_app.ui.pages.pricing import parts as pricing

_PROOFS = (("anchor", "repaint"), ("search-check", "audit"), ("door-open", "leave"))


def page() -> rx.Component:
    catalogue = offer.catalogue()
    return site(
        rx.el.section(
            rx.el.h1(rx.el.span(text("landing.headline"), class_name="gradient-text")),
            rx.el.p(text("landing.lead"), class_name="lead"),
            rx.el.div(
                rx.el.a(
                    text("landing.start"),
                    href=routes.REGISTER,
                    class_name="button button--primary button--large",
                ),
                rx.el.a(
                    text("landing.see_plans"),
                    href=routes.PRICING,
                    class_name="button button--secondary button--large",
                ),
                class_name="row",
            ),
            rx.el.figure(
                levels_picture(),
                rx.el.figcaption(text("landing.caption"), class_name="quiet small"),
                class_name="card figure",
            ),
            class_name="wrap hero",
        ),
        rx.el.section(
            rx.el.div(*[_proof(icon, name) for icon, name in _PROOFS], class_name="grid"),
            class_name="wrap section",
        ),
        rx.el.section(
            rx.el.h2(text("landing.plans")),
            pricing.interval_switch(catalogue),
            rx.el.div(
                *[pricing.card(catalogue, plan) for plan in catalogue.for_sale], class_name="plans"
            ),
            class_name="wrap section",
        ),
        rx.el.section(
            rx.el.h2(text("landing.questions")),
            pricing.questions(catalogue),
            class_name="wrap section",
        ),
        rx.el.section(
            rx.el.h2(text("landing.last_call", brand=settings().brand)),
            rx.el.a(
                text("landing.start"),
                href=routes.REGISTER,
                class_name="button button--primary button--large",
            ),
            class_name="wrap section center",
        ),
    )


def _proof(icon: str, name: str) -> rx.Component:
    return rx.el.article(
        rx.icon(icon, size=28),
        rx.el.h2(text(f"landing.proof.{name}")),
        rx.el.p(text(f"landing.proof.{name}_text"), class_name="quiet"),
        class_name="card stack proof",
    )
