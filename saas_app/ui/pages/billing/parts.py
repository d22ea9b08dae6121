"""The plan's card with its next steps, the meters, the invoices."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import FocusOn
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.meter import meter
from saas_app.ui.pages.billing.ahead import ahead, promotion
from saas_app.ui.pages.billing.keeper import keeper
from saas_app.ui.pages.billing.leaving import LEAVING, leaving
from saas_app.ui.pages.billing.rows import InvoiceRow, MeterRow
from saas_app.ui.pages.billing.state import Billing


def badge(tone: str | rx.Var[str], words: str | rx.Var[str]) -> rx.Component:
    kinds = [
        (tone_name, f"badge badge--{tone_name}") for tone_name in ("good", "warn", "bad", "info")
    ]
    return rx.el.span(words, class_name=rx.match(tone, *kinds, "badge"))


def plan() -> rx.Component:
    return rx.el.section(
        rx.cond(Billing.ready, _plan(), skeleton(3, "32px")),
        class_name="card stack stack--loose",
        custom_attrs={
            "aria-label": text("billing_page.plan"),
            "data-testid": "plan-card",
            "data-tour": "plan",
        },
    )


def usage() -> rx.Component:
    return rx.el.section(
        rx.el.h2(text("billing_page.usage")),
        rx.cond(
            Billing.ready,
            rx.cond(
                Billing.meters,
                rx.el.div(rx.foreach(Billing.meters, _meter), class_name="stack"),
                rx.el.p(text("billing_page.no_meters"), class_name="quiet"),
            ),
            skeleton(2, "32px"),
        ),
        class_name="card stack stack--loose",
        custom_attrs={"data-tour": "usage"},
    )


def invoices() -> rx.Component:
    heads = ("number", "day", "amount", "status", "open")
    table = rx.el.div(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    *[rx.el.th(text(f"billing_page.column.{head}"), scope="col") for head in heads]
                )
            ),
            rx.el.tbody(rx.foreach(Billing.invoices, _invoice)),
            class_name="table table--bills",
        ),
        class_name="table-scroller",
        tab_index=0,
        role="region",
        custom_attrs={"aria-label": text("billing_page.invoices")},
    )
    none = empty("receipt", text("billing_page.no_invoices"), text("billing_page.no_invoices_text"))
    return rx.el.section(
        rx.el.h2(text("billing_page.invoices")),
        rx.cond(Billing.ready, rx.cond(Billing.invoices, table, none), skeleton(2)),
        rx.cond(
            Billing.has_more,
            rx.el.div(
                rx.el.button(
                    text("money.more"),
                    on_click=Billing.show_more,
                    type="button",
                    class_name="button button--secondary",
                )
            ),
        ),
        class_name="card stack",
        custom_attrs={"data-testid": "invoices"},
    )


def _plan() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.h2(Billing.plan.name),
            badge(Billing.plan.tone, Billing.plan.badge),
            rx.cond(
                Billing.plan.price != "", rx.el.span(Billing.plan.price, class_name="num quiet")
            ),
            class_name="row",
        ),
        rx.el.p(Billing.plan.state),
        rx.cond(
            Billing.plan.next_charge != "",
            rx.el.p(Billing.plan.next_charge, class_name="num quiet"),
        ),
        rx.foreach(
            Billing.plan.discounts,
            lambda line: rx.el.p(rx.icon("tag", size=16), rx.el.span(line), class_name="row"),
        ),
        rx.cond(Billing.ahead.title != "", ahead()),
        FocusOn.create(target=LEAVING, when=rx.cond(Billing.asking, "asking", "")),
        rx.cond(
            Billing.may_manage,
            rx.cond(
                Billing.asking, rx.fragment(leaving(), keeper()), rx.fragment(_actions(), _code())
            ),
            rx.el.p(text("billing_page.read_only"), class_name="quiet small"),
        ),
    )


def _code() -> rx.Component:
    return rx.cond(Billing.plan.can_change, promotion())


def _actions() -> rx.Component:
    return rx.el.div(
        _link(Billing.plan.can_buy, text("billing_page.choose"), routes.PRICING),
        _link(Billing.plan.can_change, text("billing_page.change"), routes.CHANGE_PLAN),
        _link(Billing.plan.contract != "", Billing.plan.contract, routes.SETTINGS_CONTRACT),
        _act(Billing.plan.can_wake, text("billing_page.wake"), Billing.wake),
        _act(Billing.plan.can_resume, text("billing_page.resume"), Billing.resume),
        rx.cond(
            Billing.plan.has_portal,
            outward(
                text("billing_page.portal"),
                href=routes.MANAGE_SUBSCRIPTION,
                class_name="button button--secondary",
            ),
        ),
        _act(
            Billing.plan.can_cancel, text("billing_page.cancel"), Billing.ask_cancel, tone="quiet"
        ),
        class_name="row",
    )


def _link(when: rx.Var[bool] | bool, words: str | rx.Var[str], href: str) -> rx.Component:
    return rx.cond(when, rx.el.a(words, href=href, class_name="button button--primary"))


def _act(
    when: rx.Var[bool] | bool, words: str, event: rx.event.EventType, *, tone: str = "primary"
) -> rx.Component:
    button = rx.el.button(words, on_click=event, type="button", class_name=f"button button--{tone}")
    return rx.cond(when, button)


def _meter(row: MeterRow) -> rx.Component:
    return rx.el.div(
        meter(row.label, row.used, row.percent, row.state),
        rx.el.a(
            text("why.link"),
            href=row.why,
            class_name="small",
            custom_attrs={"aria-label": row.why_label},
        ),
        class_name="stack stack--tight",
    )


def _invoice(row: InvoiceRow) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.number, scope="row"),
        rx.el.td(row.day),
        rx.el.td(row.amount, class_name="num"),
        rx.el.td(
            badge(row.tone, row.status),
            rx.cond(row.given_back != "", rx.el.div(row.given_back, class_name="quiet small")),
        ),
        rx.el.td(
            rx.el.div(
                rx.cond(row.url != "", rx.el.a(text("billing_page.see"), href=row.url)),
                rx.cond(row.pdf != "", rx.el.a(text("billing_page.pdf"), href=row.pdf)),
                class_name="row",
            )
        ),
    )
