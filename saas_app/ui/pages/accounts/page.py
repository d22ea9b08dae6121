"""The account forms. They post plain HTTP; none of them has state of its own."""

import reflex as rx

from saas_app.accounts.passwords import SHORTEST
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.forms import carried, check, field, post_form, submit
from saas_app.ui.layouts.public import narrow


def register() -> rx.Component:
    return narrow(
        text("register.title"),
        text("register.lead"),
        post_form(
            "/api/auth/register",
            field("email", text("form.email"), kind="email", autocomplete="email", from_query=True),
            field(
                "name",
                text("form.name"),
                autocomplete="name",
                hint=text("form.optional"),
                required=False,
            ),
            field(
                "password",
                text("form.password"),
                kind="password",
                autocomplete="new-password",
                hint=text("register.password_hint", shortest=SHORTEST),
            ),
            submit(text("register.submit")),
            after=_mailbox(),
        ),
        _aside(text("register.have_account"), text("nav.log_in"), routes.LOGIN),
    )


def login() -> rx.Component:
    return narrow(
        text("login.title"),
        text("login.lead"),
        post_form(
            "/api/auth/session",
            field("email", text("form.email"), kind="email", autocomplete="username"),
            field(
                "password", text("form.password"), kind="password", autocomplete="current-password"
            ),
            carried("next"),
            check("remember", text("login.remember")),
            submit(text("login.submit")),
            code_links={
                "email_unverified": {"text": text("login.send_again"), "href": routes.RESEND},
                "wrong_credentials": {"text": text("login.forgot"), "href": routes.FORGOT},
            },
        ),
        _aside(text("login.forgot"), text("login.choose_new"), routes.FORGOT),
        _aside(text("login.no_account"), text("nav.sign_up"), routes.REGISTER),
    )


def verify_email() -> rx.Component:
    """A button, not the link itself, spends the token: mail scanners open links too."""
    return narrow(
        text("verify.title"),
        text("verify.lead"),
        post_form(
            "/api/auth/verify-email",
            carried("token"),
            submit(text("verify.submit")),
            code_links=_link_troubles(routes.RESEND),
        ),
    )


def resend() -> rx.Component:
    return narrow(
        text("resend.title"),
        text("resend.lead"),
        post_form(
            "/api/auth/resend-verification",
            field("email", text("form.email"), kind="email", autocomplete="email", from_query=True),
            submit(text("resend.submit")),
            after=_mailbox(),
        ),
        _aside(text("resend.back"), text("nav.log_in"), routes.LOGIN),
    )


def forgot() -> rx.Component:
    return narrow(
        text("forgot.title"),
        text("forgot.lead"),
        post_form(
            "/api/auth/forgot-password",
            field("email", text("form.email"), kind="email", autocomplete="email", from_query=True),
            submit(text("forgot.submit")),
            after=_mailbox(),
        ),
        _aside(text("forgot.remembered"), text("nav.log_in"), routes.LOGIN),
    )


def reset() -> rx.Component:
    return narrow(
        text("reset.title"),
        text("reset.lead"),
        post_form(
            "/api/auth/reset-password",
            carried("token"),
            field(
                "password",
                text("reset.password"),
                kind="password",
                autocomplete="new-password",
                hint=text("register.password_hint", shortest=SHORTEST),
            ),
            submit(text("reset.submit")),
            code_links=_link_troubles(routes.FORGOT),
        ),
    )


def _aside(question: str, answer: str, href: str) -> rx.Component:
    return rx.el.p(f"{question} ", rx.el.a(answer, href=href), class_name="quiet small")


def _link_troubles(again: str) -> dict[str, dict[str, str]]:
    """Each kind of dead link, and the way on from it."""
    return {
        "link_expired": {"text": text("verify.new_link"), "href": again},
        "link_invalid": {"text": text("verify.new_link"), "href": again},
        "link_used": {"text": text("nav.log_in"), "href": routes.LOGIN},
    }


def _mailbox() -> tuple[str, str]:
    """In development the letter lies in the sandbox's mailbox."""
    port = settings().sandbox_port
    return (
        (text("register.open_mailbox"), f"http://localhost:{port}/mail")
        if settings().sandboxed
        else ("", "")
    )
