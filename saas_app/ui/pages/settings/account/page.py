"""Address, password, closing the account. What is secret or dangerous goes by plain HTTP."""

import reflex as rx

from saas_app.accounts.own_data.deletion import TIME_TO_THINK
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.banner import banner
from saas_app.ui.components.forms import field, new_password, post_form, submit_small
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.account.state import Account

_HERE = Account.standing


def page() -> rx.Component:
    return settings_page(
        rx.cond(
            Account.ready,
            rx.fragment(_address(), _password(), _closing()),
            rx.el.div(skeleton(4, "120px")),
        ),
        here=routes.SETTINGS_ACCOUNT,
    )


def _address() -> rx.Component:
    return card(
        text("account_page.address"),
        "",
        rx.el.p(rx.el.strong(_HERE.email), class_name="break"),
        rx.cond(_HERE.waiting != "", _on_its_way(), _new_address()),
        anchor="address-card",
    )


def _new_address() -> rx.Component:
    return post_form(
        "/api/user/email",
        field(
            "email",
            text("account_page.new_address"),
            kind="email",
            autocomplete="email",
            hint=text("account_page.address_hint"),
        ),
        submit_small(text("account_page.ask_change")),
    )


def _on_its_way() -> rx.Component:
    return rx.el.div(
        rx.el.p(text("account_page.waiting"), " ", rx.el.strong(_HERE.waiting), class_name="break"),
        rx.el.p(_HERE.agreed, class_name="quiet"),
        rx.el.div(
            rx.el.button(
                text("account_page.keep_address"),
                on_click=Account.keep_email,
                type="button",
                class_name="button button--secondary",
            )
        ),
        class_name="stack",
    )


def _password() -> rx.Component:
    return card(
        text("account_page.password"),
        "",
        rx.cond(_HERE.has_password, _another_password(), _first_password()),
        anchor="password-card",
    )


def _another_password() -> rx.Component:
    return post_form(
        "/api/user/password",
        field(
            "current",
            text("account_page.current"),
            kind="password",
            autocomplete="current-password",
        ),
        new_password(text("reset.password")),
        submit_small(text("account_page.change_password")),
    )


def _first_password() -> rx.Component:
    return rx.el.div(
        rx.el.p(text("account_page.no_password"), class_name="quiet"),
        post_form(
            "/api/user/password",
            new_password(text("form.password")),
            submit_small(text("account_page.choose_password")),
        ),
        class_name="stack",
    )


def _closing() -> rx.Component:
    return card(
        text("account_page.close"),
        text("account_page.close_text", days=TIME_TO_THINK.days),
        rx.cond(
            _HERE.closes != "",
            _keep(),
            rx.cond(Account.hindered, _hindered(), _close()),
        ),
        anchor="close",
    )


def _keep() -> rx.Component:
    return post_form(
        "/api/user/account/keep",
        banner("warn", text("account_page.closes") + _HERE.closes),
        submit_small(text("account_page.keep")),
    )


def _hindered() -> rx.Component:
    return rx.el.ul(rx.foreach(_HERE.hindered, rx.el.li), class_name="stack quiet")


def _close() -> rx.Component:
    return rx.el.div(
        rx.el.details(
            rx.el.summary(text("account_page.what_stays")),
            rx.el.ul(rx.foreach(_HERE.stays, rx.el.li), class_name="stack stack--tight quiet"),
        ),
        post_form(
            "/api/user/account",
            field(
                "confirm",
                text("account_page.confirm"),
                kind="email",
                hint=text("account_page.confirm_hint"),
            ),
            submit_small(text("account_page.close_button"), danger=True),
            verb="DELETE",
        ),
        class_name="stack",
    )
