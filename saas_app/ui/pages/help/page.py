"""Answers that one can search, the way to write to us, and the way back to the tour."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text, under
from saas_app.help import answers
from saas_app.help.answers import Answer
from saas_app.ui import routes
from saas_app.ui.components.first_steps import recall_first_steps
from saas_app.ui.components.help_search import HelpSearch
from saas_app.ui.components.links import PlainAnchor
from saas_app.ui.components.prose import prose
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.help.contact import contact
from saas_app.ui.state.session import Session


def page() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.div(
                rx.el.h1(text("help.title")),
                rx.el.p(text("help.lead"), class_name="lead"),
                rx.el.a(text("help.read"), href=routes.LEARN),
                class_name="stack",
            ),
            HelpSearch.create(words=dict(under("help")), total=len(answers.every())),
            *[_group(group) for group in answers.GROUPS],
            rx.cond(Session.signed_in, _again()),
            contact(),
            class_name="wrap help",
        )
    )


def _group(group: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(text(f"help.group.{group}")),
        *[_answer(each) for each in answers.every() if each.group == group],
        class_name="help__group",
        custom_attrs={"data-answers": group},
    )


def _answer(answer: Answer) -> rx.Component:
    return rx.el.details(
        rx.el.summary(answer.question.replace("{brand}", settings().brand)),
        prose(answer.text.replace("{brand}", settings().brand)),
        PlainAnchor.create(text("help.anchor"), href=f"#{answer.id}", class_name="small quiet"),
        id=answer.id,
        class_name="card card--tight help__answer",
        custom_attrs={"data-answer": answer.id},
    )


def _again() -> rx.Component:
    return rx.el.section(
        rx.el.h2(text("help.again")),
        rx.el.p(text("help.again_text"), class_name="quiet"),
        rx.el.div(
            rx.el.a(
                text("tour.restart"),
                href=routes.tour(routes.DASHBOARD),
                class_name="button button--secondary",
            ),
            recall_first_steps(),
            class_name="row",
        ),
        class_name="stack",
    )
