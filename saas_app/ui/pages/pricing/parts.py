"""A plan's card, the interval switch, the comparison, the questions."""

import reflex as rx

from saas_app.core.money import Money
from saas_app.core.texts import text
from saas_app.plans import table
from saas_app.plans.catalogue import Catalogue, Checkout, Interval, Plan, Price
from saas_app.ui import routes, words
from saas_app.ui.components.links import outward
from saas_app.ui.pages.pricing.state import Pricing
from saas_app.ui.state.session import Session

_MONTHS = 12
_CYCLE = {Interval.MONTH: "monthly", Interval.YEAR: "annual"}


def interval_switch(catalogue: Catalogue) -> rx.Component:
    """Monthly or annual, with the saving in money; absent where nothing is sold both ways."""
    savings = _savings(catalogue)
    if not savings:
        return rx.fragment()
    best = max(savings)
    year = text("pricing.year")
    if best.cents > 0:
        year = f"{year} · {text('pricing.saving', amount=words.price(best))}"
    return rx.el.div(
        _interval_button(text("pricing.month"), Pricing.monthly, on=False),
        _interval_button(year, Pricing.annual, on=True),
        class_name="segmented",
        role="group",
        custom_attrs={"aria-label": text("pricing.interval")},
    )


def card(catalogue: Catalogue, plan: Plan) -> rx.Component:
    mine = Pricing.plan == plan.id
    highlight = plan.checkout is Checkout.SELF
    return rx.el.article(
        rx.el.div(
            rx.el.h2(plan.name),
            rx.cond(mine, rx.el.span(text("plan.current"), class_name="badge badge--good")),
            class_name="row row--between",
        ),
        rx.el.p(plan.tagline, class_name="quiet"),
        _price(plan),
        _gives(catalogue, plan),
        rx.cond(mine, _manage(plan), _choose(plan)),
        id=f"plan-{plan.id}",
        class_name=f"card plan{' card--accent' if highlight else ''}",
    )


def comparison(catalogue: Catalogue) -> rx.Component:
    heads = [rx.el.th(plan.name, scope="col") for plan in catalogue.for_sale]
    rows = [
        rx.el.tr(
            rx.el.th(text(row.label), scope="row"),
            *[
                rx.el.td(words.limit(cell), class_name="" if cell.included else "quiet")
                for cell in row.cells
            ],
        )
        for row in table.limits_table(catalogue)
    ]
    return rx.el.div(
        rx.el.table(
            rx.el.thead(rx.el.tr(rx.el.th(text("pricing.feature"), scope="col"), *heads)),
            rx.el.tbody(*rows),
            class_name="table",
        ),
        class_name="card card--tight table-scroller",
        tab_index=0,
        role="region",
        custom_attrs={"aria-label": text("pricing.compare")},
    )


def questions(catalogue: Catalogue) -> rx.Component:
    trial = max((plan.trial_days or 0 for plan in catalogue.for_sale), default=0)
    facts = {"trial": trial, "failed": catalogue.grace.days}
    asked = (
        ["trial", "downgrade", "failed", "repaint"] if trial else ["downgrade", "failed", "repaint"]
    )
    return rx.el.div(
        *[
            rx.el.details(
                rx.el.summary(text(f"pricing.question.{name}")),
                rx.el.p(
                    text(f"pricing.question.{name}_answer", days=facts.get(name, 0)),
                    class_name="quiet",
                ),
                class_name="card card--tight",
            )
            for name in asked
        ],
        class_name="stack",
    )


def _interval_button(label: str, pressed: rx.Var[bool] | bool, *, on: bool) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        on_click=Pricing.show_annual(on),
        custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false")},
    )


def _price(plan: Plan) -> rx.Component:
    if plan.checkout is Checkout.NONE:
        return _amount(text("plan.free"), text("plan.free_for_ever"))
    if plan.checkout is Checkout.CONTACT:
        return _amount(text("plan.by_contract"), text("plan.by_contract_text"))
    month, year = plan.price(Interval.MONTH), plan.price(Interval.YEAR)
    if month and year:
        return rx.cond(Pricing.annual, _amount_of(year), _amount_of(month))
    only = month or year
    return _amount_of(only) if only else rx.fragment()


def _amount_of(price: Price) -> rx.Component:
    per = text(f"plan.per_{price.interval}{'_seat' if price.per_seat else ''}")
    seats = f", {text('plan.from_seats', seats=price.min_seats)}" if price.min_seats > 1 else ""
    return _amount(words.price(price.amount), per + seats)


def _amount(amount: str, per: str) -> rx.Component:
    return rx.el.p(
        rx.el.span(amount, class_name="price__amount"),
        rx.el.span(per, class_name="price__per"),
        class_name="price",
    )


def _gives(catalogue: Catalogue, plan: Plan) -> rx.Component:
    parent = catalogue.find(plan.extends, plan.generation)
    lines = [words.limit(cell) for cell in table.highlights(catalogue, plan) if cell.included]
    return rx.el.div(
        rx.el.p(text("plan.everything_in", name=parent.name), class_name="quiet small")
        if parent
        else rx.fragment(),
        rx.el.ul(
            *[rx.el.li(rx.icon("check", size=16), rx.el.span(line)) for line in lines],
            class_name="ticks",
        ),
        class_name="stack",
    )


def _choose(plan: Plan) -> rx.Component:
    if plan.checkout is Checkout.NONE:
        return rx.cond(
            Session.signed_in,
            rx.fragment(),
            _button(text("plan.start_free"), routes.REGISTER, primary=False),
        )
    if plan.checkout is Checkout.CONTACT:
        return _button(
            text("plan.contact"),
            routes.CONTRACT_ASK,
            primary=False,
        )
    label = (
        text("plan.start_trial", days=plan.trial_days)
        if plan.trial_days
        else text("plan.choose", name=plan.name)
    )
    month, year = plan.price(Interval.MONTH), plan.price(Interval.YEAR)
    if month and year:
        return rx.cond(
            Pricing.annual,
            _button(label, _checkout(plan, year)),
            _button(label, _checkout(plan, month)),
        )
    only = month or year
    return _button(label, _checkout(plan, only)) if only else rx.fragment()


def _manage(plan: Plan) -> rx.Component:
    paid = plan.checkout is not Checkout.NONE
    return (
        _button(text("plan.manage"), routes.SETTINGS_BILLING, primary=False)
        if paid
        else rx.fragment()
    )


def _button(label: str, href: str, *, primary: bool = True) -> rx.Component:
    kind = "primary" if primary else "secondary"
    go = outward if href.startswith(routes.CREATE_CHECKOUT) else rx.el.a
    return go(label, href=href, class_name=f"button button--{kind} button--large button--wide")


def _checkout(plan: Plan, price: Price) -> str:
    return f"{routes.CREATE_CHECKOUT}?tier={plan.id}&billing_cycle={_CYCLE[price.interval]}"


def _savings(catalogue: Catalogue) -> list[Money]:
    """What a year costs less than twelve months, for each plan that is sold both ways."""
    sold = [(plan.price(Interval.MONTH), plan.price(Interval.YEAR)) for plan in catalogue.for_sale]
    return [
        Money(month.amount.cents * _MONTHS - year.amount.cents, year.amount.currency)
        for month, year in sold
        if month and year
    ]
