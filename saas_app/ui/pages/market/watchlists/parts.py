"""The list, the form beside it, and what stands there while it is empty."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.answers import answered, undo_banner
from saas_app.ui.components.forms import select
from saas_app.ui.components.lists import empty
from saas_app.ui.components.sparkline import sparkline
from saas_app.ui.pages.market.parts import change, meter
from saas_app.ui.pages.market.reach import Choice, Frame, Group
from saas_app.ui.pages.market.watched import Item
from saas_app.ui.pages.market.watchlists.state import Watchlists


def rows() -> rx.Component:
    return rx.el.ol(
        rx.foreach(Watchlists.items, _row),
        class_name="watchlist",
        custom_attrs={"aria-label": text("watchlist.table")},
    )


def nothing_yet() -> rx.Component:
    return empty(
        "list-plus", text("watchlist.empty_title"), text("watchlist.empty_text"), under="h1"
    )


def undo() -> rx.Component:
    return undo_banner(Watchlists.undo, Watchlists.put_back)


def add_form() -> rx.Component:
    return rx.el.form(
        rx.el.h2(text("watchlist.add_title")),
        select(
            "watch-symbol",
            text("watchlist.symbol"),
            rx.foreach(Watchlists.groups, symbol_options),
            value=Watchlists.symbol,
            on_change=Watchlists.choose_symbol,
        ),
        select(
            "watch-timeframe",
            text("watchlist.timeframe"),
            rx.foreach(Watchlists.frames, timeframe_option),
            value=Watchlists.timeframe,
            on_change=Watchlists.choose_timeframe,
        ),
        rx.el.button(
            text("watchlist.add"),
            type="submit",
            class_name="button button--primary button--wide",
            custom_attrs={"data-testid": "add", "aria-describedby": "watch-answer"},
        ),
        answered(
            "watch-answer", Watchlists.answer, Watchlists.lifted_by, refused=Watchlists.refused
        ),
        rx.cond(Watchlists.meter.state != "none", meter(Watchlists.meter)),
        on_submit=Watchlists.add,
        class_name="card stack",
        custom_attrs={"data-tour": "add"},
    )


def view_only() -> rx.Component:
    return rx.el.div(
        rx.el.p(text("watchlist.view_only"), class_name="quiet"),
        rx.cond(Watchlists.meter.state != "none", meter(Watchlists.meter)),
        class_name="card stack",
    )


def _row(item: Item) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.strong(item.symbol),
                rx.el.span(item.timeframe, class_name="badge"),
                class_name="watchlist__title",
            ),
            rx.el.span(item.name, class_name="quiet small"),
            rx.el.span(item.data, class_name="quiet watchlist__kind"),
            href=item.href,
            class_name="watchlist__name",
            custom_attrs={"aria-label": item.open_label},
        ),
        rx.cond(item.locked, _locked(item), _moving(item)),
        rx.cond(Watchlists.may_edit, _buttons(item)),
        key=item.id.to_string(),  # pyright: ignore[reportAttributeAccessIssue] — a row is a Var inside foreach
        class_name="watchlist__row",
        custom_attrs={"data-testid": "watched"},
    )


def _moving(item: Item) -> rx.Component:
    tick = Watchlists.ticks[item.symbol]
    return rx.el.div(
        sparkline(item.spark),
        rx.el.div(
            rx.el.span(tick.price, class_name="num watchlist__price"),
            change(tick.change, tick.tone),
            class_name="watchlist__figures",
        ),
        class_name="watchlist__moving",
    )


def _locked(item: Item) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.icon("lock", size=14),
            rx.el.span(text("watchlist.locked")),
            rx.el.span(text("watchlist.locked_hint"), class_name="sr-only"),
            title=text("watchlist.locked_hint"),
            class_name="badge badge--second",
        ),
        rx.el.a(
            text("why.link"),
            href=item.why,
            class_name="small",
            custom_attrs={"aria-label": text("why.link_of", what=item.symbol)},
        ),
        class_name="row watchlist__locked",
    )


def _buttons(item: Item) -> rx.Component:
    return rx.el.div(
        _button("arrow-up", item.up_label, Watchlists.move(item.id, -1), disabled=item.first),
        _button("arrow-down", item.down_label, Watchlists.move(item.id, 1), disabled=item.last),
        _button("trash-2", item.remove_label, Watchlists.remove(item.id)),
        class_name="watchlist__buttons",
        role="group",
    )


def _button(
    icon: str, label: str, act: rx.event.EventCallback[()], *, disabled: bool = False
) -> rx.Component:
    """`aria-disabled`, not `disabled`: at either end of the list the button keeps the focus."""
    return rx.el.button(
        rx.icon(icon, size=16),
        type="button",
        on_click=act,
        class_name="button button--quiet button--icon",
        custom_attrs={"aria-label": label, "aria-disabled": rx.cond(disabled, "true", "false")},
    )


def symbol_options(group: Group) -> rx.Component:
    return rx.el.optgroup(rx.foreach(group.choices, _symbol), label=group.label)


def _symbol(choice: Choice) -> rx.Component:
    return rx.el.option(choice.title, value=choice.id)


def timeframe_option(frame: Frame) -> rx.Component:
    return rx.el.option(frame.title, value=frame.id)
