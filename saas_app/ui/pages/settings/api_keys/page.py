"""Keys for programs: what there is, making one, rotating and revoking."""

import reflex as rx

from saas_app.core.texts import text, under
from saas_app.ui import routes
from saas_app.ui.components import proving
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.proving import NewKey, RotateKey
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.api_keys.state import ApiKeys, Row
from saas_app.workspaces.api_keys.scopes import Scope

_DAYS = ("30", "90", "365", "0")
_HOURS = ("24", "1", "72", "0")


def page() -> rx.Component:
    return settings_page(
        card(
            text("api_keys_page.title"),
            text("api_keys_page.lead"),
            rx.cond(
                ApiKeys.ready,
                rx.cond(
                    ApiKeys.some,
                    rx.el.ul(rx.foreach(ApiKeys.rows, _row), class_name="stack"),
                    empty("key-round", text("api_keys_page.none"), text("api_keys_page.none_text")),
                ),
                skeleton(2),
            ),
            outward(text("api_keys_page.docs"), href=routes.API_DOCS),
        ),
        card(
            text("api_keys_page.new"),
            text("api_keys_page.new_lead"),
            NewKey.create(
                words=_words(),
                scopes=[
                    [scope.value, text(f"api_keys_page.scope.{scope.value.replace(':', '_')}")]
                    for scope in Scope
                ],
                days=[[days, text(f"api_keys_page.days_{days}")] for days in _DAYS],
            ),
        ),
        here=routes.SETTINGS_API_KEYS,
    )


def _row(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.icon("key-round", size=18),
            rx.el.div(
                rx.el.span(
                    rx.el.strong(row.name),
                    rx.cond(
                        row.expired,
                        rx.el.span(text("api_keys_page.expired"), class_name="badge badge--bad"),
                    ),
                    rx.cond(row.owner != "", rx.el.span(row.owner, class_name="badge")),
                    class_name="row",
                ),
                rx.el.code(row.shown, class_name="small"),
                rx.el.span(row.scopes, class_name="small"),
                rx.el.span(row.facts, class_name="quiet small"),
                class_name="stack stack--tight",
            ),
            class_name="entry__what",
        ),
        rx.el.div(rx.cond(row.owner == "", _rotate(row)), _revoke(row), class_name="row"),
        class_name="entry",
        key=row.id,
        custom_attrs={"data-key": row.name},
    )


def _rotate(row: Row) -> rx.Component:
    return _unfolding(
        text("api_keys_page.rotate"),
        text("api_keys_page.rotate_text"),
        RotateKey.create(
            words=_words(),
            path=row.path,
            hours=[[hours, text(f"api_keys_page.hours_{hours}")] for hours in _HOURS],
        ),
    )


def _revoke(row: Row) -> rx.Component:
    return _unfolding(
        text("api_keys_page.revoke"),
        text("api_keys_page.revoke_text"),
        rx.el.div(
            rx.el.button(
                text("api_keys_page.revoke_yes"),
                type="button",
                on_click=ApiKeys.revoke(row.id),
                class_name="button button--danger",
            )
        ),
    )


def _unfolding(label: str, words: str, act: rx.Component) -> rx.Component:
    """What an act means is said before its button shows."""
    return rx.el.details(
        rx.el.summary(label, class_name="button button--secondary button--small"),
        rx.el.div(rx.el.p(words, class_name="small"), act, class_name="stack stack--tight"),
        class_name="unfold",
    )


def _words() -> dict[str, str]:
    return {**proving.words(), **under("api_keys_form")}
