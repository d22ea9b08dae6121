"""The dashboard's blocks: greeting, watchlist cards, movers, limits."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.sparkline import sparkline
from saas_app.ui.pages.market.dashboard.state import Dashboard, Mover
from saas_app.ui.pages.market.parts import change, data_badge, meter
from saas_app.ui.pages.market.watched import Item
from saas_app.ui.state.session import Session


def greeting() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h2(text("dashboard.greeting", name=Session.name)),
            rx.el.p(text("dashboard.lead"), class_name="quiet"),
            class_name="stack stack--tight",
        ),
        rx.cond(Dashboard.ready, data_badge(Dashboard.data_label, Dashboard.data_hint)),
        class_name="row row--between",
    )


def watchlist() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(text("dashboard.watchlist")),
            rx.el.a(text("dashboard.watchlist_all"), href=routes.WATCHLISTS),
            class_name="card__head",
        ),
        rx.cond(
            Dashboard.items,
            rx.el.ul(rx.foreach(Dashboard.items, _card), class_name="watch-cards"),
            empty(
                "list-plus",
                text("watchlist.empty_title"),
                text("watchlist.empty_text"),
                rx.el.a(
                    text("dashboard.watchlist_all"),
                    href=routes.WATCHLISTS,
                    class_name="button button--primary",
                ),
            ),
        ),
        custom_attrs={"data-tour": "watched"},
    )


def movers() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(text("dashboard.movers")),
            rx.el.a(text("dashboard.movers_all"), href=routes.SCANNER),
            class_name="card__head",
        ),
        rx.el.p(text("dashboard.movers_lead"), class_name="quiet small"),
        rx.cond(
            Dashboard.movers,
            rx.el.ol(rx.foreach(Dashboard.movers, _mover), class_name="movers"),
            rx.el.p(text("dashboard.no_movers"), class_name="quiet"),
        ),
        rx.el.a(text("nav.insights"), href=routes.INSIGHTS),
        class_name="card stack stack--tight",
        custom_attrs={"data-tour": "movers"},
    )


def limits() -> rx.Component:
    return rx.cond(
        Dashboard.meters,
        rx.el.section(
            rx.el.h2(text("dashboard.usage")),
            rx.el.p(Dashboard.usage_lead, class_name="quiet small"),
            rx.foreach(Dashboard.meters, meter),
            class_name="card stack",
            custom_attrs={"data-tour": "limits"},
        ),
    )


def opening() -> rx.Component:
    return rx.el.div(
        rx.el.div(skeleton(2, "150px")),
        skeleton(2, "220px"),
        class_name="with-side pending",
    )


def _card(item: Item) -> rx.Component:
    tick = Dashboard.ticks[item.symbol]
    moving = rx.fragment(
        sparkline(item.spark),
        rx.el.span(
            rx.el.span(tick.price, class_name="num watchlist__price"),
            change(tick.change, tick.tone),
            class_name="row row--between",
        ),
    )
    locked = rx.el.span(
        rx.icon("lock", size=14),
        text("watchlist.locked"),
        title=text("watchlist.locked_hint"),
        class_name="badge badge--second",
    )
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.strong(item.symbol),
                rx.el.span(item.timeframe, class_name="badge"),
                class_name="row row--between",
            ),
            rx.el.span(
                rx.el.span(item.name), rx.el.span(item.data), class_name="quiet watch-card__about"
            ),
            rx.cond(item.locked, locked, moving),
            href=item.href,
            class_name="card card--tight watch-card",
            custom_attrs={"data-testid": "watch-card"},
        ),
        key=item.id.to_string(),  # pyright: ignore[reportAttributeAccessIssue] — a row is a Var inside foreach
    )


def _mover(mover: Mover) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.strong(mover.symbol),
                rx.el.span(mover.name, class_name="quiet small"),
                class_name="movers__name",
            ),
            rx.el.span(
                rx.el.span(mover.price, class_name="num"),
                change(mover.change, mover.tone),
                class_name="movers__figures",
            ),
            href=mover.href,
            class_name="movers__row",
        ),
        key=mover.symbol,
    )
