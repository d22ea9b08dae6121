"""A switch: on or off, kept the moment it is turned."""

from typing import Any

import reflex as rx


def switch(
    name: str, label: str, *, on: bool | rx.Var[bool], change: Any, hint: str = ""
) -> rx.Component:
    return rx.el.div(
        rx.el.button(
            rx.el.span(class_name="switch__knob"),
            on_click=change,
            type="button",
            role="switch",
            id=name,
            class_name="switch",
            custom_attrs={
                "aria-checked": rx.cond(on, "true", "false"),
                "aria-labelledby": f"{name}-label",
                **({"aria-describedby": f"{name}-hint"} if hint else {}),
            },
        ),
        rx.el.div(
            rx.el.label(label, html_for=name, id=f"{name}-label", class_name="field__label"),
            rx.el.p(hint, id=f"{name}-hint", class_name="field__hint") if hint else rx.fragment(),
            class_name="stack stack--tight",
        ),
        class_name="switch-row",
    )
