"""Dark or light, one press apart; kept for whoever is signed in."""

from typing import Any

import reflex as rx

from saas_app.core.texts import text


def theme_switch(*keep: Any) -> rx.Component:
    """`keep` is what happens besides: the shell remembers the choice for the person."""
    return rx.el.button(
        rx.color_mode_cond(light=rx.icon("moon", size=18), dark=rx.icon("sun", size=18)),
        on_click=[*keep, rx.toggle_color_mode],
        type="button",
        class_name="button button--quiet button--icon",
        custom_attrs={"aria-label": text("theme.switch")},
    )
