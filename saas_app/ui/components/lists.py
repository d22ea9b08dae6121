"""The faces of a list that has nothing to show, or not yet."""

from typing import Literal

import reflex as rx


def empty(
    icon: str,
    title: str,
    words: str,
    action: rx.Component | None = None,
    *,
    under: Literal["h1", "h2"] = "h2",
) -> rx.Component:
    """A picture, one sentence, one thing to do; `under` is the heading that stands above it."""
    heading = rx.el.h2 if under == "h1" else rx.el.h3
    return rx.el.div(
        rx.icon(icon, size=40),
        heading(title),
        rx.el.p(words),
        action or rx.fragment(),
        class_name="empty",
    )


def skeleton(rows: int = 3, height: str = "56px") -> rx.Component:
    return rx.el.div(
        *[rx.el.div(class_name="skeleton", style={"height": height}) for _ in range(rows)],
        class_name="stack",
        custom_attrs={"aria-hidden": "true"},
    )


def sentences(lines: rx.Var[list[str]] | list[str], **attributes: str) -> rx.Component:
    """One below the other."""
    return rx.el.ul(
        rx.foreach(lines, _sentence), class_name="stack stack--tight", custom_attrs=attributes
    )


def _sentence(line: rx.Var[str]) -> rx.Component:
    return rx.el.li(line)
