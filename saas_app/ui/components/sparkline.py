"""A small line of the latest prices. It says nothing a figure beside it does not say, so it is hidden from readers."""

from collections.abc import Sequence

import reflex as rx

_WIDTH = 100
_HEIGHT = 30
_MARGIN = 2


def points(values: Sequence[float]) -> str:
    """The prices as an SVG polyline's points; empty for fewer than two."""
    steps = len(values) - 1
    if steps < 1:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = _WIDTH / steps
    room = _HEIGHT - 2 * _MARGIN
    return " ".join(
        f"{index * step:.1f},{_HEIGHT - _MARGIN - (value - low) / span * room:.1f}"
        for index, value in enumerate(values)
    )


def sparkline(drawn: rx.Var[str] | str) -> rx.Component:
    """`drawn` comes from `points`. Of one quiet colour: up or down belongs to the figure beside it."""
    return rx.el.svg(
        rx.el.svg.polyline(points=drawn),
        view_box=f"0 0 {_WIDTH} {_HEIGHT}",
        custom_attrs={
            "preserveAspectRatio": "none",
            "aria-hidden": "true",
            "focusable": "false",
        },
        class_name="sparkline",
    )
