"""The account forms. They post plain HTTP; none of them has state of its own."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text, under
from saas_app.ui import routes
from saas_app.ui.components import proving
from saas_app.ui.components.forms import carried, check, field, new_password, post_form, submit
from saas_app.ui.components.provider_buttons import provider_buttons
from saas_app.ui.components.proving import PasskeyLogin, SecondStep
from saas_app.ui.layouts.public import narrow
from saas_app.ui.pages.accounts.arrived import arrived
from saas_app.ui.pages.accounts.dead_links import dead_links


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
            new_password(text("form.password")),
            submit(text("register.submit")),
            after=_mailbox(),
        ),
        provider_buttons(),
        _aside(text("register.have_account"), text("nav.log_in"), routes.LOGIN),
    )


def login() -> rx.Component:
    return narrow(
        text("login.title"),
        text("login.lead"),
        arrived(),
        post_form(
            "/api/auth/session",
            field("email", text("form.email"), kind="email", autocomplete="username webauthn"),
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
        PasskeyLogin.create(words={**proving.words(), **under("passkey_login")}),
        provider_buttons(),
        _aside(text("login.forgot"), text("login.choose_new"), routes.FORGOT),
        _aside(text("login.no_account"), text("nav.sign_up"), routes.REGISTER),
    )


def second_step() -> rx.Component:
    return narrow(
        text("second_step.title"),
        text("second_step.lead"),
        SecondStep.create(words={**proving.words(), **under("second_step_words")}),
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
            code_pages=dead_links("verify"),
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
            new_password(text("reset.password")),
            submit(text("reset.submit")),
            code_pages=dead_links("reset"),
        ),
    )


def change_email() -> rx.Component:
    """Either of the two mailboxes agrees here, by a button."""
    return narrow(
        text("change_email.title"),
        text("change_email.lead"),
        post_form(
            "/api/auth/change-email",
            carried("token"),
            carried("side"),
            submit(text("change_email.submit")),
            code_pages=dead_links("email"),
            after=(text("change_email.open"), routes.SETTINGS_ACCOUNT),
        ),
    )


def unsubscribe() -> rx.Component:
    """A button leaves the list: mail scanners open links too."""
    return narrow(
        text("unsubscribe.title"),
        text("unsubscribe.lead"),
        post_form(
            "/api/unsubscribe",
            carried("token"),
            submit(text("unsubscribe.submit")),
            after=(text("unsubscribe.open"), routes.SETTINGS_NOTIFICATIONS),
        ),
    )


def _aside(question: str, answer: str, href: str) -> rx.Component:
    return rx.el.p(f"{question} ", rx.el.a(answer, href=href), class_name="quiet small")


def _mailbox() -> tuple[str, str]:
    """In development the letter lies in the sandbox's mailbox."""
    port = settings().sandbox_port
    return (
        (text("register.open_mailbox"), f"http://localhost:{port}/mail")
        if settings().sandboxed
        else ("", "")
    )
