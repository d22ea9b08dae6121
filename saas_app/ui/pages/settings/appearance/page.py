"""Dark, light or as the machine has it; roomy or compact. One press, shown at once."""

from typing import Any

import reflex as rx
from reflex.style import LiteralColorMode, set_color_mode

from saas_app.accounts.profile import DENSITIES
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import Density
from saas_app.ui.layouts.settings import card, settings_page
from saas_app.ui.pages.settings.appearance.state import Appearance

# `profile.THEMES`, in the framework's own type.
_THEMES: tuple[LiteralColorMode, ...] = ("dark", "light", "system")
_ICONS = {
    "dark": "moon",
    "light": "sun",
    "system": "monitor",
    "comfortable": "rows-2",
    "compact": "rows-4",
}


def page() -> rx.Component:
    return settings_page(
        card(
            text("appearance.theme"),
            text("appearance.theme_text"),
            _tiles(
                text("appearance.theme"),
                [_tile(name, Appearance.theme == name, _theme(name)) for name in _THEMES],
            ),
        ),
        card(
            text("appearance.density"),
            text("appearance.density_text"),
            _tiles(
                text("appearance.density"),
                [
                    _tile(name, Appearance.density == name, [Appearance.choose_density(name)])
                    for name in DENSITIES
                ],
            ),
        ),
        Density.create(density=Appearance.density),
        here=routes.SETTINGS_APPEARANCE,
    )


def _theme(name: LiteralColorMode) -> list[Any]:
    return [set_color_mode(name), Appearance.choose_theme(name)]


def _tiles(label: str, tiles: list[rx.Component]) -> rx.Component:
    return rx.el.div(
        *tiles, class_name="choices", role="radiogroup", custom_attrs={"aria-label": label}
    )


def _tile(name: str, chosen: bool | rx.Var[bool], choose: list[Any]) -> rx.Component:
    return rx.el.button(
        rx.icon(_ICONS[name], size=20),
        rx.el.span(
            rx.el.span(text(f"appearance.{name}"), class_name="choice__title"),
            rx.el.br(),
            rx.el.span(text(f"appearance.{name}_text"), class_name="choice__text"),
        ),
        on_click=choose,
        type="button",
        role="radio",
        class_name="choice",
        custom_attrs={"aria-checked": rx.cond(chosen, "true", "false")},
    )
