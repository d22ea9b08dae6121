"""The scanner: what to look for, and every chart of the plan that is like that."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.plans.features import Feature
from saas_app.ui import routes
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.components.lock import lock
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.scanner import form, parts
from saas_app.ui.pages.market.scanner.state import Scanner


def page() -> rx.Component:
    failed = empty(
        "cloud-off",
        text("scanner.failed_title"),
        text("scanner.failed_text"),
        rx.el.button(
            text("scanner.refresh"),
            type="button",
            on_click=Scanner.refresh,
            class_name="button button--primary",
        ),
        under="h1",
    )
    nothing = empty(
        "scan-search", text("scanner.empty_title"), text("scanner.empty_text"), under="h1"
    )
    table = rx.el.section(
        rx.el.p(text("scanner.lead"), class_name="quiet"),
        parts.bar(),
        rx.cond(
            Scanner.failed,
            failed,
            rx.cond(
                Scanner.lines,
                parts.table(),
                rx.cond(Scanner.reading != "", skeleton(5), nothing),
            ),
        ),
        parts.shut(),
        class_name="card stack",
    )
    barred = lock(
        text("scanner.barred"),
        Scanner.barred,
        Scanner.lifted_by,
        why=routes.why(Feature.SCANNER, "basic"),
    )
    return shell(
        text("scanner.title"),
        rx.cond(
            Scanner.ready,
            rx.cond(
                Scanner.barred != "",
                barred,
                rx.el.div(form.form(), table, class_name="stack stack--loose"),
            ),
            rx.el.div(skeleton(8, "44px"), class_name="pending"),
        ),
        here=routes.SCANNER,
    )
