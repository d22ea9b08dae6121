"""What a filter looks like on each page that has one: its head, and the filters one keeps by name."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.market.saved_filters import LONGEST_NAME
from saas_app.ui.components.answers import answered, undo_banner
from saas_app.ui.components.forms import select
from saas_app.ui.pages.alerts.rows import Option
from saas_app.ui.pages.market.kept_filters import KeptFilters


def head(page: type[KeptFilters]) -> rx.Component:
    return rx.el.div(
        rx.el.h2(text("filters.title")),
        rx.el.button(
            text("filters.clear"),
            type="button",
            on_click=page.clear,
            class_name="button button--quiet button--small",
            custom_attrs={"aria-disabled": rx.cond(page.asks == 0, "true", "false")},
        ),
        class_name="card__head",
    )


def kept(page: type[KeptFilters]) -> rx.Component:
    return rx.el.div(
        undo_banner(page.undo, page.put_back),
        rx.el.div(
            select(
                "saved-filter",
                text("filters.saved_ones"),
                rx.fragment(
                    rx.el.option(text("filters.none_chosen"), value=""),
                    rx.foreach(page.saved, option),
                ),
                value=page.used,
                on_change=page.use,
            ),
            rx.el.div(
                rx.el.label(
                    text("filters.name"), html_for="filter-name", class_name="field__label"
                ),
                rx.el.input(
                    id="filter-name",
                    default_value=page.name,
                    key=f"name-{page.used}",
                    on_blur=page.write_name,
                    max_length=LONGEST_NAME,
                    auto_complete="off",
                    class_name="field__input",
                ),
                class_name="field",
            ),
            class_name="filter-fields",
        ),
        rx.el.div(
            _press(text("filters.save"), page.save),
            rx.cond(
                page.used != "",
                rx.fragment(
                    _press(text("filters.rename"), page.rename),
                    _press(text("filters.remove"), page.remove),
                ),
            ),
            class_name="row",
        ),
        answered("filter-answer", page.answer, "", refused=page.refused),
        class_name="stack stack--tight",
    )


def option(each: Option) -> rx.Component:
    return rx.el.option(each.title, value=each.id)


def _press(words: str, act: rx.event.EventCallback[()]) -> rx.Component:
    return rx.el.button(
        words, type="button", on_click=act, class_name="button button--secondary button--small"
    )
