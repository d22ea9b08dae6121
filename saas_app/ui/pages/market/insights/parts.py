"""The cards of the page; each with the figures that speak for it and against it."""

from typing import Any

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.answers import answered
from saas_app.ui.components.forms import select
from saas_app.ui.pages.market.insights.drawing import HEIGHT, SIDE, WIDTH, Dot
from saas_app.ui.pages.market.insights.rows import Figure, Past, Shut
from saas_app.ui.pages.market.insights.state import Insights
from saas_app.ui.pages.market.parts import data_badge
from saas_app.ui.pages.market.watchlists.parts import symbol_options, timeframe_option


def choice() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            select(
                "insights-symbol",
                text("watchlist.symbol"),
                rx.foreach(Insights.groups, symbol_options),
                value=Insights.symbol,
                on_change=Insights.choose_symbol,
            ),
            select(
                "insights-timeframe",
                text("watchlist.timeframe"),
                rx.foreach(Insights.frames, timeframe_option),
                value=Insights.timeframe,
                on_change=Insights.choose_timeframe,
            ),
            class_name="filter-fields",
        ),
        rx.cond(
            Insights.at != "",
            rx.el.p(
                data_badge(Insights.data, Insights.data_hint),
                " ",
                Insights.at,
                class_name="quiet small",
            ),
        ),
        class_name="card stack",
        custom_attrs={"aria-label": text("insights.choice")},
    )


def expected() -> rx.Component:
    return _card(
        "range",
        rx.cond(
            Insights.expected != "",
            rx.fragment(
                rx.el.p(
                    rx.el.span(Insights.expected, class_name="stat__value"),
                    " ",
                    rx.el.span(Insights.horizon, class_name="quiet small"),
                ),
                _svg(
                    rx.el.svg.polygon(points=Insights.band, class_name="outlook__band"),
                    rx.el.svg.polyline(points=Insights.middle, class_name="outlook__middle"),
                    rx.foreach(Insights.dots, _dot),
                    box=(WIDTH, HEIGHT),
                ),
                rx.el.p(text("insights.range_key"), class_name="quiet small"),
                _figures(Insights.range_figures),
            ),
            _too_early(),
        ),
    )


def regime() -> rx.Component:
    words = [(name, text(f"insights.says.regime.{name}")) for name in ("calm", "normal", "high")]
    return _card(
        "regime",
        rx.match(
            Insights.regime,
            *[(name, rx.el.p(said, class_name="outlook__verdict")) for name, said in words],
            _too_early(),
        ),
        rx.el.p(text("insights.regime_key"), class_name="quiet small"),
    )


def anomaly() -> rx.Component:
    return _card(
        "anomaly",
        rx.cond(
            Insights.unusual != "",
            rx.fragment(
                rx.el.p(Insights.unusual, class_name="outlook__verdict"),
                rx.el.p(text("insights.anomaly_key"), class_name="quiet small"),
                _figures(Insights.anomaly_figures),
            ),
            _too_early(),
        ),
    )


def direction() -> rx.Component:
    return _card(
        "direction",
        rx.cond(
            Insights.verdict != "",
            rx.fragment(
                rx.el.p(
                    rx.cond(
                        Insights.edge, rx.icon("trending-up", size=18), rx.icon("ban", size=18)
                    ),
                    " ",
                    Insights.verdict,
                    class_name="outlook__verdict",
                    custom_attrs={"data-testid": "gate"},
                ),
                rx.el.p(text("insights.gate_key"), class_name="quiet small"),
                _figures(Insights.direction_figures),
                rx.el.h3(text("insights.calibration")),
                rx.el.div(
                    _svg(
                        rx.el.svg.rect(
                            x="0",
                            y="0",
                            width=str(SIDE),
                            height=str(SIDE),
                            class_name="outlook__frame",
                        ),
                        rx.el.svg.line(
                            x1="0", y1=str(SIDE), x2=str(SIDE), y2="0", class_name="outlook__middle"
                        ),
                        rx.foreach(Insights.calibration, _dot),
                        box=(SIDE, SIDE),
                    ),
                    _figures(Insights.calibrated),
                    class_name="outlook__calibration",
                ),
            ),
            _too_early(),
        ),
    )


def shut(part: Shut) -> rx.Component:
    """A card that stays visible: what it would say, and the plan that opens it."""
    return rx.el.section(
        rx.el.h2(rx.icon("lock", size=18), part.title, class_name="outlook__verdict"),
        rx.el.p(text("insights.shut"), class_name="quiet small"),
        rx.el.div(
            rx.el.a(
                rx.cond(part.plan != "", part.plan, text("lock.see_plans")),
                href=routes.PRICING,
                class_name="button button--secondary button--small",
            ),
            rx.el.a(
                text("why.link"),
                href=part.why,
                class_name="button button--quiet button--small",
                custom_attrs={"aria-label": part.title},
            ),
            class_name="row",
        ),
        class_name="card stack",
        key=part.part,
        custom_attrs={"data-testid": "shut-part"},
    )


def summary() -> rx.Component:
    return _card(
        "summary",
        rx.el.p(Insights.words, custom_attrs={"data-testid": "summary"}),
        rx.cond(
            Insights.may_reword,
            rx.el.button(
                rx.icon("wand-sparkles", size=16),
                rx.cond(Insights.busy, text("insights.busy"), text("insights.reword")),
                type="button",
                disabled=Insights.busy,
                on_click=Insights.reword,
                class_name="button button--secondary button--small",
            ),
        ),
        answered("reword-answer", Insights.outcome, "", refused=Insights.refused),
        rx.el.details(
            rx.el.summary(text("insights.behind"), class_name="quiet small"),
            _figures(Insights.facts),
        ),
    )


def record() -> rx.Component:
    return _card(
        "record",
        rx.el.p(Insights.record),
        rx.el.p(text("insights.record_key"), class_name="quiet small"),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(text("insights.candle"), scope="col"),
                        rx.el.th(text("insights.said_band"), scope="col"),
                        rx.el.th(text("insights.came"), scope="col"),
                    )
                ),
                rx.el.tbody(rx.foreach(Insights.past, _past)),
                class_name="table",
            ),
            class_name="table-scroller",
            role="region",
            tab_index=0,
            custom_attrs={"aria-label": text("insights.record")},
        ),
    )


def _past(row: Past) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row.at),
        rx.el.td(row.band, class_name="num"),
        rx.el.td(row.came, class_name=f"num {row.tone}"),
        key=row.key,
    )


def _card(part: str, *inside: rx.Component | rx.Var[Any]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(text(f"insights.{part}")),
        *inside,
        class_name="card stack",
        custom_attrs={"data-testid": part},
    )


def _too_early() -> rx.Component:
    return rx.el.p(text("insights.too_early"), class_name="quiet")


def _figures(figures: list[Figure]) -> rx.Component:
    return rx.el.dl(rx.foreach(figures, _figure), class_name="facts")


def _figure(figure: Figure) -> rx.Component:
    return rx.el.div(rx.el.dt(figure.label), rx.el.dd(figure.value))


def _svg(*inside: rx.Component, box: tuple[int, int]) -> rx.Component:
    """Each figure of it stands beside it in words, so it is hidden from readers."""
    return rx.el.svg(
        *inside,
        view_box=f"0 0 {box[0]} {box[1]}",
        custom_attrs={"aria-hidden": "true", "focusable": "false"},
        class_name="outlook",
    )


def _dot(dot: Dot) -> rx.Component:
    return rx.el.svg.circle(
        cx=dot.x, cy=dot.y, r="2.5", class_name=f"outlook__dot outlook__dot--{dot.tone}"
    )
