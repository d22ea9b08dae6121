"""Buttons that lead to Google, Microsoft and GitHub: those that are offered here, by native forms."""

import reflex as rx

from saas_app.accounts.oauth import providers
from saas_app.accounts.oauth.providers import GITHUB, GOOGLE, MICROSOFT
from saas_app.core.texts import text
from saas_app.ui.components.browser import NativeForm
from saas_app.ui.components.forms import carried
from saas_app.ui.state.guard import public

# Marks of our own in one colour: a ring with an opening, four squares, a branch.
_SHAPES: dict[str, tuple[str, ...]] = {
    GOOGLE: ("M16.5 6.2A7 7 0 1 0 17 12.5H10.5",),
    MICROSOFT: ("M4 4h5.5v5.5H4zM12 4h5v5.5h-5zM4 12h5.5v5H4zM12 12h5v5h-5z",),
    GITHUB: ("M5.5 7v7M5.5 10.5h5a4 4 0 0 0 4-4", "M5.5 3.5v3.5M5.5 14v3M14.5 3v3.5"),
}


class Providers(rx.State):
    """Pages are built before the settings of the day are known: asked again when they open."""

    google: bool = False
    microsoft: bool = False
    github: bool = False
    some: bool = False
    known: bool = False

    @rx.event
    @public
    async def load(self) -> None:
        keys = {each.key for each in providers.offered()}
        self.google, self.microsoft, self.github = (key in keys for key in providers.LABELS)
        self.some, self.known = bool(keys), True


def provider_buttons() -> rx.Component:
    """Nothing at all where no provider is offered. `next` and "stay logged in" travel along."""
    built = {each.key for each in providers.offered()}
    offered = {
        GOOGLE: Providers.google,
        MICROSOFT: Providers.microsoft,
        GITHUB: Providers.github,
    }
    buttons = [_shown(offered[key], _button(key), here=key in built) for key in offered]
    block = rx.el.div(
        rx.el.p(rx.el.span(text("providers.or")), class_name="divider"),
        *buttons,
        class_name="stack",
    )
    nothing = rx.fragment()
    at_first = block if built else nothing
    return rx.cond(Providers.known, rx.cond(Providers.some, block, nothing), at_first)


def mark(key: str) -> rx.Component:
    paths = [rx.el.path(d=shape) for shape in _SHAPES[key]]
    return rx.el.svg(
        *paths,
        view_box="0 0 20 20",
        width="20",
        height="20",
        fill="none",
        stroke="currentColor",
        stroke_width="1.8",
        custom_attrs={"aria-hidden": "true"},
    )


def _shown(offered: bool, button: rx.Component, *, here: bool) -> rx.Component:
    nothing = rx.fragment()
    at_first = button if here else nothing
    return rx.cond(Providers.known, rx.cond(offered, button, nothing), at_first)


def _button(key: str) -> rx.Component:
    return NativeForm.create(
        carried("next"),
        rx.el.input(type="hidden", name="remember", custom_attrs={"data-from-box": "remember"}),
        rx.el.button(
            mark(key),
            text("providers.continue_with", provider=providers.LABELS[key]),
            type="submit",
            class_name="button button--secondary button--large button--wide",
        ),
        action=f"/auth/{key}/start",
        method="post",
    )
