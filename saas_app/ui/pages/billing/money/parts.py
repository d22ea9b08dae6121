"""The trouble banner, the cards, the details on invoices with their tax numbers."""

from typing import Any, Literal

import reflex as rx

from saas_app.core.texts import text, under
from saas_app.ui import routes
from saas_app.ui.components.banner import banner
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.pages.billing.money.rows import CardRow, TaxIdRow
from saas_app.ui.pages.billing.money.state import Money

_LINES: tuple[tuple[str, str, Literal["text", "email"]], ...] = (
    ("name", "organization", "text"),
    ("email", "email", "email"),
    ("line1", "address-line1", "text"),
    ("line2", "address-line2", "text"),
    ("postal_code", "postal-code", "text"),
    ("city", "address-level2", "text"),
    ("state", "address-level1", "text"),
    ("country", "country", "text"),
)


def trouble() -> rx.Component:
    return rx.cond(
        Money.trouble.text != "",
        rx.el.div(
            banner(Money.trouble.tone, Money.trouble.text, Money.trouble.href, Money.trouble.label),
            custom_attrs={"data-testid": "money-trouble"},
        ),
    )


def cards() -> rx.Component:
    return _card(
        "payment_methods",
        rx.cond(
            Money.cards,
            rx.el.ul(rx.foreach(Money.cards, _row), class_name="stack stack--tight", role="list"),
            empty("credit-card", text("money.no_cards"), text("money.no_cards_text")),
        ),
        rx.cond(
            Money.may_manage,
            rx.el.div(
                outward(
                    text("money.add_card"),
                    href=routes.ADD_CARD,
                    class_name="button button--secondary",
                ),
                class_name="row",
            ),
        ),
        testid="cards",
    )


def details() -> rx.Component:
    return _card(
        "details",
        rx.cond(Money.editing, _form(), _shown()),
        _tax_ids(),
        testid="billing-details",
    )


def _card(name: str, *children: rx.Component, testid: str) -> rx.Component:
    return rx.cond(
        Money.ready & ~Money.may_see,
        rx.fragment(),
        rx.el.section(
            rx.el.h2(text(f"money.{name}")),
            rx.cond(Money.ready, rx.fragment(*children), skeleton(2, "32px")),
            class_name="card stack",
            custom_attrs={"data-testid": testid},
        ),
    )


def _row(row: CardRow) -> rx.Component:
    acts = rx.el.div(
        rx.cond(
            row.is_default,
            rx.el.span(text("money.default"), class_name="badge badge--good"),
            rx.cond(
                Money.may_manage,
                rx.el.button(
                    text("money.choose"),
                    on_click=Money.choose(row.id),
                    type="button",
                    class_name="button button--quiet button--small",
                    custom_attrs={"aria-label": text("money.choose_which") + " " + row.name},
                ),
            ),
        ),
        rx.cond(
            Money.may_manage,
            rx.el.button(
                text("money.remove"),
                on_click=Money.remove(row.id),
                type="button",
                class_name="button button--quiet button--small",
                custom_attrs={"aria-label": text("money.remove_which") + " " + row.name},
            ),
        ),
        class_name="row",
    )
    return rx.el.li(
        rx.el.div(
            rx.icon("credit-card", size=18),
            rx.el.span(row.name, class_name="num"),
            rx.el.span(row.expires, class_name="quiet small"),
            class_name="row",
        ),
        acts,
        class_name="row row--between",
    )


def _shown() -> rx.Component:
    lines = [Money.details[name] for name, _, _ in _LINES]
    return rx.fragment(
        rx.cond(
            Money.details["name"] != "",
            rx.el.div(
                *[rx.cond(line != "", rx.el.div(line)) for line in lines], class_name="quiet"
            ),
            rx.el.p(text("money.no_details"), class_name="quiet"),
        ),
        rx.cond(
            Money.may_manage,
            rx.el.div(
                rx.el.button(
                    text("money.edit"),
                    on_click=Money.edit,
                    type="button",
                    class_name="button button--secondary",
                )
            ),
        ),
    )


def _form() -> rx.Component:
    return rx.el.form(
        *[_field(*line) for line in _LINES],
        rx.el.div(
            rx.el.button(text("money.save"), type="submit", class_name="button button--primary"),
            rx.el.button(
                text("money.leave"),
                on_click=Money.leave,
                type="button",
                class_name="button button--quiet",
            ),
            class_name="row",
        ),
        on_submit=Money.save,
        class_name="form",
    )


def _field(name: str, autocomplete: str, kind: Literal["text", "email"]) -> rx.Component:
    return rx.el.div(
        rx.el.label(text(f"money.field.{name}"), html_for=name, class_name="field__label"),
        rx.el.input(
            default_value=Money.details[name],
            type=kind,
            auto_complete=autocomplete,
            auto_focus=name == _LINES[0][0],
            max_length=200,
            **_told(name),
        ),
        rx.el.p(Money.problems[name], id=f"{name}-error", class_name="field__error", role="alert"),
        class_name="field",
    )


def _tax_ids() -> rx.Component:
    return rx.el.div(
        rx.el.h3(text("money.tax_ids")),
        rx.cond(
            Money.tax_ids,
            rx.el.ul(rx.foreach(Money.tax_ids, _tax_id), class_name="stack stack--tight"),
            rx.el.p(text("money.no_tax_ids"), class_name="quiet small"),
        ),
        rx.cond(
            Money.may_manage,
            rx.el.details(
                rx.el.summary(text("money.tax_new")),
                _new_tax_id(),
                open=Money.problems["value"] != "",
                class_name="stack stack--tight",
            ),
        ),
        class_name="stack stack--tight",
    )


def _tax_id(row: TaxIdRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.name, class_name="num"),
        rx.el.span(row.status, class_name="quiet small"),
        rx.cond(
            Money.may_manage,
            rx.el.button(
                text("money.remove"),
                on_click=Money.remove_tax_id(row.id),
                type="button",
                class_name="button button--quiet button--small",
                custom_attrs={"aria-label": text("money.remove_which") + " " + row.name},
            ),
        ),
        class_name="row row--between",
    )


def _new_tax_id() -> rx.Component:
    kinds = under("money.kind")
    return rx.el.form(
        rx.el.div(
            rx.el.div(
                rx.el.label(text("money.tax_kind"), html_for="kind", class_name="field__label"),
                rx.el.select(
                    *[rx.el.option(label, value=kind) for kind, label in kinds.items()],
                    id="kind",
                    name="kind",
                    class_name="field__input",
                ),
                class_name="field",
            ),
            rx.el.div(
                rx.el.label(text("money.tax_value"), html_for="value", class_name="field__label"),
                rx.el.input(max_length=64, required=True, auto_complete="off", **_told("value")),
                class_name="field",
            ),
            rx.el.button(
                text("money.tax_add"), type="submit", class_name="button button--secondary"
            ),
            class_name="form",
        ),
        rx.el.p(Money.problems["value"], id="value-error", class_name="field__error", role="alert"),
        on_submit=Money.add_tax_id,
        reset_on_submit=False,
    )


def _told(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "class_name": "field__input",
        "custom_attrs": {
            "aria-describedby": f"{name}-error",
            "aria-invalid": rx.cond(Money.problems[name] != "", "true", "false"),
        },
    }
