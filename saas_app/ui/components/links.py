"""Links out of the pages: addresses that the server answers itself, so the browser must go there."""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class PlainAnchor(BaseHTML):
    """An anchor the router does not take over."""

    tag = "a"
    href: rx.Var[str]


def skip_link(label: str, target: str) -> rx.Component:
    """Straight to the content: within the page, so not a matter for the router."""
    return PlainAnchor.create(label, href=f"#{target}", class_name="skip-link")


def outward(
    *children: rx.Component | rx.Var[str] | str, href: str | rx.Var[str], **attributes: Any
) -> rx.Component:
    """A full navigation. Reflex's own anchors stay inside the pages and would find nothing there."""
    return rx.el.a(*children, href=href, reload_document=True, **attributes)
