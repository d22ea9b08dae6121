"""What a log-in by a provider may end on when it does not simply work: why, what was kept, what to do."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import NativeForm
from saas_app.ui.components.forms import carried, field, post_form, submit
from saas_app.ui.components.links import outward
from saas_app.ui.components.provider_buttons import provider_buttons
from saas_app.ui.layouts.public import narrow


def stopped() -> rx.Component:
    return _start_again("stopped")


def again() -> rx.Component:
    return _start_again("again")


def away() -> rx.Component:
    return _start_again("away")


def letter() -> rx.Component:
    """The same page whether the address is new here or not."""
    return narrow(
        text("provider_page.letter.title"),
        text("provider_page.letter.lead"),
        rx.el.p(text("provider_page.letter.next"), class_name="quiet"),
        _mailbox(),
        rx.el.a(
            text("provider_page.letter.another"),
            href=routes.PROVIDER_ADDRESS,
            class_name="button button--secondary",
        ),
        rx.el.a(text("nav.log_in"), href=routes.LOGIN, class_name="button button--quiet"),
    )


def address() -> rx.Component:
    return narrow(
        text("provider_page.address.title"),
        text("provider_page.address.lead"),
        post_form(
            "/api/auth/provider/address",
            field("email", text("form.email"), kind="email", autocomplete="email"),
            submit(text("provider_page.address.submit")),
            code_links=_over(),
        ),
    )


def known() -> rx.Component:
    return narrow(
        text("provider_page.known.title"),
        text("provider_page.known.lead"),
        rx.el.a(
            text("provider_page.known.log_in"),
            href=routes.login(routes.PROVIDER_CONNECT),
            class_name="button button--primary button--large button--wide",
        ),
        rx.el.p(rx.el.span(text("providers.or")), class_name="divider"),
        post_form(
            "/api/auth/provider/mail-link",
            rx.el.button(
                text("provider_page.known.mail"),
                type="submit",
                class_name="button button--secondary button--large button--wide",
            ),
            code_links=_over(),
            after=_mailbox_link(),
        ),
    )


def connect() -> rx.Component:
    """A button does it, never the address alone: links are opened by scanners too."""
    log_in = {"text": text("nav.log_in"), "href": routes.login(routes.PROVIDER_CONNECT)}
    return narrow(
        text("provider_page.connect.title"),
        text("provider_page.connect.lead"),
        post_form(
            "/api/auth/provider/connect",
            carried("token"),
            submit(text("provider_page.connect.submit")),
            code_links={
                **_over(),
                "not_signed_in": log_in,
                "step_up_required": log_in,
                "provider_another_account": log_in,
            },
        ),
        rx.el.a(
            text("provider_page.connect.not_now"),
            href=routes.DASHBOARD,
            class_name="button button--quiet",
        ),
    )


def _start_again(name: str) -> rx.Component:
    """The buttons once more, and the way to the other ways; both keep the page that was wanted."""
    return narrow(
        text(f"provider_page.{name}.title"),
        text(f"provider_page.{name}.lead"),
        NativeForm.create(
            carried("next"),
            rx.el.button(
                text("provider_page.other_way"),
                type="submit",
                class_name="button button--primary button--large button--wide",
            ),
            action=routes.LOGIN,
            method="get",
        ),
        provider_buttons(),
    )


def _over() -> dict[str, dict[str, str]]:
    return {
        "provider_offer_over": {"text": text("provider_page.start_again"), "href": routes.LOGIN}
    }


def _mailbox_link() -> tuple[str, str]:
    """In development the letter lies in the sandbox's mailbox."""
    given = settings()
    where = f"http://localhost:{given.sandbox_port}/mail"
    return (text("register.open_mailbox"), where) if given.sandboxed else ("", "")


def _mailbox() -> rx.Component:
    words, href = _mailbox_link()
    return (
        outward(words, href=href, class_name="button button--secondary") if href else rx.fragment()
    )
