"""What the security page's cards are made of."""

import reflex as rx


def part(title: str, *children: rx.Component) -> rx.Component:
    """One way inside a card."""
    return rx.el.div(rx.el.h3(title), *children, class_name="stack part")


def taken_away(label: str, words: str, form: rx.Component) -> rx.Component:
    """Something that is removed: said what it means before the button shows."""
    return rx.el.details(
        rx.el.summary(label, class_name="button button--secondary button--small"),
        rx.el.div(rx.el.p(words, class_name="small"), form, class_name="stack stack--tight"),
        class_name="unfold",
    )
