"""Above the list: what to show of the alerts, the filters one keeps, and the list as a file."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui.components.exports import exports
from saas_app.ui.components.forms import select
from saas_app.ui.components.lock import lock
from saas_app.ui.pages.alerts import filter_rows
from saas_app.ui.pages.alerts.filter_state import AlertFilter
from saas_app.ui.pages.alerts.state import Alerts
from saas_app.ui.pages.market import filter_parts

_LABELS = {
    "symbols": "watchlist.symbol",
    "timeframes": "watchlist.timeframe",
    "kind": "filters.kind",
    "channel": "filters.channel",
    "state": "filters.state",
    "direction": "scanner.column.direction",
}


def bar() -> rx.Component:
    return rx.el.div(
        rx.el.p(Alerts.counted, class_name="quiet small", role="status"),
        exports(Alerts.files),
        class_name="row row--between",
    )


def form() -> rx.Component:
    """Folded away until somebody wants it: most people have few alerts."""
    shut = Alerts.no_filter
    return rx.el.details(
        rx.el.summary(text("alerts.filter")),
        rx.cond(
            shut.shut,
            lock(shut.title, shut.words, shut.plan, why=shut.why),
            rx.el.div(
                filter_parts.head(AlertFilter),
                rx.el.div(*[_choice(name) for name in _LABELS], class_name="filter-fields"),
                filter_parts.kept(AlertFilter),
                class_name="stack",
            ),
        ),
        custom_attrs={"data-testid": "filter"},
    )


def _choice(name: str) -> rx.Component:
    return select(
        f"filter-{name}",
        text(_LABELS[name]),
        rx.fragment(
            rx.el.option(text("filters.any"), value=""),
            *[rx.el.option(each.title, value=each.id) for each in filter_rows.options(name)],
        ),
        value=AlertFilter.chosen[name],
        on_change=lambda value: AlertFilter.choose(name, value),  # pyright: ignore[reportArgumentType, reportCallIssue] — the chosen value comes with the event
    )
