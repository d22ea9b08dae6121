"""What the chart page, the dashboard and the watchlist share: moving prices, labels, meters."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.meter import meter as track
from saas_app.ui.pages.market.rows import MeterRow


def change(words: rx.Var[str] | str, tone: rx.Var[str] | str) -> rx.Component:
    """The sign says the direction; colour repeats it."""
    return rx.el.span(words, class_name=f"num {tone}")


def data_badge(label: rx.Var[str] | str, hint: rx.Var[str] | str) -> rx.Component:
    """What the numbers are, always beside them."""
    return rx.el.span(
        rx.icon("flask-conical", size=13),
        label,
        rx.el.span(". ", hint, class_name="sr-only"),
        title=hint,
        class_name="badge badge--warn",
        custom_attrs={"data-testid": "data-kind"},
    )


def meter(row: MeterRow) -> rx.Component:
    """A limit, how much of it is used, and the plan that gives more once that matters."""
    return rx.el.div(
        track(row.label, row.used, row.percent, row.state),
        rx.cond(
            row.plan != "",
            rx.el.p(
                row.lifts,
                " ",
                rx.el.a(text("lock.see_plans"), href=routes.PRICING),
                class_name="small quiet",
            ),
        ),
        class_name="stack stack--tight",
        custom_attrs={"data-testid": "meter"},
    )
