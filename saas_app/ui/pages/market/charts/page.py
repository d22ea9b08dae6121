"""The chart page: a toolbar, then the chart with its levels, or the lock that says why not."""

import reflex as rx

from saas_app.ui import routes
from saas_app.ui.components.chart import Shortcuts
from saas_app.ui.components.lock import tier_guard
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.charts import parts
from saas_app.ui.pages.market.charts.state import ChartState


def page() -> rx.Component:
    found = rx.fragment(
        Shortcuts.create(keys=ChartState.keys),
        parts.toolbar(),
        tier_guard(
            ChartState.lock.shut,
            rx.el.div(
                parts.canvas(),
                rx.cond(ChartState.listed, parts.side()),
                class_name=rx.cond(ChartState.listed, "chart-page", "chart-page chart-page--wide"),
            ),
            parts.closed(),
        ),
    )
    return shell(
        ChartState.heading,
        rx.cond(
            ChartState.ready,
            rx.cond(ChartState.missing, parts.missing(), found),
            parts.opening(),
        ),
        here=routes.chart(routes.DEFAULT_SYMBOL),
        actions=parts.watch_button(),
    )
