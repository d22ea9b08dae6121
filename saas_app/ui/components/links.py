"""Links out of the pages: addresses that the server answers itself, so the browser must go there."""

from typing import Any

import reflex as rx


def outward(
    *children: rx.Component | rx.Var[str] | str, href: str | rx.Var[str], **attributes: Any
) -> rx.Component:
    """A full navigation. Reflex's own anchors stay inside the pages and would find nothing there."""
    return rx.el.a(*children, href=href, reload_document=True, **attributes)
