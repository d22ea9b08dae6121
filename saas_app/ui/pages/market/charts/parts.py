"""The toolbar over a chart, and the levels beside it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import Popover
from saas_app.ui.components.chart import chart as drawing
from saas_app.ui.components.exports import exports
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.lock import lock
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.ui.pages.market.charts.tools import tools
from saas_app.ui.pages.market.parts import change, data_badge
from saas_app.ui.pages.market.reach import Choice, Frame, Group
from saas_app.ui.pages.market.rows import LevelRow

_PICKER = "market-picker"


def toolbar() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            _picker(),
            rx.cond(~ChartState.lock.shut, _price()),
            data_badge(ChartState.data_label, ChartState.data_hint),
            class_name="row",
        ),
        rx.el.nav(
            rx.foreach(ChartState.frames, _frame),
            class_name="segmented frames",
            custom_attrs={"aria-label": text("chart.timeframe"), "data-tour": "frames"},
        ),
        class_name="chart-bar",
    )


def canvas() -> rx.Component:
    return rx.el.section(
        drawing(
            ChartState.symbol,
            ChartState.timeframe,
            digits=ChartState.digits,
            last=ChartState.last,
            tools=tools(),
            shown=ChartState.shown,
            new_alert=ChartState.new_alert,
            data_label=ChartState.data_label,
            alerts=ChartState.alerts,
        ),
        rx.el.div(
            exports(ChartState.files),
            class_name="row",
            custom_attrs={"aria-label": text("chart.candles_file"), "role": "group"},
        ),
        rx.el.a(text("nav.insights"), href=routes.INSIGHTS),
        rx.el.p(text("chart.keys_hint"), class_name="quiet small hide-small"),
        class_name="stack stack--tight",
        custom_attrs={"aria-label": ChartState.heading, "data-tour": "chart"},
    )


def closed() -> rx.Component:
    return lock(
        ChartState.lock.title,
        ChartState.lock.words,
        ChartState.lock.plan,
        why=ChartState.lock.why,
    )


def opening() -> rx.Component:
    return rx.el.div(
        rx.el.span(text("chart.opening"), class_name="sr-only"),
        skeleton(1, "44px"),
        skeleton(1, "min(60vh, 560px)"),
        class_name="stack pending",
        role="status",
    )


def missing() -> rx.Component:
    return empty(
        "compass",
        text("chart.missing.title"),
        text("chart.missing.text"),
        rx.el.a(
            text("chart.missing.action"),
            href=routes.chart(routes.DEFAULT_SYMBOL),
            class_name="button button--primary",
        ),
        under="h1",
    )


def side() -> rx.Component:
    return rx.el.aside(
        rx.el.div(
            rx.el.h2(text("chart.levels")),
            rx.el.p(text("chart.levels_lead"), class_name="quiet small"),
            _rows(ChartState.levels, text("chart.levels"), text("chart.no_levels")),
            class_name="card card--tight stack",
            custom_attrs={"data-tour": "levels"},
        ),
        rx.el.div(
            rx.el.h2(text("chart.lines")),
            _rows(ChartState.lines, text("chart.lines"), text("chart.no_lines")),
            class_name="card card--tight stack",
        ),
        class_name="stack chart-side",
    )


def watch_button() -> rx.Component:
    """In the top bar: add this chart to the watchlist, or go and see it there."""
    there = rx.el.a(
        rx.icon("list-checks", size=16),
        rx.el.span(text("chart.watched"), class_name="hide-small"),
        href=routes.WATCHLISTS,
        class_name="button button--quiet button--small",
        custom_attrs={"aria-label": text("chart.watched"), "data-tour": "watch"},
    )
    add = rx.el.button(
        rx.icon("list-plus", size=16),
        rx.el.span(text("chart.watch"), class_name="hide-small"),
        type="button",
        on_click=ChartState.watch_this,
        class_name="button button--secondary button--small",
        custom_attrs={
            "aria-label": text("chart.watch"),
            "data-testid": "watch",
            "data-tour": "watch",
        },
    )
    offered = ChartState.ready & ~ChartState.missing & ~ChartState.lock.shut
    return rx.cond(
        ChartState.watched, there, rx.cond(offered & ChartState.may_edit, add, rx.fragment())
    )


def _picker() -> rx.Component:
    return rx.fragment(
        rx.el.button(
            ChartState.symbol,
            rx.icon("chevron-down", size=16),
            type="button",
            class_name="button button--secondary picker__button",
            custom_attrs={
                "popoverTarget": _PICKER,
                "aria-label": f"{ChartState.symbol}. {text('chart.pick_market')}",
                "data-testid": "picker",
            },
        ),
        Popover.create(rx.foreach(ChartState.groups, _group), id=_PICKER, class_name="picker"),
    )


def _group(group: Group) -> rx.Component:
    return rx.el.section(
        rx.el.h3(group.label),
        rx.el.ul(rx.foreach(group.choices, _choice)),
        class_name="picker__group",
    )


def _choice(choice: Choice) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.strong(choice.id),
            rx.el.span(choice.name, class_name="quiet small"),
            rx.cond(choice.locked, _locked_mark()),
            href=choice.href,
            class_name="menu__item",
            custom_attrs={"aria-current": rx.cond(choice.current, "page", "false")},
        )
    )


def _frame(frame: Frame) -> rx.Component:
    return rx.el.a(
        frame.id,
        rx.cond(frame.locked, rx.icon("lock", size=12)),
        href=frame.href,
        custom_attrs={
            "aria-current": rx.cond(frame.current, "true", "false"),
            "aria-label": frame.label,
            "data-testid": f"tf-{frame.id}",
        },
    )


def _locked_mark() -> rx.Component:
    return rx.el.span(
        rx.icon("lock", size=13),
        rx.el.span(text("chart.locked_word"), class_name="sr-only"),
        class_name="picker__lock",
    )


def _price() -> rx.Component:
    return rx.el.p(
        rx.el.span(
            ChartState.tick.price, class_name="stat__value", custom_attrs={"data-testid": "price"}
        ),
        change(ChartState.tick.change, ChartState.tick.tone),
        rx.el.span(
            rx.cond(
                ChartState.archived, text("market.change.day_before"), text("market.change.day")
            ),
            class_name="quiet small",
        ),
        rx.el.span(
            ChartState.tick.market,
            class_name=rx.cond(ChartState.tick.is_open, "badge badge--good", "badge"),
        ),
        rx.cond(
            ChartState.priced_at != "",
            rx.el.span(ChartState.priced_at, class_name="quiet small num hide-small"),
        ),
        class_name="chart-bar__price",
    )


def _rows(found: list[LevelRow], label: str, none: str) -> rx.Component:
    return rx.cond(
        found != [],
        rx.el.ul(
            rx.foreach(found, _level), class_name="levels", custom_attrs={"aria-label": label}
        ),
        rx.el.p(none, class_name="quiet small"),
    )


def _level(row: LevelRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.price, class_name="num levels__price"),
        rx.el.span(row.touches, class_name="num levels__touches"),
        rx.el.span(row.side, class_name=f"side side--{row.tone}"),
        rx.el.span(row.state, class_name="quiet"),
        rx.el.span(row.since, class_name="quiet levels__since"),
        rx.cond(
            (row.alert != "") & ChartState.may_edit,
            rx.el.a(
                rx.icon("bell-plus", size=14),
                text("alerts.set_here"),
                href=row.alert,
                class_name="small levels__alert",
                custom_attrs={"aria-label": row.alert_label},
            ),
        ),
        key=row.id,
    )
