"""The card of the passkeys: what they are, the list, adding one."""

import reflex as rx

from saas_app.core.texts import text, under
from saas_app.ui.components import proving
from saas_app.ui.components.forms import post_form
from saas_app.ui.components.lists import skeleton
from saas_app.ui.components.proving import PasskeyAdd
from saas_app.ui.pages.settings.security.parts import part, taken_away
from saas_app.ui.pages.settings.security.passkeys_state import Passkeys, Row


def card() -> rx.Component:
    return rx.el.section(
        rx.el.h2(text("passkey_card.title")),
        rx.el.p(text("passkey_card.lead"), class_name="quiet"),
        rx.cond(
            Passkeys.ready,
            rx.cond(
                Passkeys.some,
                rx.el.ul(rx.foreach(Passkeys.rows, _row), class_name="stack"),
                rx.el.p(text("passkey_card.none"), class_name="quiet"),
            ),
            skeleton(2),
        ),
        part(
            text("passkey_card.add_title"),
            PasskeyAdd.create(
                words={
                    **proving.words(),
                    **under("recovery_codes"),
                    **under("passkey_add"),
                }
            ),
        ),
        class_name="card stack stack--loose",
        id="passkeys",
    )


def _row(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.icon("key-round", size=18),
            rx.el.div(
                rx.el.span(
                    row.name,
                    rx.cond(
                        row.synced,
                        rx.el.span(text("passkey_card.synced"), class_name="badge"),
                    ),
                    class_name="row",
                ),
                rx.el.span(row.facts, class_name="quiet small"),
                class_name="stack stack--tight",
            ),
            class_name="entry__what",
        ),
        rx.el.div(_rename(row), _remove(row), class_name="row"),
        class_name="entry",
        custom_attrs={"data-passkey": row.name},
    )


def _rename(row: Row) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            text("passkey_card.rename"), class_name="button button--secondary button--small"
        ),
        post_form(
            row.path,
            rx.el.div(
                rx.el.label(
                    text("passkey_add.name"), html_for=row.field, class_name="field__label"
                ),
                rx.el.input(
                    id=row.field, name="name", default_value=row.name, class_name="field__input"
                ),
                rx.el.p(class_name="field__error", custom_attrs={"data-error-for": "name"}),
                class_name="field",
            ),
            rx.el.button(
                text("passkey_card.save_name"),
                type="submit",
                class_name="button button--secondary button--small",
            ),
            verb="PUT",
        ),
        class_name="unfold",
    )


def _remove(row: Row) -> rx.Component:
    return taken_away(
        text("passkey_card.remove"),
        text("passkey_card.remove_text"),
        post_form(
            row.path,
            rx.el.button(
                text("passkey_card.remove_yes"), type="submit", class_name="button button--danger"
            ),
            verb="DELETE",
        ),
    )
