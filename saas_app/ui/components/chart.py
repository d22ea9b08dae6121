"""The chart of candles, levels and volume, and the keys beside it. Fetches history itself, by REST."""

from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent
from reflex.style import resolved_color_mode

from saas_app.core.settings import settings
from saas_app.core.texts import under

_LIBRARY = "lightweight-charts@5.2.1"
# Imported by chart.jsx; naming them here is what puts them beside it in the build.
_PARTS = tuple(
    rx.asset(name, shared=True)
    for name in (
        "chart_book.js",
        "chart_figures.js",
        "chart_legend.jsx",
        "chart_painting.js",
        "chart_picture.js",
        "chart_segments.js",
        "chart_series.js",
        "chart_studies.js",
        "chart_table.jsx",
        "chart_tools.jsx",
    )
)


class Canvas(NoSSRComponent):
    """Refuses nothing itself: the endpoints it asks answer 403 for what a plan does not cover."""

    library = f"$/public{rx.asset('chart.jsx', shared=True)}"
    tag = "Chart"
    lib_dependencies: list[str] = [_LIBRARY]
    symbol: rx.Var[str]
    timeframe: rx.Var[str]
    digits: rx.Var[int]
    last: rx.Var[dict[str, float]]
    dark: rx.Var[bool]
    words: rx.Var[dict[str, str]]
    given: rx.Var[dict[str, Any]]
    shown: rx.Var[list[str]]
    new_alert: rx.Var[str]
    alerts: rx.Var[list[Any]]
    data_label: rx.Var[str]
    names: rx.Var[dict[str, str]]


class Shortcuts(rx.Component):
    """Keys that lead to addresses, or press what an address like `#part` names, while nobody is typing."""

    library = f"$/public{rx.asset('shortcuts.jsx', shared=True)}"
    tag = "Shortcuts"
    keys: rx.Var[dict[str, str]]


def chart(
    symbol: rx.Var[str] | str,
    timeframe: rx.Var[str] | str,
    *,
    digits: rx.Var[int] | int,
    last: rx.Var[dict[str, float]] | dict[str, float],
    tools: tuple[rx.Component, ...],
    shown: rx.Var[list[str]] | list[str],
    new_alert: rx.Var[str] | str,
    data_label: rx.Var[str] | str,
    alerts: rx.Var[list[Any]] | list[Any],
) -> rx.Component:
    """`last` is the candle in progress, with its time; empty where nothing moves.

    `tools` stand in its toolbar, `shown` names what is drawn. `new_alert` is an address that a price
    is added to; empty for those who may make none. `alerts` are the lines at which some wait.
    """
    return Canvas.create(
        *tools,
        symbol=symbol,
        timeframe=timeframe,
        digits=digits,
        last=last,
        shown=shown,
        new_alert=new_alert,
        data_label=data_label,
        alerts=alerts,
        names={**under("chart.switch"), **under("chart.line")},
        dark=resolved_color_mode == "dark",
        words=_words(),
    )


def _words() -> dict[str, str]:
    return {**under("chart.canvas"), "brand": settings().brand}


def practice_chart(
    symbol: str, timeframe: str, *, digits: int, given: rx.Var[dict[str, Any]] | dict[str, Any]
) -> rx.Component:
    """The same drawing of candles that are handed in: `candles`, what was `found` in them, `room` for how many."""
    return Canvas.create(
        symbol=symbol,
        timeframe=timeframe,
        digits=digits,
        given=given,
        dark=resolved_color_mode == "dark",
        words=_words(),
    )
