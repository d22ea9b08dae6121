"""The row of tools over a chart that are remembered: what is drawn, the scale, the list beside it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.market import layout
from saas_app.ui import routes
from saas_app.ui.components.browser import Popover
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.ui.pages.market.charts.switches import Bank, Switch

_MENU = "chart-switches"


def tools() -> tuple[rx.Component, ...]:
    return (
        rx.el.button(
            rx.icon("chart-spline", size=16),
            text("chart.indicators"),
            rx.icon("chevron-down", size=14),
            type="button",
            class_name="button button--secondary button--small switches__button",
            custom_attrs={"popoverTarget": _MENU, "data-testid": "indicators"},
        ),
        Popover.create(
            rx.cond(ChartState.basic.shut, _locked()),
            rx.el.div(rx.foreach(ChartState.banks, _bank), class_name="switches__banks"),
            id=_MENU,
            class_name="switches",
        ),
        _pressed(ChartState.log_scale, text("chart.log_hint")),
        rx.el.button(
            rx.icon("panel-right", size=16),
            rx.el.span(text("chart.switch.list"), class_name="hide-small"),
            type="button",
            id="chart-list",
            on_click=ChartState.turn(layout.LIST),
            class_name="button button--quiet button--small",
            custom_attrs={
                "aria-label": text("chart.switch.list"),
                "aria-pressed": rx.cond(ChartState.listed, "true", "false"),
                "title": text("chart.list_hint"),
            },
        ),
    )


def _locked() -> rx.Component:
    """What the plan lacks, the plan that has it, and why: the switches below stay in sight."""
    lock = ChartState.basic
    return rx.el.div(
        rx.el.p(rx.icon("lock", size=14), rx.el.strong(lock.title), class_name="switches__title"),
        rx.el.p(lock.words, class_name="small quiet"),
        rx.el.div(
            rx.el.a(
                rx.cond(
                    lock.plan != "",
                    rx.el.span(text("lock.see_plan"), " ", lock.plan),
                    rx.el.span(text("lock.see_plans")),
                ),
                href=routes.PRICING,
                class_name="button button--primary button--small",
            ),
            rx.el.a(
                text("why.link"), href=lock.why, class_name="button button--quiet button--small"
            ),
            class_name="row",
        ),
        class_name="switches__lock",
        custom_attrs={"data-testid": "charts-lock"},
    )


def _bank(bank: Bank) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(bank.label),
        rx.foreach(bank.switches, _switch),
        class_name="switches__bank",
    )


def _switch(one: Switch) -> rx.Component:
    return rx.el.button(
        rx.cond(
            one.locked,
            rx.icon("lock", size=14),
            rx.cond(one.on, rx.icon("check", size=14), rx.el.span(class_name="switches__off")),
        ),
        rx.el.span(one.label),
        rx.cond(one.locked, rx.el.span(text("chart.switch_locked"), class_name="sr-only")),
        type="button",
        on_click=ChartState.turn(one.name),
        class_name="menu__item switches__one",
        custom_attrs={
            "aria-pressed": rx.cond(one.on, "true", "false"),
            "data-testid": f"switch-{one.name}",
        },
    )


def _pressed(one: Switch, hint: str) -> rx.Component:
    return rx.el.button(
        rx.cond(one.locked, rx.icon("lock", size=14)),
        one.label,
        type="button",
        on_click=ChartState.turn(one.name),
        class_name="button button--quiet button--small",
        custom_attrs={
            "aria-pressed": rx.cond(one.on, "true", "false"),
            "title": hint,
            "data-testid": "switch-log_scale",
        },
    )
