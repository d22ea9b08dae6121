"""Change the plan in three steps: choose, see what it costs to the cent, done."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import FocusOn
from saas_app.ui.components.lists import empty, skeleton
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.billing.change import parts
from saas_app.ui.pages.billing.change.state import ChangePlan

# A keyboard and a screen reader go on where the new step begins.
_STEP = "change-step"


def page() -> rx.Component:
    nothing = empty(
        "receipt",
        text("change_page.no_subscription"),
        text("change_page.no_subscription_text"),
        rx.el.a(
            text("billing_page.choose"), href=routes.PRICING, class_name="button button--primary"
        ),
        under="h1",
    )
    steps = rx.match(
        ChangePlan.step,
        ("preview", parts.preview()),
        ("done", parts.done()),
        parts.choose(),
    )
    return shell(
        text("change_page.title"),
        rx.el.div(
            rx.cond(
                ChangePlan.ready,
                rx.cond(ChangePlan.now.alive, steps, nothing),
                rx.el.section(skeleton(4, "72px"), class_name="card"),
            ),
            FocusOn.create(target=_STEP, when=ChangePlan.step),
            class_name="stack stack--loose settings",
            id=_STEP,
            tab_index=-1,
            custom_attrs={"data-testid": "change-plan"},
        ),
        here=routes.SETTINGS_BILLING,
    )
