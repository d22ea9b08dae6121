"""The practice page: a chart of history, and beside it the lesson with its way on."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.market import symbols
from saas_app.onboarding import tutorial
from saas_app.plans.features import Feature
from saas_app.ui import routes
from saas_app.ui.components.browser import FocusOn
from saas_app.ui.components.chart import practice_chart
from saas_app.ui.components.lists import skeleton
from saas_app.ui.components.lock import lock, tier_guard
from saas_app.ui.layouts.shell import shell
from saas_app.ui.pages.market.parts import data_badge
from saas_app.ui.pages.tutorial.state import Tutorial

_MARKET = symbols.everything()[tutorial.SYMBOL]
_NEXT = "tutorial-next"


def page() -> rx.Component:
    practice = rx.el.div(_chart(), _lesson(), class_name="practice")
    return shell(
        text("tutorial.title"),
        rx.cond(
            Tutorial.ready,
            tier_guard(
                Tutorial.locked != "",
                practice,
                lock(text("tutorial.title"), Tutorial.locked, why=routes.why(Feature.TUTORIAL)),
            ),
            rx.el.div(skeleton(1, "340px"), class_name="pending"),
        ),
        here=routes.TUTORIAL,
    )


def _chart() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.p(
                rx.el.strong(_MARKET.id), " ", rx.el.span(_MARKET.name, class_name="quiet small")
            ),
            data_badge(text("tutorial.practice"), text("market.data.replay_hint")),
            class_name="row row--between",
        ),
        practice_chart(_MARKET.id, tutorial.TIMEFRAME, digits=_MARKET.digits, given=Tutorial.given),
        class_name="stack stack--tight practice__chart",
        custom_attrs={"aria-label": text("tutorial.title")},
    )


def _lesson() -> rx.Component:
    return rx.el.section(
        FocusOn.create(target=_NEXT, when=rx.cond(Tutorial.armed, "armed", "free")),
        rx.el.ol(
            rx.foreach(
                Tutorial.marks, lambda done: rx.el.li(class_name=rx.cond(done, "is-done", ""))
            ),
            class_name="stepper",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.div(
            rx.el.p(Tutorial.steps, class_name="quiet small"),
            rx.el.h2(Tutorial.title),
            rx.el.p(Tutorial.words),
            role="status",
            class_name="stack stack--tight",
            custom_attrs={"data-testid": "lesson"},
        ),
        _news(),
        rx.el.p(Tutorial.candle, class_name="quiet small num", role="status"),
        rx.cond(Tutorial.last, _after(), _ways_on()),
        class_name="card stack practice__lesson",
    )


def _news() -> rx.Component:
    """The practice alert, once it has spoken."""
    return rx.el.div(
        rx.cond(
            Tutorial.fired != "",
            rx.el.div(
                rx.icon("bell-ring", size=18),
                rx.el.p(Tutorial.fired, class_name="banner__text"),
                class_name="banner banner--warn",
                custom_attrs={"data-testid": "fired"},
            ),
        ),
        role="alert",
        class_name="slot",
    )


def _ways_on() -> rx.Component:
    place = rx.el.button(
        rx.icon("bell-plus", size=16),
        text("tutorial.place"),
        on_click=Tutorial.arm,
        type="button",
        class_name="button button--primary button--wide",
    )
    further = rx.el.button(
        text("tutorial.next"),
        on_click=Tutorial.step,
        type="button",
        id=_NEXT,
        class_name="button button--primary button--wide",
    )
    return rx.el.div(
        rx.cond(Tutorial.waits, place, further),
        rx.el.div(
            _quiet(text("tutorial.back"), Tutorial.back, off=Tutorial.first),
            _quiet(text("tutorial.leap"), Tutorial.leap, off=Tutorial.waits),
            class_name="row row--between",
        ),
        class_name="stack stack--tight practice__ways",
    )


def _quiet(words: str, act: rx.event.EventCallback[()], *, off: bool) -> rx.Component:
    """`aria-disabled`, not `disabled`: the focus stays where it was."""
    return rx.el.button(
        words,
        on_click=act,
        type="button",
        class_name="button button--quiet",
        custom_attrs={"aria-disabled": rx.cond(off, "true", "false")},
    )


def _after() -> rx.Component:
    return rx.el.div(
        rx.el.a(
            text("tutorial.to_dashboard"),
            href=routes.DASHBOARD,
            class_name="button button--primary button--wide",
        ),
        rx.el.button(
            text("tutorial.again"),
            on_click=Tutorial.again,
            type="button",
            class_name="button button--quiet",
        ),
        class_name="stack stack--tight",
    )
