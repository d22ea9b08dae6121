"""The form that makes an alert: a market, a condition with its figures, how often, by which ways."""

import reflex as rx

from saas_app.alerts.frequency import Frequency
from saas_app.alerts.rules import LONGEST_NOTE
from saas_app.core.texts import text
from saas_app.ui.components.answers import answered
from saas_app.ui.components.forms import select
from saas_app.ui.pages.alerts.rows import Field, Option
from saas_app.ui.pages.alerts.state import Alerts
from saas_app.ui.pages.market.parts import meter
from saas_app.ui.pages.market.watchlists.parts import symbol_options, timeframe_option


def form() -> rx.Component:
    return rx.el.form(
        rx.el.h2(text("alerts.new")),
        select(
            "alert-symbol",
            text("watchlist.symbol"),
            rx.foreach(Alerts.groups, symbol_options),
            value=Alerts.symbol,
            on_change=Alerts.choose_symbol,
        ),
        select(
            "alert-timeframe",
            text("watchlist.timeframe"),
            rx.foreach(Alerts.frames, timeframe_option),
            value=Alerts.timeframe,
            on_change=Alerts.choose_timeframe,
        ),
        select(
            "alert-kind",
            text("alerts.condition"),
            rx.foreach(Alerts.kinds, _option),
            value=Alerts.kind,
            on_change=Alerts.choose_kind,
        ),
        rx.foreach(Alerts.fields, _figure),
        select(
            "alert-frequency",
            text("alerts.how_often"),
            rx.fragment(
                *[rx.el.option(text(f"alerts.frequency.{each}"), value=each) for each in Frequency]
            ),
            value=Alerts.frequency,
            on_change=Alerts.choose_frequency,
        ),
        rx.el.fieldset(
            rx.el.legend(text("alerts.ways"), class_name="field__label"),
            rx.foreach(Alerts.channels, _channel),
            class_name="field",
        ),
        rx.el.div(
            rx.el.label(text("alerts.note"), html_for="alert-note", class_name="field__label"),
            rx.el.input(
                id="alert-note",
                name="note",
                max_length=LONGEST_NOTE,
                auto_complete="off",
                class_name="field__input",
            ),
            class_name="field",
        ),
        rx.el.button(
            text("alerts.create"),
            type="submit",
            class_name="button button--primary button--wide",
            custom_attrs={"data-testid": "create", "aria-describedby": "alert-answer"},
        ),
        rx.el.button(
            text("alerts.try"),
            type="button",
            on_click=Alerts.try_it,
            class_name="button button--secondary button--wide",
            custom_attrs={"data-testid": "try", "aria-describedby": "alert-answer"},
        ),
        answered("alert-answer", Alerts.answer, Alerts.lifted_by, refused=Alerts.refused),
        rx.cond(Alerts.meter.state != "none", meter(Alerts.meter)),
        on_submit=Alerts.create,
        class_name="card stack",
    )


def _option(option: Option) -> rx.Component:
    return rx.el.option(option.title, value=option.id)


def _figure(field: Field) -> rx.Component:
    ident, error = f"figure-{field.name}", f"figure-{field.name}-error"
    return rx.el.div(
        rx.el.label(field.label, html_for=ident, class_name="field__label"),
        rx.cond(
            field.options,
            rx.el.select(
                rx.foreach(field.options, _option),
                id=ident,
                value=field.value,
                on_change=lambda chosen: Alerts.write(field.name, chosen),
                class_name="field__input",
            ),
            rx.el.input(
                id=ident,
                type="text",
                input_mode="decimal",
                auto_complete="off",
                default_value=field.value,
                key=f"{Alerts.symbol}-{Alerts.kind}-{field.name}",
                on_blur=lambda written: Alerts.write(field.name, written),
                class_name="field__input",
                custom_attrs={
                    "aria-describedby": f"{error} {ident}-hint",
                    "aria-invalid": rx.cond(field.problem != "", "true", "false"),
                },
            ),
        ),
        rx.el.p(field.problem, id=error, class_name="field__error", role="alert"),
        rx.cond(
            field.hint != "", rx.el.p(field.hint, id=f"{ident}-hint", class_name="field__hint")
        ),
        class_name="field",
    )


def _channel(option: Option) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=Alerts.wanted.contains(option.id),  # pyright: ignore[reportAttributeAccessIssue] — a list is a Var on the page
            on_change=lambda _: Alerts.toggle_channel(option.id),
        ),
        rx.el.span(option.title),
        class_name="check",
    )
