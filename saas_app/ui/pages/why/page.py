"""The page behind every "Why?"."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.why.rows import Fact
from saas_app.ui.pages.why.state import Why


def page() -> rx.Component:
    return shell(
        text("title.why"),
        rx.el.section(
            rx.cond(Why.ready, rx.cond(Why.missing, _missing(), _found()), skeleton(4)),
            class_name="card stack stack--loose",
            custom_attrs={"data-testid": "why"},
        ),
        here=routes.SETTINGS_BILLING,
    )


def _found() -> rx.Component:
    good = rx.el.span(text("why.allowed"), class_name="badge badge--good")
    bad = rx.el.span(text("why.denied"), class_name="badge badge--second")
    return rx.fragment(
        rx.el.div(
            rx.el.h2(Why.title),
            rx.cond(Why.allowed, good, bad),
            class_name="row",
        ),
        rx.el.p(Why.sentence),
        rx.el.h3(text("why.facts")),
        rx.el.dl(rx.foreach(Why.facts, _fact), class_name="facts"),
        rx.el.div(
            rx.cond(
                Why.upgrade != "",
                rx.el.a(
                    text("lock.see_plan"),
                    " ",
                    Why.upgrade,
                    href=routes.PRICING,
                    class_name="button button--primary",
                ),
            ),
            _billing(),
            class_name="row",
        ),
    )


def _fact(fact: Fact) -> rx.Component:
    return rx.el.div(rx.el.dt(fact.label), rx.el.dd(fact.value))


def _missing() -> rx.Component:
    return empty(
        "circle-help", text("why.missing"), text("why.missing_text"), _billing(), under="h1"
    )


def _billing() -> rx.Component:
    return rx.el.a(
        text("why.billing"), href=routes.SETTINGS_BILLING, class_name="button button--secondary"
    )
