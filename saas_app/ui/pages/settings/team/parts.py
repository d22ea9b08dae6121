"""The rows of the team page."""

from typing import Literal

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.forms import post_form, submit_small
from saas_app.ui.pages.settings.team.rows import AskedRow, Choice, Deed, MemberRow, PlaceRow
from saas_app.ui.pages.settings.team.state import Team


def text_field(
    name: str,
    label: str,
    problem: rx.Var[str] | str,
    value: rx.Var[str] | str,
    *,
    kind: Literal["text", "email"] = "text",
) -> rx.Component:
    """An input that keeps what was typed, with its refusal beside it."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field__label"),
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            default_value=value,
            auto_complete="off",
            class_name="field__input",
            custom_attrs={"aria-describedby": f"{name}-error"},
        ),
        rx.el.p(problem, id=f"{name}-error", class_name="field__error"),
        class_name="field",
    )


def option(choice: Choice) -> rx.Component:
    return rx.el.option(choice.name, value=choice.id)


def member(row: MemberRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                rx.el.strong(row.name),
                rx.cond(row.mine, rx.el.span(text("team_page.you"), class_name="badge")),
                rx.cond(
                    row.waits,
                    rx.el.span(text("team_page.waits"), class_name="badge badge--warn"),
                ),
                class_name="row",
            ),
            rx.cond(row.email != "", rx.el.span(row.email, class_name="quiet small break")),
            rx.el.span(row.detail, class_name="quiet small"),
            class_name="stack stack--tight rows__text",
        ),
        rx.cond(row.may_move, _role(row), rx.el.span(row.role_name, class_name="badge")),
        rx.cond(row.may_remove, _button("team_page.remove", Team.ask(row.id), row.name)),
        rx.cond(Team.asking == row.id, _sure(row)),
        class_name="rows__row",
    )


def asked(row: AskedRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(row.email, class_name="break"),
            rx.el.span(row.detail, class_name="quiet small"),
            class_name="stack stack--tight rows__text",
        ),
        _button("team_page.resend", Team.resend(row.key), row.email),
        _button("team_page.revoke", Team.revoke(row.key), row.email),
        class_name="rows__row",
    )


def place(row: PlaceRow) -> rx.Component:
    return rx.el.li(
        _named(row),
        rx.cond(
            row.current,
            rx.el.span(text("team_page.here"), class_name="badge badge--good"),
            rx.cond(row.open, _post(f"/api/workspaces/{row.key}/switch", "team_page.switch")),
        ),
        class_name="rows__row",
    )


def invited(row: PlaceRow) -> rx.Component:
    return rx.el.li(
        _named(row),
        _post(f"/api/user/invitations/{row.key}/accept", "team_page.join", primary=True),
        _post(f"/api/user/invitations/{row.key}/decline", "team_page.decline"),
        class_name="rows__row",
    )


def deed(row: Deed) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.what),
            rx.el.span(row.when, class_name="quiet small"),
            class_name="stack stack--tight rows__text",
        ),
        class_name="rows__row",
    )


def _named(row: PlaceRow) -> rx.Component:
    return rx.el.div(
        rx.el.strong(row.name),
        rx.el.span(row.detail, class_name="quiet small"),
        class_name="stack stack--tight rows__text",
    )


def _role(row: MemberRow) -> rx.Component:
    return rx.el.select(
        rx.foreach(Team.seen.roles, option),
        value=row.role,
        on_change=lambda role: Team.set_role(row.id, role),
        class_name="field__input team__role",
        custom_attrs={"aria-label": f"{text('team_page.role')}: {row.name}"},
    )


def _sure(row: MemberRow) -> rx.Component:
    return rx.el.div(
        rx.el.p(text("team_page.remove_text")),
        rx.el.div(
            rx.el.button(
                text("team_page.remove_button"),
                on_click=Team.remove(row.id),
                type="button",
                class_name="button button--danger button--small",
            ),
            _button("team_page.keep", Team.ask(row.id), row.name),
            class_name="row",
        ),
        class_name="stack stack--tight team__sure",
        role="alert",
    )


def _button(key: str, act: rx.event.EventType[()], about: rx.Var[str] | str) -> rx.Component:
    return rx.el.button(
        text(key),
        on_click=act,
        type="button",
        class_name="button button--secondary button--small",
        custom_attrs={"aria-label": f"{text(key)}: {about}"},
    )


def _post(action: rx.Var[str] | str, key: str, *, primary: bool = False) -> rx.Component:
    return post_form(action, submit_small(text(key), primary=primary))
