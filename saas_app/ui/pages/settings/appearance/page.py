"""Dark, light or as the machine has it; roomy or compact. One press, shown at once."""

from typing import Any

import reflex as rx
from reflex.style import LiteralColorMode, set_color_mode

from saas_app.accounts import time_zone
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
        card(
            text("appearance.zone"),
            text("appearance.zone_text"),
            rx.el.label(
                rx.el.span(text("appearance.zone_label"), class_name="field__label"),
                rx.el.select(
                    rx.el.option(
                        text("appearance.zone_follows"),
                        value="",
                    ),
                    *[rx.el.option(name, value=name) for name in time_zone.offered()],
                    value=Appearance.zone_chosen,
                    on_change=Appearance.choose_zone,
                    class_name="field__input field__input--short",
                ),
                class_name="field",
            ),
            rx.el.p(text("appearance.zone_now"), " ", Appearance.zone, class_name="quiet small"),
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
