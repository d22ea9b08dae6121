"""The form that writes to us; who is signed in need not type an address."""

import reflex as rx

from saas_app.core.texts import text
from saas_app.help.contact import LONGEST, TOPICS
from saas_app.ui.components.forms import labelled, post_form, submit_small
from saas_app.ui.components.sender import sender


def contact() -> rx.Component:
    return rx.el.section(
        rx.el.h2(text("contact.title")),
        rx.el.p(text("contact.lead"), class_name="quiet"),
        post_form(
            "/api/contact",
            sender(),
            _topic(),
            _message(),
            submit_small(text("contact.send")),
        ),
        id="contact",
        class_name="card stack",
    )


def _topic() -> rx.Component:
    return labelled(
        "topic",
        text("contact.topic_label"),
        rx.el.select(
            *[
                rx.el.option(text(f"contact.topic.{topic}"), value=topic, key=topic)
                for topic in TOPICS
            ],
            id="topic",
            name="topic",
            class_name="field__input",
            custom_attrs={"aria-describedby": "topic-error"},
        ),
    )


def _message() -> rx.Component:
    return labelled(
        "message",
        text("contact.message"),
        rx.el.textarea(
            id="message",
            name="message",
            class_name="field__input help__message",
            custom_attrs={"aria-describedby": "message-error message-hint"},
        ),
        rx.el.p(
            text("contact.message_hint", longest=f"{LONGEST:,}"),
            id="message-hint",
            class_name="field__hint",
        ),
    )
