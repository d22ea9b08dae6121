"""The three steps of a change: the choice, the reckoning with what rests, what became of it."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.links import outward
from saas_app.ui.components.lists import sentences
from saas_app.ui.layouts.settings import card
from saas_app.ui.pages.billing.change.rows import Offer, Sum
from saas_app.ui.pages.billing.change.state import ChangePlan
from saas_app.ui.pages.billing.keeper import keeper


def choose() -> rx.Component:
    return card(
        text("change_page.choose"),
        text("change_page.choose_text"),
        rx.el.div(
            _interval("month"),
            _interval("year"),
            class_name="segmented",
            role="group",
            custom_attrs={"aria-label": text("pricing.interval")},
        ),
        rx.el.div(
            rx.foreach(ChangePlan.offers, _offer),
            class_name="choices",
            role="radiogroup",
            custom_attrs={"aria-label": text("change_page.plan")},
        ),
        rx.cond(ChangePlan.per_seat, _seats()),
        rx.el.div(
            rx.el.label(text("change_page.code"), html_for="code", class_name="field__label"),
            rx.el.input(
                id="code",
                name="code",
                default_value=ChangePlan.code,
                on_blur=ChangePlan.with_code,
                auto_complete="off",
                max_length=64,
                class_name="field__input field__input--short",
            ),
            class_name="field",
        ),
        rx.el.div(
            _button("change_page.look", ChangePlan.look, "primary"),
            _to_billing("change_page.leave"),
            class_name="row",
        ),
    )


def preview() -> rx.Component:
    return rx.fragment(
        rx.cond(ChangePlan.note != "", rx.el.p(ChangePlan.note, class_name="card", role="alert")),
        rx.el.section(
            rx.el.div(
                rx.el.h2(ChangePlan.preview.title),
                rx.el.p(ChangePlan.preview.when, class_name="quiet"),
                class_name="stack stack--tight",
            ),
            rx.cond(ChangePlan.preview.sums, _reckoning()),
            rx.el.div(
                rx.cond(
                    ChangePlan.preview.sums,
                    rx.fragment(),
                    rx.el.p(rx.el.strong(ChangePlan.preview.today), class_name="num"),
                ),
                rx.el.p(ChangePlan.preview.next, class_name="num quiet"),
                class_name="stack stack--tight",
            ),
            rx.el.div(
                rx.el.button(
                    ChangePlan.preview.button,
                    on_click=ChangePlan.confirm,
                    type="button",
                    class_name="button button--primary",
                ),
                _button("change_page.back", ChangePlan.back, "secondary"),
                class_name="row",
            ),
            rx.el.p(text("change_page.good_for"), class_name="quiet small"),
            class_name="card stack stack--loose",
        ),
        rx.cond(ChangePlan.less, _rehearsal()),
        keeper(),
    )


def done() -> rx.Component:
    pays = outward(
        text("change_page.pay"), href=ChangePlan.pay_url, class_name="button button--primary"
    )
    return rx.el.section(
        rx.match(
            ChangePlan.outcome,
            ("payment_needed", rx.icon("credit-card", size=40)),
            ("scheduled", rx.icon("calendar-check", size=40)),
            rx.icon("circle-check", size=40),
        ),
        rx.match(
            ChangePlan.outcome,
            ("payment_needed", rx.el.h2(text("change_page.done.payment_needed"))),
            ("scheduled", rx.el.h2(text("change_page.done.scheduled"))),
            rx.el.h2(text("change_page.done.done")),
        ),
        rx.el.p(ChangePlan.outcome_text),
        rx.el.div(
            rx.cond(ChangePlan.pay_url != "", pays),
            _to_billing("change_page.to_billing"),
            class_name="row",
        ),
        class_name="card empty",
    )


def _offer(offer: Offer) -> rx.Component:
    chosen = ChangePlan.plan == offer.id
    mine = ChangePlan.now.plan == offer.id
    price = rx.cond(ChangePlan.interval == "year", offer.year, offer.month)
    return rx.el.button(
        rx.el.span(rx.icon("check", size=14), class_name="choice__mark"),
        rx.el.span(
            rx.el.span(offer.name, class_name="choice__title"),
            rx.cond(mine, rx.el.span(text("plan.current"), class_name="badge badge--good")),
            rx.el.span(price, class_name="choice__text num"),
            rx.el.span(offer.tagline, class_name="choice__text"),
            class_name="choice__words",
        ),
        on_click=ChangePlan.choose(offer.id),
        type="button",
        role="radio",
        class_name="choice",
        custom_attrs={"aria-checked": rx.cond(chosen, "true", "false")},
    )


def _interval(name: str) -> rx.Component:
    pressed = rx.cond(ChangePlan.interval == name, "true", "false")
    return rx.el.button(
        text(f"pricing.{name}"),
        on_click=ChangePlan.every(name),
        type="button",
        custom_attrs={"aria-pressed": pressed},
    )


def _seats() -> rx.Component:
    def step(label: str, sign: str, by: int) -> rx.Component:
        return rx.el.button(
            rx.icon(sign, size=16),
            on_click=ChangePlan.more_seats(by),
            type="button",
            class_name="button button--secondary button--icon",
            custom_attrs={"aria-label": text(label)},
        )

    return rx.el.div(
        rx.el.span(text("change_page.seats"), class_name="field__label"),
        rx.el.div(
            step("change_page.fewer", "minus", -1),
            rx.el.output(
                ChangePlan.seats,
                class_name="num",
                custom_attrs={"aria-label": text("change_page.seats"), "aria-live": "polite"},
            ),
            step("change_page.more", "plus", 1),
            class_name="row",
        ),
        class_name="stack stack--tight",
    )


def _reckoning() -> rx.Component:
    return rx.el.div(
        rx.el.table(
            rx.el.caption(text("change_page.reckoning"), class_name="unseen"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(text("change_page.what_for"), scope="col"),
                    rx.el.th(
                        text("billing_page.column.amount"), scope="col", class_name="is-number"
                    ),
                )
            ),
            rx.el.tbody(rx.foreach(ChangePlan.preview.sums, _sum)),
            class_name="table",
        ),
        class_name="table-scroller",
        tab_index=0,
        role="region",
        custom_attrs={"aria-label": text("change_page.reckoning")},
    )


def _sum(row: Sum) -> rx.Component:
    due = row.kind == "due"
    return rx.el.tr(
        rx.el.th(
            rx.cond(due, rx.el.strong(row.words), rx.el.span(row.words)),
            rx.cond(row.detail != "", rx.el.div(row.detail, class_name="quiet small")),
            scope="row",
        ),
        rx.el.td(
            rx.cond(due, rx.el.strong(row.amount), rx.el.span(row.amount)),
            class_name="is-number num",
        ),
    )


def _rehearsal() -> rx.Component:
    """What a smaller plan means, before the click."""
    return card(
        text("change_page.less"),
        text("change_page.less_text"),
        rx.cond(
            ChangePlan.rests,
            sentences(ChangePlan.rests, **{"data-testid": "rests"}),
            rx.el.p(text("change_page.nothing_rests")),
        ),
        rx.el.details(
            rx.el.summary(text("change_page.every_limit")),
            sentences(ChangePlan.less),
        ),
    )


def _button(words: str, event: rx.event.EventType, tone: str) -> rx.Component:
    return rx.el.button(
        text(words), on_click=event, type="button", class_name=f"button button--{tone}"
    )


def _to_billing(words: str) -> rx.Component:
    return rx.el.a(text(words), href=routes.SETTINGS_BILLING, class_name="button button--secondary")
