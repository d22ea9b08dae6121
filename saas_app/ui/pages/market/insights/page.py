"""The insights: one chart, what is expected of it, and how well such expectations did."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.lock import lock
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.insights import parts
from saas_app.ui.pages.market.insights.state import Insights


def page() -> rx.Component:
    failed = empty(
        "cloud-off",
        text("insights.failed_title"),
        text("insights.failed_text"),
        rx.el.button(
            text("insights.again"),
            type="button",
            on_click=Insights.load,
            class_name="button button--primary",
        ),
        under="h1",
    )
    nothing = empty(
        "telescope", text("insights.empty_title"), text("insights.no_candles"), under="h1"
    )
    barred = lock(text("insights.barred"), Insights.barred, Insights.lifted_by, why=Insights.why)
    cards = rx.fragment(
        parts.summary(),
        rx.el.div(
            parts.expected(),
            parts.regime(),
            rx.cond(Insights.shut, rx.fragment(), parts.anomaly()),
            rx.cond(Insights.shut, rx.fragment(), parts.direction()),
            rx.foreach(Insights.shut, parts.shut),
            class_name="grid grid--two",
        ),
        parts.record(),
        rx.el.p(text("insights.no_advice"), class_name="quiet small"),
    )
    return shell(
        text("title.insights"),
        rx.cond(
            Insights.ready,
            rx.el.div(
                parts.choice(),
                rx.cond(
                    Insights.barred != "",
                    barred,
                    rx.cond(Insights.failed, failed, rx.cond(Insights.nothing, nothing, cards)),
                ),
                class_name="stack stack--loose",
            ),
            rx.el.div(skeleton(5, "120px"), class_name="pending"),
        ),
        here=routes.INSIGHTS,
    )
