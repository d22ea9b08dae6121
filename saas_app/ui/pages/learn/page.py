"""The list of articles, and one article with the way to the next."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.learn import articles
from saas_app.learn.articles import Article
from saas_app.ui import routes
from saas_app.ui.components.prose import prose
from saas_app.ui.layouts.public import site


def index() -> rx.Component:
    return site(
        rx.el.div(
            rx.el.h1(text("learn.title")),
            rx.el.p(text("learn.lead"), class_name="lead"),
            rx.el.div(
                *[_card(each, listed=True) for each in articles.every()],
                class_name="grid grid--two",
            ),
            rx.el.a(text("learn.help"), href=routes.HELP),
            class_name="wrap section",
        )
    )


def article(shown: Article) -> rx.Component:
    following = articles.after(shown)
    body = shown.body.replace("{origin}", settings().origin).replace("{brand}", settings().brand)
    return site(
        rx.el.article(
            rx.el.a(text("learn.all"), href=routes.LEARN, class_name="small"),
            rx.el.h1(shown.title),
            rx.el.p(shown.summary, class_name="lead"),
            rx.el.p(text("learn.minutes", minutes=shown.minutes), class_name="quiet small"),
            prose(body),
            _next(following) if following else rx.el.a(text("learn.help"), href=routes.HELP),
            class_name="wrap article",
        )
    )


def _next(following: Article) -> rx.Component:
    return rx.el.nav(
        rx.el.p(text("learn.next"), class_name="quiet small"),
        _card(following),
        class_name="article__next stack stack--tight",
        custom_attrs={"aria-label": text("learn.next")},
    )


def _card(each: Article, *, listed: bool = False) -> rx.Component:
    title = rx.el.h2 if listed else rx.el.strong
    return rx.el.a(
        title(each.title),
        rx.el.span(each.summary, class_name="quiet"),
        rx.el.span(text("learn.minutes", minutes=each.minutes), class_name="quiet small"),
        href=routes.article(each.slug),
        class_name="card stack stack--tight article__card",
    )
