"""A chart drawn at build time from the demo market: real code, real levels, no script needed."""

from datetime import UTC, datetime

import reflex as rx

from saas_app.core.texts import text
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource

_SYMBOL, _TIMEFRAME, _CANDLES = "XAUUSD", "H4", 72
_WIDTH, _HEIGHT, _MARGIN = 1000.0, 380.0, 16.0
# A fixed day, so that the same sources always build the same page.
_DAY = datetime(2026, 10, 16, 20, tzinfo=UTC)


def levels_picture() -> rx.Component:
    """An SVG of candles and the levels that stand at the last of them."""
    board = Board([DemoSource()])
    candles = board.candles(_SYMBOL, _TIMEFRAME, now=_DAY, count=_CANDLES)["candles"]
    levels = board.indicators(_SYMBOL, _TIMEFRAME, now=_DAY, count=_CANDLES)["horizontal"]
    low, high = min(c["low"] for c in candles), max(c["high"] for c in candles)

    def y(price: float) -> float:
        return round(_MARGIN + (high - price) / (high - low) * (_HEIGHT - 2 * _MARGIN), 1)

    step = _WIDTH / len(candles)
    shapes: list[rx.Component] = [
        _line(y(level["price"]), f"level level--{level['side']}")
        for level in levels
        if low <= level["price"] <= high
    ]
    for index, candle in enumerate(candles):
        middle = round((index + 0.5) * step, 1)
        rising = candle["close"] >= candle["open"]
        top, bottom = (
            y(max(candle["open"], candle["close"])),
            y(min(candle["open"], candle["close"])),
        )
        tone = "candle candle--up" if rising else "candle candle--down"
        shapes.append(
            rx.el.svg.path(d=f"M{middle} {y(candle['high'])}V{y(candle['low'])}", class_name=tone)
        )
        shapes.append(
            rx.el.svg.rect(
                x=str(round(middle - step * 0.32, 1)),
                y=str(top),
                width=str(round(step * 0.64, 1)),
                height=str(max(1.0, round(bottom - top, 1))),
                class_name=tone,
            )
        )
    return rx.el.svg(
        *shapes,
        view_box=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        class_name="picture",
        role="img",
        custom_attrs={"aria-label": text("landing.picture"), "preserveAspectRatio": "none"},
    )


def _line(at: float, class_name: str) -> rx.Component:
    return rx.el.svg.path(d=f"M0 {at}H{_WIDTH:.0f}", class_name=class_name)
