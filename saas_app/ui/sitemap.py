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
from saas_app.ui.pages.billing import page as billing
from saas_app.ui.pages.billing import returned
from saas_app.ui.pages.billing.returned import Returned
from saas_app.ui.pages.billing.state import Billing
from saas_app.ui.pages.landing import page as landing
from saas_app.ui.pages.market.charts import page as charts
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.ui.pages.market.dashboard import page as dashboard
from saas_app.ui.pages.market.dashboard.state import Dashboard
from saas_app.ui.pages.market.watchlists import page as watchlists
from saas_app.ui.pages.market.watchlists.state import Watchlists
from saas_app.ui.pages.notifications import page as notifications
from saas_app.ui.pages.notifications.state import Notifications
from saas_app.ui.pages.onboarding import page as onboarding
from saas_app.ui.pages.onboarding.state import Wizard
from saas_app.ui.pages.pricing import page as pricing
from saas_app.ui.pages.pricing.state import Pricing
from saas_app.ui.pages.settings import page as settings_pages
from saas_app.ui.pages.settings.state import Profile
from saas_app.ui.state.shell import Shell


class Audience(StrEnum):
    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"


SIGNED_IN = Audience.SIGNED_IN


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
    Page(routes.LANDING, landing.page, "landing", load=(Pricing.load,), indexed=True),
    Page(routes.PRICING, pricing.page, "pricing", load=(Pricing.load,), indexed=True),
    Page(routes.REGISTER, accounts.register, "register", indexed=True),
    Page(routes.LOGIN, accounts.login, "login", indexed=True),
    Page(routes.VERIFY_EMAIL, accounts.verify_email, "verify_email"),
    Page(routes.RESEND, accounts.resend, "resend"),
    Page(routes.FORGOT, accounts.forgot, "forgot"),
    Page(routes.RESET, accounts.reset, "reset"),
    Page(routes.ONBOARDING, onboarding.page, "onboarding", SIGNED_IN, (Wizard.load,)),
    Page(routes.DASHBOARD, dashboard.page, "dashboard", SIGNED_IN, (Shell.load, Dashboard.load)),
    Page(routes.CHART, charts.page, "chart", SIGNED_IN, (Shell.load, ChartState.load)),
    Page(
        routes.WATCHLISTS, watchlists.page, "watchlists", SIGNED_IN, (Shell.load, Watchlists.load)
    ),
    Page(
        routes.NOTIFICATIONS,
        notifications.page,
        "notifications",
        SIGNED_IN,
        (Shell.load, Notifications.load),
    ),
    Page(
        routes.SETTINGS_PROFILE,
        settings_pages.profile,
        "settings_profile",
        SIGNED_IN,
        (Shell.load, Profile.load),
    ),
    Page(
        routes.SETTINGS_BILLING,
        billing.page,
        "settings_billing",
        SIGNED_IN,
        (Shell.load, Billing.load),
    ),
    Page(routes.PAYMENT_SUCCESS, returned.success, "payment_success", SIGNED_IN, (Returned.load,)),
    Page(routes.PAYMENT_CANCELED, returned.canceled, "payment_canceled"),
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
