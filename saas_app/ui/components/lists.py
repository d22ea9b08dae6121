"""The faces of a list that has nothing to show, or not yet."""

import reflex as rx


def empty(icon: str, title: str, words: str, action: rx.Component | None = None) -> rx.Component:
    """A picture, one sentence, one thing to do."""
    return rx.el.div(
        rx.icon(icon, size=40),
        rx.el.h3(title),
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
