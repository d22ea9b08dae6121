"""Every page of the site: its path, its title, who may see it. The only place that adds pages."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.learn import articles
from saas_app.ui import routes
from saas_app.ui.components.provider_buttons import Providers
from saas_app.ui.pages import trouble
from saas_app.ui.pages.accounts import dead_links, provider
from saas_app.ui.pages.accounts import page as accounts
from saas_app.ui.pages.accounts.arrived import Arrived
from saas_app.ui.pages.accounts.dead_links import DeadLink
from saas_app.ui.pages.alerts import page as alerts
from saas_app.ui.pages.alerts.filter_state import AlertFilter
from saas_app.ui.pages.alerts.state import Alerts
from saas_app.ui.pages.billing import page as billing
from saas_app.ui.pages.billing import returned
from saas_app.ui.pages.billing.change import page as change
from saas_app.ui.pages.billing.change.state import ChangePlan
from saas_app.ui.pages.billing.money.state import Money
from saas_app.ui.pages.billing.returned import Returned
from saas_app.ui.pages.billing.state import Billing
from saas_app.ui.pages.contract import ask
from saas_app.ui.pages.contract import page as contract
from saas_app.ui.pages.contract.state import Contract
from saas_app.ui.pages.help import page as help_page
from saas_app.ui.pages.invitation import page as invitation
from saas_app.ui.pages.landing import page as landing
from saas_app.ui.pages.learn import page as learn
from saas_app.ui.pages.market.charts import page as charts
from saas_app.ui.pages.market.charts.state import ChartState
from saas_app.ui.pages.market.dashboard import page as dashboard
from saas_app.ui.pages.market.dashboard.state import Dashboard
from saas_app.ui.pages.market.insights import page as insights
from saas_app.ui.pages.market.insights.state import Insights
from saas_app.ui.pages.market.scanner import page as scanner
from saas_app.ui.pages.market.scanner.state import Scanner
from saas_app.ui.pages.market.watchlists import page as watchlists
from saas_app.ui.pages.market.watchlists.state import Watchlists
from saas_app.ui.pages.notifications import page as notifications
from saas_app.ui.pages.notifications.state import Notifications
from saas_app.ui.pages.onboarding import page as onboarding
from saas_app.ui.pages.onboarding.state import Wizard
from saas_app.ui.pages.pricing import page as pricing
from saas_app.ui.pages.pricing.state import Pricing
from saas_app.ui.pages.settings.account import page as account
from saas_app.ui.pages.settings.account.state import Account
from saas_app.ui.pages.settings.api_keys import page as api_keys
from saas_app.ui.pages.settings.api_keys.state import ApiKeys
from saas_app.ui.pages.settings.appearance import page as appearance
from saas_app.ui.pages.settings.appearance.state import Appearance
from saas_app.ui.pages.settings.channels import page as channels
from saas_app.ui.pages.settings.channels.state import Channels
from saas_app.ui.pages.settings.connected import Connected
from saas_app.ui.pages.settings.privacy import page as privacy
from saas_app.ui.pages.settings.privacy.state import Privacy
from saas_app.ui.pages.settings.profile import page as profile
from saas_app.ui.pages.settings.profile.state import Profile
from saas_app.ui.pages.settings.security import page as security
from saas_app.ui.pages.settings.security.happenings import Happenings
from saas_app.ui.pages.settings.security.log_ins import LogIns
from saas_app.ui.pages.settings.security.passkeys_state import Passkeys
from saas_app.ui.pages.settings.security.two_factor_state import TwoFactor
from saas_app.ui.pages.settings.team import page as team
from saas_app.ui.pages.settings.team.state import Team
from saas_app.ui.pages.tutorial import page as tutorial
from saas_app.ui.pages.tutorial.state import Tutorial
from saas_app.ui.pages.why import page as why
from saas_app.ui.pages.why.state import Why
from saas_app.ui.state.first_steps import FirstSteps
from saas_app.ui.state.shell import Shell
from saas_app.ui.state.tour import Tour


class Audience(StrEnum):
    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"


SIGNED_IN = Audience.SIGNED_IN


@dataclass(frozen=True, slots=True)
class Page:
    """One row. `title` is a key below `title.`; `load` runs when the page is opened.

    An article brings words of its own: `heading` and `summary`.
    """

    path: str
    view: Callable[[], rx.Component]
    title: str
    audience: Audience = Audience.EVERYONE
    load: tuple[Any, ...] = ()
    indexed: bool = False
    not_found: bool = False
    heading: str = ""
    summary: str = ""

    @property
    def named(self) -> str:
        return self.heading or text(f"title.{self.title}")


def _article(article: articles.Article) -> Page:
    return Page(
        routes.article(article.slug),
        partial(learn.article, article),
        f"learn_{article.slug}",
        indexed=True,
        heading=article.title,
        summary=article.summary,
    )


PAGES: tuple[Page, ...] = (
    Page(routes.LANDING, landing.page, "landing", load=(Pricing.load,), indexed=True),
    Page(routes.PRICING, pricing.page, "pricing", load=(Pricing.load,), indexed=True),
    Page(routes.HELP, help_page.page, "help", indexed=True),
    Page(routes.LEARN, learn.index, "learn", indexed=True),
    *(_article(article) for article in articles.every()),
    Page(routes.REGISTER, accounts.register, "register", load=(Providers.load,), indexed=True),
    Page(routes.LOGIN, accounts.login, "login", load=(Arrived.load, Providers.load), indexed=True),
    Page(routes.PROVIDER_STOPPED, provider.stopped, "provider_stopped", load=(Providers.load,)),
    Page(routes.PROVIDER_AGAIN, provider.again, "provider_again", load=(Providers.load,)),
    Page(routes.PROVIDER_AWAY, provider.away, "provider_away", load=(Providers.load,)),
    Page(routes.PROVIDER_LETTER, provider.letter, "provider_letter"),
    Page(routes.PROVIDER_ADDRESS, provider.address, "provider_address"),
    Page(routes.PROVIDER_KNOWN, provider.known, "provider_known"),
    Page(routes.PROVIDER_CONNECT, provider.connect, "provider_connect"),
    Page(routes.SECOND_STEP, accounts.second_step, "second_step"),
    Page(routes.VERIFY_EMAIL, accounts.verify_email, "verify_email"),
    Page(routes.RESEND, accounts.resend, "resend"),
    Page(routes.FORGOT, accounts.forgot, "forgot"),
    Page(routes.RESET, accounts.reset, "reset"),
    Page(routes.CHANGE_EMAIL, accounts.change_email, "change_email"),
    Page(routes.UNSUBSCRIBE, accounts.unsubscribe, "unsubscribe"),
    Page(routes.LINK_EXPIRED, dead_links.expired, "link_expired", load=(DeadLink.load,)),
    Page(routes.LINK_USED, dead_links.used, "link_used", load=(DeadLink.load,)),
    Page(routes.LINK_UNKNOWN, dead_links.unknown, "link_unknown", load=(DeadLink.load,)),
    Page(routes.ONBOARDING, onboarding.page, "onboarding", SIGNED_IN, (Wizard.load,)),
    Page(
        routes.DASHBOARD,
        dashboard.page,
        "dashboard",
        SIGNED_IN,
        (Shell.load, Dashboard.load, FirstSteps.load, Tour.load),
    ),
    Page(routes.CHART, charts.page, "chart", SIGNED_IN, (Shell.load, ChartState.load, Tour.load)),
    Page(
        routes.WATCHLISTS,
        watchlists.page,
        "watchlists",
        SIGNED_IN,
        (Shell.load, Watchlists.load, Tour.load),
    ),
    Page(routes.INSIGHTS, insights.page, "insights", SIGNED_IN, (Shell.load, Insights.load)),
    Page(routes.SCANNER, scanner.page, "scanner", SIGNED_IN, (Shell.load, Scanner.load)),
    Page(
        routes.ALERTS, alerts.page, "alerts", SIGNED_IN, (Shell.load, Alerts.load, AlertFilter.load)
    ),
    Page(routes.TUTORIAL, tutorial.page, "tutorial", SIGNED_IN, (Shell.load, Tutorial.load)),
    Page(
        routes.NOTIFICATIONS,
        notifications.page,
        "notifications",
        SIGNED_IN,
        (Shell.load, Notifications.load, Tour.load),
    ),
    Page(
        routes.SETTINGS_PROFILE,
        profile.page,
        "settings_profile",
        SIGNED_IN,
        (Shell.load, Profile.load, FirstSteps.load, Tour.load),
    ),
    Page(
        routes.SETTINGS_ACCOUNT,
        account.page,
        "settings_account",
        SIGNED_IN,
        (Shell.load, Account.load),
    ),
    Page(routes.INVITATION, invitation.page, "invitation"),
    Page(routes.SETTINGS_TEAM, team.page, "settings_team", SIGNED_IN, (Shell.load, Team.load)),
    Page(
        routes.SETTINGS_PRIVACY,
        privacy.page,
        "settings_privacy",
        SIGNED_IN,
        (Shell.load, Privacy.load),
    ),
    Page(
        routes.SETTINGS_APPEARANCE,
        appearance.page,
        "settings_appearance",
        SIGNED_IN,
        (Shell.load, Appearance.load),
    ),
    Page(
        routes.SETTINGS_SECURITY,
        security.page,
        "settings_security",
        SIGNED_IN,
        (
            Shell.load,
            TwoFactor.load,
            Passkeys.load,
            Connected.load,
            LogIns.load,
            Happenings.load,
        ),
    ),
    Page(
        routes.SETTINGS_NOTIFICATIONS,
        channels.page,
        "settings_notifications",
        SIGNED_IN,
        (Shell.load, Channels.load),
    ),
    Page(
        routes.SETTINGS_API_KEYS,
        api_keys.page,
        "settings_api_keys",
        SIGNED_IN,
        (Shell.load, ApiKeys.load),
    ),
    Page(
        routes.CHANGE_PLAN,
        change.page,
        "change_plan",
        SIGNED_IN,
        (Shell.load, ChangePlan.load),
    ),
    Page(
        routes.SETTINGS_BILLING,
        billing.page,
        "settings_billing",
        SIGNED_IN,
        (Shell.load, Billing.load, Money.load, Tour.load),
    ),
    Page(routes.CONTRACT_ASK, ask.page, "enterprise", indexed=True),
    Page(
        routes.SETTINGS_CONTRACT,
        contract.page,
        "contract",
        SIGNED_IN,
        (Shell.load, Contract.load),
    ),
    Page(routes.WHY, why.page, "why", SIGNED_IN, (Shell.load, Why.load)),
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
            title=f"{page.named} · {brand}",
            description=page.summary or text("title.description", brand=brand),
            on_load=list(page.load) or None,
            context=None if page.indexed else {"sitemap": None},
        )
