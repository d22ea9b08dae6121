"""Every page of the site: its path, its title, who may see it. The only place that adds pages."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.pages import trouble
from saas_app.ui.pages.accounts import page as accounts


class Audience(StrEnum):
    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Page:
    """One row. `title` is a key below `title.`; `load` runs when the page is opened."""

    path: str
    view: Callable[[], rx.Component]
    title: str
    audience: Audience = Audience.EVERYONE
    load: tuple[Any, ...] = ()
    indexed: bool = False
    not_found: bool = False


PAGES: tuple[Page, ...] = (
    Page(routes.REGISTER, accounts.register, "register", indexed=True),
    Page(routes.LOGIN, accounts.login, "login", indexed=True),
    Page(routes.VERIFY_EMAIL, accounts.verify_email, "verify_email"),
    Page(routes.RESEND, accounts.resend, "resend"),
    Page(routes.FORGOT, accounts.forgot, "forgot"),
    Page(routes.RESET, accounts.reset, "reset"),
    Page(routes.FORBIDDEN, trouble.forbidden, "forbidden"),
    Page(routes.ERROR, trouble.broken, "error"),
    Page("404", trouble.not_found, "not_found", not_found=True),
)


def add_to(app: rx.App) -> None:
    brand = settings().brand
    for page in PAGES:
        app.add_page(
            page.view,
            route=page.path,
            title=f"{text(f'title.{page.title}')} · {brand}",
            description=text("title.description", brand=brand),
            on_load=list(page.load) or None,
            context=None if page.indexed else {"sitemap": None},
        )
