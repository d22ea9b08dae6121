"""The scanner's table, what stands above it, and what the plan keeps shut below it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.exports import exports
from saas_app.ui.pages.market.scanner.rows import Cell, Head, Line, Shut
from saas_app.ui.pages.market.scanner.state import Scanner


def bar() -> rx.Component:
    """When it was read, how often it is, and what can be done with it."""
    return rx.el.div(
        rx.el.p(
            Scanner.read_at,
            " ",
            Scanner.every,
            " ",
            rx.el.span(Scanner.reading, role="status"),
            class_name="quiet small",
        ),
        rx.el.div(
            rx.cond(
                Scanner.no_refresh == "",
                rx.el.button(
                    rx.icon("refresh-cw", size=16),
                    text("scanner.refresh"),
                    type="button",
                    on_click=Scanner.refresh,
                    class_name="button button--secondary button--small",
                    custom_attrs={"data-testid": "refresh"},
                ),
                rx.el.a(
                    rx.icon("lock", size=14), text("scanner.no_refresh"), href=Scanner.no_refresh
                ),
            ),
            exports(Scanner.files),
            class_name="row",
        ),
        class_name="row row--between",
    )


def table() -> rx.Component:
    return rx.el.div(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.foreach(Scanner.heads, _head),
                    rx.el.th(rx.el.span(text("scanner.alert"), class_name="sr-only")),
                )
            ),
            rx.el.tbody(rx.foreach(Scanner.lines, _line)),
            class_name="table scanner",
        ),
        class_name="table-scroller",
        role="region",
        tab_index=0,
        custom_attrs={"aria-label": text("scanner.title")},
    )


def shut() -> rx.Component:
    return rx.cond(
        Scanner.shut,
        rx.el.details(
            rx.el.summary(text("scanner.shut"), class_name="quiet small"),
            rx.el.ul(rx.foreach(Scanner.shut, _shut), class_name="row scanner__shut"),
        ),
    )


def _head(head: Head) -> rx.Component:
    sort = rx.el.button(
        head.title,
        rx.match(
            head.sorted,
            ("ascending", rx.icon("arrow-up", size=13)),
            ("descending", rx.icon("arrow-down", size=13)),
            rx.icon("arrow-up-down", size=13, class_name="quiet"),
        ),
        type="button",
        on_click=Scanner.sort(head.column),
        class_name="scanner__sort",
    )
    locked = rx.el.span(
        rx.el.span(rx.icon("lock", size=12), head.title, class_name="scanner__sort"),
        rx.el.a(
            head.opens,
            " ",
            text("why.link"),
            href=head.why,
            class_name="small",
            custom_attrs={"aria-label": text("why.link_of", what=head.title)},
        ),
        class_name="scanner__locked",
    )
    return rx.el.th(
        rx.cond(head.why == "", sort, locked),
        scope="col",
        key=head.column,
        custom_attrs={"aria-sort": head.sorted},
    )


def _line(line: Line) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.a(
                line.symbol,
                " ",
                line.timeframe,
                href=line.href,
                custom_attrs={"aria-label": line.open_label},
            ),
            rx.el.span(line.data, class_name="quiet small scanner__data"),
            scope="row",
        ),
        rx.foreach(line.cells, _cell),
        rx.el.td(
            rx.el.a(
                rx.icon("bell-plus", size=16),
                href=line.alert,
                class_name="button button--quiet button--icon",
                custom_attrs={"aria-label": line.alert_label},
            )
        ),
        key=line.key,
        custom_attrs={"data-testid": "scanned"},
    )


def _cell(cell: Cell) -> rx.Component:
    return rx.el.td(cell.words, class_name=f"num is-number {cell.tone}")


def _shut(one: Shut) -> rx.Component:
    return rx.el.li(
        rx.icon("lock", size=12),
        one.name,
        rx.el.a(
            text("why.link"),
            href=one.why,
            class_name="small",
            custom_attrs={"aria-label": one.label},
        ),
        key=one.name,
        class_name="badge badge--second",
    )
