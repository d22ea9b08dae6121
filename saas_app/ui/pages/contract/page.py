"""The terms of the workspace's contract; the owner accepts them here."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.forms import post_form, submit_small
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.contract.state import Contract, Term


def page() -> rx.Component:
    none = empty(
        "file-text",
        text("contract.none"),
        text("contract.none_text"),
        rx.el.a(
            text("plan.contact"), href=routes.CONTRACT_ASK, class_name="button button--primary"
        ),
        under="h1",
    )
    return shell(
        text("title.contract"),
        rx.el.section(
            rx.cond(Contract.ready, rx.cond(Contract.there, _terms(), none), skeleton(4)),
            class_name="card stack stack--loose",
            custom_attrs={"data-testid": "contract"},
        ),
        here=routes.SETTINGS_BILLING,
    )


def _terms() -> rx.Component:
    accept = post_form(
        Contract.accept_at,
        rx.el.p(text("contract.what_happens"), class_name="quiet"),
        submit_small(text("contract.accept")),
    )
    return rx.fragment(
        rx.el.h2(Contract.title),
        rx.el.dl(rx.foreach(Contract.terms, _term), class_name="facts"),
        rx.cond(
            Contract.open,
            rx.cond(
                Contract.mine, accept, rx.el.p(text("contract.owner_only"), class_name="quiet")
            ),
        ),
        rx.el.a(text("contract.back"), href=routes.SETTINGS_BILLING),
    )


def _term(term: Term) -> rx.Component:
    return rx.el.div(rx.el.dt(term.label), rx.el.dd(term.value))
