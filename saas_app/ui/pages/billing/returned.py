"""Coming back from Checkout: the success page checks and syncs by itself, webhook or not."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import checkout
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.entitlements import summary
from saas_app.ui import routes
from saas_app.ui.layouts.public import site
from saas_app.ui.pages.billing import rows
from saas_app.ui.state.guard import guarded
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission


class Returned(rx.State):
    """`outcome` is "", "paid", "open" or "trouble"."""

    outcome: str = ""
    plan: str = ""
    detail: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        session_id = parse_qs(urlsplit(self.router.url).query).get("session_id", [""])[0]
        try:
            self.outcome, self.plan, self.detail = await asyncio.to_thread(_finish, who, session_id)
        except SaasError as refusal:
            self.outcome, self.plan, self.detail = "trouble", "", refusal.message


def _finish(who: SignedIn, session_id: str) -> tuple[str, str, str]:
    with snapshot() as session:
        workspace = memberships.require(session, who.workspace_id, who.user_id, Permission.VIEW)
    returned = checkout.finish(session_id, workspace)
    with snapshot() as session:
        card = rows.plan_card(summary.of(session, who.workspace_id, clock.now()), who.time_zone)
    return ("paid" if returned.paid else "open"), card.name, card.state


def success() -> rx.Component:
    return site(
        rx.el.section(
            rx.match(
                Returned.outcome,
                ("paid", _paid()),
                (
                    "open",
                    _face(
                        "clock",
                        text("returned.open"),
                        Returned.detail,
                        routes.PRICING,
                        text("nav.pricing"),
                    ),
                ),
                (
                    "trouble",
                    _face(
                        "life-buoy",
                        text("returned.trouble"),
                        Returned.detail,
                        routes.SETTINGS_BILLING,
                        text("nav.billing"),
                    ),
                ),
                _face("loader", text("returned.checking"), text("returned.checking_text"), "", ""),
            ),
            class_name="empty wrap pending",
            custom_attrs={"aria-live": "polite", "data-testid": "returned"},
        )
    )


def canceled() -> rx.Component:
    return site(
        rx.el.section(
            _face(
                "undo-2",
                text("returned.canceled"),
                text("returned.canceled_text"),
                routes.PRICING,
                text("returned.back_to_plans"),
            ),
            class_name="empty wrap pending",
        )
    )


def _paid() -> rx.Component:
    return rx.fragment(
        rx.icon("circle-check", size=56),
        rx.el.h1(text("returned.paid"), " ", Returned.plan),
        rx.el.p(Returned.detail),
        rx.el.div(
            rx.el.a(
                text("returned.to_charts"),
                href=routes.chart(routes.DEFAULT_SYMBOL),
                class_name="button button--primary",
            ),
            rx.el.a(
                text("nav.billing"),
                href=routes.SETTINGS_BILLING,
                class_name="button button--secondary",
            ),
            class_name="row",
        ),
    )


def _face(icon: str, title: str, words: str | rx.Var[str], href: str, label: str) -> rx.Component:
    return rx.fragment(
        rx.icon(icon, size=48),
        rx.el.h1(title),
        rx.el.p(words),
        rx.el.a(label, href=href, class_name="button button--primary") if href else rx.fragment(),
    )
