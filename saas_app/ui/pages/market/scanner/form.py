"""What to look for: conditions that must all hold, and the filters one keeps."""

from typing import Literal, TypeAlias

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.forms import select
from saas_app.ui.pages.market import filter_parts
from saas_app.ui.pages.market.scanner.state import Scanner

_Names: TypeAlias = Literal["symbols", "timeframes"]
_Choice: TypeAlias = Literal["direction", "regime"]
_Number: TypeAlias = Literal["min_volume", "min_multiple", "max_distance"]
_CHOICES: tuple[tuple[_Choice, tuple[str, ...]], ...] = (
    ("direction", ("up", "down", "flat")),
    ("regime", ("calm", "normal", "high")),
)
_NUMBERS: tuple[_Number, ...] = ("min_volume", "min_multiple", "max_distance")


def form() -> rx.Component:
    return rx.el.section(
        filter_parts.head(Scanner),
        rx.el.div(
            _names("symbols", Scanner.markets, Scanner.chosen_markets),
            _names("timeframes", Scanner.frames, Scanner.chosen_frames),
            class_name="stack stack--tight",
        ),
        rx.el.div(
            *[_choice(name, values) for name, values in _CHOICES],
            *[_number(name) for name in _NUMBERS],
            class_name="filter-fields",
        ),
        rx.cond(Scanner.ignored != "", rx.el.p(Scanner.ignored, class_name="small", role="status")),
        filter_parts.kept(Scanner),
        class_name="card stack",
        custom_attrs={"aria-label": text("filters.title")},
    )


def _names(name: _Names, offered: list[str], chosen: list[str]) -> rx.Component:
    def box(each: rx.Var[str]) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=chosen.contains(each),  # pyright: ignore[reportAttributeAccessIssue] — a list is a Var on the page
                on_change=lambda _: Scanner.choose(name, each),
            ),
            rx.el.span(each),
            class_name="check",
        )

    return rx.el.fieldset(
        rx.el.legend(text(f"filters.{name}"), class_name="field__label"),
        rx.el.div(rx.foreach(offered, box), class_name="filter-names"),
        class_name="field",
    )


def _choice(name: _Choice, values: tuple[str, ...]) -> rx.Component:
    return select(
        f"filter-{name}",
        text(f"scanner.column.{name}"),
        rx.fragment(
            rx.el.option(text("filters.any"), value=""),
            *[rx.el.option(text(f"scanner.{name}.{each}"), value=each) for each in values],
        ),
        value=getattr(Scanner, name),
        on_change=lambda value: Scanner.choose(name, value),  # pyright: ignore[reportArgumentType] — the chosen value comes with the event
    )


def _number(name: _Number) -> rx.Component:
    ident = f"filter-{name}"
    return rx.el.div(
        rx.el.label(text(f"filters.{name}"), html_for=ident, class_name="field__label"),
        rx.el.input(
            id=ident,
            type="text",
            input_mode="decimal",
            auto_complete="off",
            default_value=Scanner.numbers[name],
            key=f"{name}-{Scanner.used}-{Scanner.asks == 0}",
            on_blur=lambda written: Scanner.choose(name, written),
            class_name="field__input",
            custom_attrs={
                "aria-describedby": f"{ident}-error",
                "aria-invalid": rx.cond(Scanner.problems[name], "true", "false"),
            },
        ),
        rx.el.p(
            Scanner.problems[name], id=f"{ident}-error", class_name="field__error", role="alert"
        ),
        class_name="field",
    )
