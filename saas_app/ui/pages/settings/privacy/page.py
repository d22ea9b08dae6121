"""What fellow members see, with the picture they get; whether visits are counted; one's own data."""

import reflex as rx

from saas_app.accounts.own_data.export import KEPT_FOR
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.forms import post_form, submit_small
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import skeleton
from saas_app.ui.components.switch import switch
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.privacy.state import Privacy
from saas_app.ui.state.session import Session

_SHOWN = ("shows_name", "shows_picture", "shows_presence")


def page() -> rx.Component:
    return settings_page(
        rx.cond(
            Privacy.ready,
            rx.fragment(_seen(), _counted(), _archive()),
            rx.el.div(skeleton(4, "120px")),
        ),
        here=routes.SETTINGS_PRIVACY,
    )


def _seen() -> rx.Component:
    return card(
        text("privacy_page.seen"),
        text("privacy_page.seen_text"),
        rx.el.div(
            rx.el.div(*[_switch(name) for name in _SHOWN], class_name="stack"),
            _preview(),
            class_name="grid",
        ),
    )


def _switch(name: str) -> rx.Component:
    return switch(
        name,
        text(f"privacy_page.{name}"),
        on=Privacy.choices[name],
        change=Privacy.switch(name),
        hint=text(f"privacy_page.{name}_hint"),
    )


def _preview() -> rx.Component:
    return rx.el.figure(
        rx.el.figcaption(text("privacy_page.preview"), class_name="quiet small"),
        rx.el.div(
            rx.cond(
                Privacy.seen_picture != "",
                rx.el.img(
                    src=Privacy.seen_picture, alt="", class_name="avatar", width="48", height="48"
                ),
                rx.el.span(
                    rx.cond(Privacy.choices["shows_name"], Session.initials, "?"),
                    class_name="avatar",
                    custom_attrs={"aria-hidden": "true"},
                ),
            ),
            rx.el.div(
                rx.el.strong(Privacy.seen_name),
                rx.el.span(Privacy.seen_presence, class_name="quiet small"),
                class_name="stack stack--tight",
            ),
            class_name="row person",
        ),
        class_name="figure",
        custom_attrs={"aria-live": "polite"},
    )


def _counted() -> rx.Component:
    return card(
        text("privacy_page.counted"), text("privacy_page.counted_text"), _switch("analytics")
    )


def _archive() -> rx.Component:
    return card(
        text("privacy_page.archive"),
        text("privacy_page.archive_text", days=KEPT_FOR.days),
        rx.match(
            Privacy.archive.state,
            ("making", rx.el.p(text("privacy_page.making"), class_name="quiet")),
            ("ready", rx.fragment(_fetch(), _ask())),
            _ask(),
        ),
        anchor="archive",
    )


def _fetch() -> rx.Component:
    return rx.el.div(
        outward(
            text("privacy_page.fetch"),
            href=Privacy.archive.href,
            class_name="button button--primary",
        ),
        rx.el.span(
            text("privacy_page.until"), " ", Privacy.archive.until, class_name="quiet small"
        ),
        class_name="row",
    )


def _ask() -> rx.Component:
    return post_form("/api/user/exports", submit_small(text("privacy_page.ask"), primary=False))
