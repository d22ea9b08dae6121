"""What a plan does not cover: which limit, what nothing happened to, the plan that lifts it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes


def lock(
    title: str | rx.Var[str],
    words: str | rx.Var[str],
    upgrade: str | rx.Var[str] = "",
    *,
    why: str | rx.Var[str],
) -> rx.Component:
    """`upgrade` is the name of the plan that would do; empty where none would. `why`: where it is explained."""
    offer = rx.cond(
        upgrade != "",
        rx.el.span(text("lock.see_plan"), " ", upgrade),
        rx.el.span(text("lock.see_plans")),
    )
    return rx.el.section(
        rx.el.div(rx.icon("lock", size=22), class_name="lock__icon"),
        rx.el.h2(title),
        rx.el.p(words),
        rx.el.div(
            rx.el.a(offer, href=routes.PRICING, class_name="button button--primary"),
            rx.el.a(text("why.link"), href=why, class_name="button button--quiet"),
            class_name="lock__actions",
        ),
        class_name="lock",
        custom_attrs={"data-testid": "lock"},
    )


def tier_guard(
    locked: rx.Var[bool] | bool, child: rx.Component, instead: rx.Component
) -> rx.Component:
    """`child` where the plan covers it, `instead` where not.

    Hiding protects nothing: whatever `child` shows must come from a state or an endpoint that
    asked `decide` itself, so that locked data never leaves the server.
    """
    return rx.cond(locked, instead, child)
