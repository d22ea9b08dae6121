"""A usage meter: what is used of which limit, and how near the end of it."""

import reflex as rx


def meter(
    label: rx.Var[str] | str,
    used: rx.Var[str] | str,
    percent: rx.Var[int] | int,
    state: rx.Var[str] | str,
) -> rx.Component:
    """`state` is ok, near or full: colour is the second cue, the figures are the first."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(label), rx.el.span(used, class_name="meter__used"), class_name="meter__head"
        ),
        rx.el.div(
            rx.el.div(class_name="meter__fill", style={"width": f"{percent}%"}),
            class_name="meter__track",
            custom_attrs={
                "role": "meter",
                "aria-label": label,
                "aria-valuenow": percent,
                "aria-valuemin": 0,
                "aria-valuemax": 100,
                "aria-valuetext": used,
            },
        ),
        class_name="meter",
        custom_attrs={"data-state": state},
    )
