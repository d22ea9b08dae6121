"""The chart of candles, levels and volume, and the keys beside it. Fetches history itself, by REST."""

from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent
from reflex.style import resolved_color_mode

from saas_app.core.texts import under

_LIBRARY = "lightweight-charts@5.2.1"
# Imported by chart.jsx; naming them here is what puts them beside it in the build.
_PARTS = tuple(
    rx.asset(name, shared=True)
    for name in ("chart_book.js", "chart_painting.js", "chart_segments.js")
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


class Shortcuts(rx.Component):
    """Keys that lead to addresses, while nobody is typing."""

    library = f"$/public{rx.asset('shortcuts.jsx', shared=True)}"
    tag = "Shortcuts"
    keys: rx.Var[dict[str, str]]


def chart(
    symbol: rx.Var[str] | str,
    timeframe: rx.Var[str] | str,
    *,
    digits: rx.Var[int] | int,
    last: rx.Var[dict[str, float]] | dict[str, float],
) -> rx.Component:
    """`last` is the candle in progress, with its time; empty where nothing moves."""
    return Canvas.create(
        symbol=symbol,
        timeframe=timeframe,
        digits=digits,
        last=last,
        dark=resolved_color_mode == "dark",
        words=dict(under("chart.canvas")),
    )


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
        words=dict(under("chart.canvas")),
    )
