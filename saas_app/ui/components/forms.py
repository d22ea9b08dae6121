"""Fields and buttons: label, hint and error always beside what they speak of."""

from typing import Literal

import reflex as rx

from saas_app.accounts.passwords import SHORTEST
from saas_app.core.texts import text
from saas_app.ui.components.browser import Strength
from saas_app.ui.components.proving import PostForm, words


def field(
    name: str,
    label: str,
    *,
    kind: Literal["text", "email", "password", "number"] = "text",
    autocomplete: str = "off",
    hint: str = "",
    required: bool = True,
    from_query: bool = False,
) -> rx.Component:
    """One labelled input; the form puts a refusal's sentence into its error slot."""
    extra = {"data-from-query": "1"} if from_query else {}
    described = f"{name}-error" + (f" {name}-hint" if hint else "")
    return labelled(
        name,
        label,
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            auto_complete=autocomplete,
            required=required,
            class_name="field__input",
            custom_attrs={"aria-describedby": described, **extra},
        ),
        rx.cond(bool(hint), rx.el.p(hint, id=f"{name}-hint", class_name="field__hint")),
    )


def labelled(name: str, label: str, *inside: rx.Component) -> rx.Component:
    """Anything one fills in, between its label and the slot for its refusal."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field__label"),
        *inside,
        rx.el.p(
            id=f"{name}-error", class_name="field__error", custom_attrs={"data-error-for": name}
        ),
        class_name="field",
    )


def select(
    name: str,
    label: str,
    options: rx.Component,
    *,
    value: str,
    on_change: rx.event.EventCallback[str],
) -> rx.Component:
    """A labelled choice that a state keeps as it changes."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field__label"),
        rx.el.select(
            options,
            id=name,
            name=name,
            value=value,
            on_change=on_change,
            class_name="field__input",
        ),
        class_name="field",
    )


def new_password(label: str) -> rx.Component:
    """The field for a password that is being chosen, judged while it is typed."""
    return rx.el.div(
        field(
            "password",
            label,
            kind="password",
            autocomplete="new-password",
            hint=text("register.password_hint", shortest=SHORTEST),
        ),
        Strength.create(
            field="password",
            words=text("strength.words"),
            scale=[text(f"strength.{score}") for score in range(5)],
        ),
        class_name="stack stack--tight",
    )


def carried(name: str) -> rx.Component:
    """A hidden value taken from the page's address: a mailed token, the page to come back to."""
    return rx.el.input(type="hidden", name=name, custom_attrs={"data-from-query": "1"})


def check(name: str, label: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, id=name), rx.el.span(label), class_name="check"
    )


def submit(label: str) -> rx.Component:
    return rx.el.button(
        label, type="submit", class_name="button button--primary button--large button--wide"
    )


def submit_small(label: str, *, primary: bool = True, danger: bool = False) -> rx.Component:
    """The button of a form that is one of several on its page."""
    tone = "danger" if danger else "primary" if primary else "secondary"
    return rx.el.div(rx.el.button(label, type="submit", class_name=f"button button--{tone}"))


def post_form(
    action: str | rx.Var[str],
    *children: rx.Component,
    verb: Literal["POST", "PUT", "DELETE"] = "POST",
    code_links: dict[str, dict[str, str]] | None = None,
    code_pages: dict[str, str] | None = None,
    after: tuple[str, str] = ("", ""),
    **attributes: str,
) -> rx.Component:
    """`code_links` are shown beside a refusal, `code_pages` are gone to instead of showing it.

    `after` is the link (text, href) shown with a success that leads nowhere by itself.
    """
    return PostForm.create(
        *children,
        action=action,
        verb=verb,
        code_pages=code_pages or {},
        words=words(),
        code_links=code_links or {},
        after_text=after[0],
        after_href=after[1],
        class_name="form",
        **attributes,
    )
