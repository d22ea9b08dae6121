"""What the chart page, the dashboard and the watchlist share: moving prices, labels, links that stay in the page."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink


def link(
    *children: rx.Component | rx.Var[str] | str, to: rx.Var[str] | str, **props: Any
) -> rx.Component:
    """Leads to another page of ours without loading the site again."""
    return ReactRouterLink.create(*children, to=to, **props)


def change(words: rx.Var[str] | str, tone: rx.Var[str] | str) -> rx.Component:
    """The sign says the direction; colour repeats it."""
    return rx.el.span(words, class_name=f"num {tone}")


def data_badge(label: rx.Var[str] | str, hint: rx.Var[str] | str) -> rx.Component:
    """What the numbers are, always beside them."""
    return rx.el.span(
        rx.icon("flask-conical", size=13),
        label,
        rx.el.span(". ", hint, class_name="sr-only"),
        title=hint,
        class_name="badge badge--warn",
        custom_attrs={"data-testid": "data-kind"},
    )
