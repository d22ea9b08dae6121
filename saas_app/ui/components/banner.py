"""A line across the page that needs to be read: tone by colour, icon and words together."""

import reflex as rx

from saas_app.ui.components.links import outward

_ICONS = {"info": "info", "warn": "triangle-alert", "bad": "octagon-alert", "good": "circle-check"}


def banner(
    tone: str | rx.Var[str],
    words: str | rx.Var[str],
    href: str | rx.Var[str] = "",
    label: str | rx.Var[str] = "",
) -> rx.Component:
    """`href` and `label` make the one thing to do about it; empty, there is none."""
    icon = rx.match(
        tone,
        *[(name, rx.icon(icon, size=18)) for name, icon in _ICONS.items()],
        rx.icon("info", size=18),
    )
    # One of the things to do is leaving for the payment pages: always go there in full.
    link = outward(label, href=href, class_name="button button--secondary button--small")
    return rx.el.div(
        icon,
        rx.el.p(words, class_name="banner__text"),
        rx.cond(href != "", link)
        if isinstance(href, rx.Var)
        else (link if href else rx.fragment()),
        class_name=rx.match(tone, *[(name, f"banner banner--{name}") for name in _ICONS], "banner"),
        role="status",
    )
