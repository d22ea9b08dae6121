"""The wizard: a question, its choices, the way on. Leaving it unfinished loses nothing."""

from typing import Any

import reflex as rx
from reflex.style import set_color_mode

from saas_app.accounts.profile import THEMES
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.browser import FocusOn
from saas_app.ui.components.lists import skeleton
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.onboarding.rows import Choice, Figure, Preset
from saas_app.ui.pages.onboarding.state import Wizard

_TITLE = "question"


def page() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.section(
                rx.cond(Wizard.ready, _question(), skeleton(4)), class_name="card card--wide"
            ),
            class_name="narrow",
        )
    )


def _question() -> rx.Component:
    return rx.el.form(
        FocusOn.create(target=_TITLE, when=Wizard.question),
        rx.el.ol(
            rx.foreach(
                Wizard.marks, lambda done: rx.el.li(class_name=rx.cond(done, "is-done", ""))
            ),
            class_name="stepper",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.p(Wizard.progress, class_name="quiet small"),
        rx.el.div(
            rx.el.h1(Wizard.title, id=_TITLE, tab_index=-1),
            rx.el.p(Wizard.lead, class_name="quiet"),
            class_name="stack stack--tight",
        ),
        rx.el.p(Wizard.announced, role="status", class_name="sr-only"),
        rx.match(
            Wizard.question,
            ("thresholds", _thresholds()),
            ("theme", _themes()),
            _choices(rx.foreach(Wizard.choices, _choice)),
        ),
        _refusal(),
        _ways_on(),
        on_submit=Wizard.advance,
        no_validate=True,
        class_name="stack stack--loose",
    )


def _choices(*tiles: rx.Component) -> rx.Component:
    return rx.el.div(
        *tiles,
        class_name=rx.cond(Wizard.question == "timeframes", "choices choices--small", "choices"),
        role=rx.cond(Wizard.several, "group", "radiogroup"),
        custom_attrs={"aria-label": Wizard.title},
    )


def _choice(choice: Choice) -> rx.Component:
    locked = choice.plan != ""
    badge = rx.el.span(rx.icon("lock", size=12), choice.plan, class_name="badge badge--second")
    return _tile(
        rx.el.span(choice.title, class_name="choice__title"),
        rx.el.span(choice.text, class_name="choice__text"),
        rx.cond(locked, badge),
        on_click=Wizard.toggle(choice.id),
        title=choice.reason,
        class_name=rx.cond(locked, "choice choice--locked", "choice"),
        custom_attrs={
            "aria-checked": rx.cond(choice.chosen, "true", "false"),
            "aria-disabled": rx.cond(locked & ~choice.chosen, "true", "false"),
        },
    )


def _tile(*children: rx.Component, **attributes: Any) -> rx.Component:
    return rx.el.button(
        rx.el.span(rx.icon("check", size=14), class_name="choice__mark"),
        rx.el.span(*children, class_name="choice__words"),
        type="button",
        role=rx.cond(Wizard.several, "checkbox", "radio"),
        **attributes,
    )


def _themes() -> rx.Component:
    """Applied by the browser in the same press that keeps it."""
    return _choices(
        *[
            _tile(
                rx.el.span(text(f"onboarding.theme.{theme}.title"), class_name="choice__title"),
                rx.el.span(text(f"onboarding.theme.{theme}.text"), class_name="choice__text"),
                on_click=[set_color_mode(theme), Wizard.toggle(theme)],
                class_name="choice",
                custom_attrs={"aria-checked": rx.cond(Wizard.theme == theme, "true", "false")},
            )
            for theme in THEMES
        ]
    )


def _thresholds() -> rx.Component:
    return rx.el.div(rx.foreach(Wizard.figures, _field), class_name="stack stack--loose")


def _field(figure: Figure) -> rx.Component:
    hint, error = f"{figure.id}-hint", f"{figure.id}-error"
    return rx.el.div(
        rx.el.label(figure.label, html_for=figure.id, class_name="field__label"),
        rx.el.input(
            id=figure.id,
            name=figure.id,
            type="text",
            input_mode="decimal",
            auto_complete="off",
            default_value=figure.value,
            key=f"{figure.id}-{Wizard.edition}",
            on_blur=lambda written: Wizard.write(figure.id, written),
            class_name="field__input",
            custom_attrs={
                "aria-describedby": f"{error} {hint}",
                "aria-invalid": rx.cond(figure.problem != "", "true", "false"),
            },
        ),
        rx.el.p(figure.problem, id=error, class_name="field__error", role="alert"),
        rx.el.p(figure.hint, id=hint, class_name="field__hint"),
        rx.el.div(
            rx.foreach(figure.presets, lambda preset: _preset(figure, preset)),
            class_name="segmented",
            role="group",
            custom_attrs={"aria-label": text("onboarding.thresholds.presets")},
        ),
        class_name="field",
    )


def _preset(figure: Figure, preset: Preset) -> rx.Component:
    return rx.el.button(
        preset.title,
        type="button",
        on_click=Wizard.preset(figure.id, preset.value),
        custom_attrs={
            "aria-label": preset.label,
            "aria-pressed": rx.cond(preset.chosen, "true", "false"),
        },
    )


def _refusal() -> rx.Component:
    """Why a locked choice stays open, and where the plan that has it stands."""
    return rx.el.div(
        rx.cond(
            Wizard.refusal != "",
            rx.el.p(
                Wizard.refusal,
                " ",
                rx.el.a(text("lock.see_plans"), href=routes.PRICING),
                " ",
                rx.el.a(text("why.link"), href=Wizard.why),
                class_name="small",
                custom_attrs={"data-testid": "locked-choice"},
            ),
        ),
        role="status",
        class_name="slot",
    )


def _ways_on() -> rx.Component:
    back = rx.el.button(
        text("onboarding.back"),
        on_click=Wizard.back,
        type="button",
        class_name="button button--secondary",
    )
    return rx.el.div(
        rx.el.button(
            text("onboarding.skip"),
            on_click=Wizard.skip,
            type="button",
            class_name="button button--quiet",
        ),
        rx.el.div(
            rx.cond(Wizard.first, rx.fragment(), back),
            rx.el.button(
                text("onboarding.pass_over"),
                on_click=Wizard.pass_over,
                type="button",
                class_name="button button--secondary",
            ),
            rx.el.button(
                rx.cond(Wizard.last, text("onboarding.finish"), text("onboarding.next")),
                type="submit",
                class_name="button button--primary",
            ),
            class_name="row wizard__on",
        ),
        class_name="row row--between wizard__ways",
    )
