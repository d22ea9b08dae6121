"""The card of the second factor: the app, recovery codes, the number, trusted browsers."""

import reflex as rx

from saas_app.core.texts import text, under
from saas_app.ui.components import proving
from saas_app.ui.components.forms import post_form
from saas_app.ui.components.lists import skeleton
from saas_app.ui.components.proving import AuthenticatorSetup, NewCodes, NumberSetup
from saas_app.ui.pages.settings.security.parts import part, taken_away
from saas_app.ui.pages.settings.security.two_factor_state import Browser, TwoFactor


def card() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(text("two_factor.title")),
            rx.cond(
                TwoFactor.ready,
                rx.cond(
                    TwoFactor.on,
                    rx.el.span(
                        rx.icon("shield-check", size=14),
                        text("two_factor.on"),
                        class_name="badge badge--good",
                    ),
                    rx.el.span(
                        rx.icon("shield-off", size=14),
                        text("two_factor.off"),
                        class_name="badge badge--warn",
                    ),
                ),
            ),
            class_name="card__head",
        ),
        rx.el.p(text("two_factor.lead"), class_name="quiet"),
        rx.cond(TwoFactor.ready, _parts(), skeleton(3)),
        class_name="card stack stack--loose",
        id="two-factor",
    )


def _parts() -> rx.Component:
    return rx.fragment(
        _app(),
        rx.cond(TwoFactor.on, rx.fragment(_codes(), _number(), _browsers())),
    )


def _app() -> rx.Component:
    return part(
        text("two_factor.app"),
        rx.cond(
            TwoFactor.app_since != "",
            rx.fragment(
                rx.el.p(
                    f"{text('two_factor.app_since')} ", TwoFactor.app_since, class_name="quiet"
                ),
                AuthenticatorSetup.create(
                    words=_words(), label=text("two_factor.replace_app"), tone="secondary"
                ),
                taken_away(
                    text("two_factor.turn_off"),
                    text("two_factor.turn_off_text"),
                    post_form(
                        "/api/user/two-factor/app",
                        _danger("two_factor.turn_off_yes"),
                        verb="DELETE",
                    ),
                ),
            ),
            rx.fragment(
                rx.el.p(text("two_factor.app_lead"), class_name="quiet"),
                AuthenticatorSetup.create(
                    words=_words(), label=text("two_factor.set_up_app"), tone="primary"
                ),
            ),
        ),
    )


def _codes() -> rx.Component:
    return part(
        text("two_factor.codes"),
        rx.el.p(
            rx.el.span(TwoFactor.codes_left, class_name="num"),
            f" {text('two_factor.codes_left')}",
            class_name=rx.cond(TwoFactor.codes_left > 3, "quiet", "warn"),  # noqa: PLR2004 — where it gets tight
        ),
        NewCodes.create(words=_words()),
    )


def _number() -> rx.Component:
    return part(
        text("two_factor.number"),
        rx.cond(
            TwoFactor.number != "",
            rx.fragment(
                rx.el.p(f"{text('two_factor.number_is')} ", TwoFactor.number, class_name="quiet"),
                taken_away(
                    text("two_factor.remove_number"),
                    text("two_factor.remove_number_text"),
                    post_form(
                        "/api/user/two-factor/phone",
                        _danger("two_factor.remove_number_yes"),
                        verb="DELETE",
                    ),
                ),
            ),
            rx.cond(
                TwoFactor.can_text,
                rx.fragment(
                    rx.el.p(text("two_factor.number_lead"), class_name="quiet"),
                    NumberSetup.create(words=_words(), label=text("two_factor.mobile")),
                ),
                rx.el.p(text("two_factor.no_sms_here"), class_name="quiet"),
            ),
        ),
    )


def _browsers() -> rx.Component:
    return part(
        text("two_factor.browsers"),
        rx.cond(
            TwoFactor.some,
            rx.el.ul(rx.foreach(TwoFactor.browsers, _browser), class_name="stack"),
            rx.el.p(text("two_factor.no_browsers"), class_name="quiet"),
        ),
    )


def _browser(row: Browser) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.agent, class_name="clip"),
            rx.el.span(row.until, class_name="quiet small"),
            class_name="stack stack--tight",
        ),
        post_form(
            row.path,
            rx.el.button(
                text("two_factor.distrust"),
                type="submit",
                class_name="button button--secondary button--small",
                custom_attrs={"aria-label": f"{text('two_factor.distrust')}: {row.agent}"},
            ),
            verb="DELETE",
        ),
        class_name="entry",
    )


def _danger(key: str) -> rx.Component:
    return rx.el.button(text(key), type="submit", class_name="button button--danger")


def _words() -> dict[str, str]:
    return {
        **proving.words(),
        **under("app_setup"),
        **under("recovery_codes"),
        **under("number_setup"),
    }
