"""The product's mark and name, from one place."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.ui import routes


def brand(href: str = routes.LANDING) -> rx.Component:
    name = settings().brand
    return rx.el.a(
        rx.el.img(src="/favicon.svg", alt="", width="28", height="28"),
        rx.el.span(name),
        href=href,
        class_name="brand",
    )
