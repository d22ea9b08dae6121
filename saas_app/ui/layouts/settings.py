"""The frame of the settings: the shell, and one row of links between its pages."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.shell import shell

# In the order they are shown; the words stand under `settings.<name>`.
PAGES: tuple[tuple[str, str], ...] = (
    ("profile", routes.SETTINGS_PROFILE),
    ("account", routes.SETTINGS_ACCOUNT),
    ("team", routes.SETTINGS_TEAM),
    ("security", routes.SETTINGS_SECURITY),
    ("privacy", routes.SETTINGS_PRIVACY),
    ("appearance", routes.SETTINGS_APPEARANCE),
    ("notifications", routes.SETTINGS_NOTIFICATIONS),
    ("api_keys", routes.SETTINGS_API_KEYS),
)


def settings_page(*cards: rx.Component, here: str) -> rx.Component:
    """Cards under each other, as wide as is pleasant to read."""
    return shell(
        text("settings.title"),
        rx.el.nav(
            *[_link(name, path, here) for name, path in PAGES],
            class_name="subnav",
            custom_attrs={"aria-label": text("settings.title")},
        ),
        rx.el.div(*cards, class_name="stack stack--loose settings"),
        here=routes.SETTINGS_PROFILE,
    )


def card(
    title: str,
    lead: str,
    *children: rx.Component | rx.Var[rx.Component],
    anchor: str = "",
    tour: str = "",
) -> rx.Component:
    """One subject: a heading, a sentence, and what can be done. `anchor` is for links, `tour` for the tour."""
    words = rx.el.p(lead, class_name="quiet") if lead else rx.fragment()
    return rx.el.section(
        rx.el.div(rx.el.h2(title), words, class_name="stack stack--tight"),
        *children,
        class_name="card stack stack--loose",
        custom_attrs={
            **({"id": anchor} if anchor else {}),
            **({"data-tour": tour} if tour else {}),
        },
    )


def _link(name: str, path: str, here: str) -> rx.Component:
    current = {"aria-current": "page"} if path == here else {}
    return rx.el.a(text(f"settings.{name}"), href=path, custom_attrs=current)
