"""The billing page's behaviour: show, cancel, resume; fresh whenever the workspace has news."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import reflex as rx
from sqlmodel import Session as DbSession

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.accounts.sessions import SignedIn
from saas_app.billing import cancellation, invoices
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.texts import has, text
from saas_app.entitlements import summary, usage
from saas_app.ui.pages.billing import rows
from saas_app.ui.pages.billing.rows import InvoiceRow, MeterRow, PlanCard
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import Session
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Permission


class Billing(rx.State):
    plan: PlanCard = PlanCard()
    meters: list[MeterRow] = []
    invoices: list[InvoiceRow] = []
    may_manage: bool = False
    asking: bool = False
    ready: bool = False

    _opening: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        await self._look_again(who)
        await self._repeat_notice()
        return Billing.watch  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def watch(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def ask_cancel(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        """Spell the consequence out before anything happens."""
        self.asking = True

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def keep(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.asking = False

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def cancel(self, who: SignedIn) -> None:
        await asyncio.to_thread(_cancel, who)
        self.asking = False
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.canceled"))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def resume(self, who: SignedIn) -> None:
        await asyncio.to_thread(_resume, who)
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.resumed"))

    async def _look_again(self, who: SignedIn) -> None:
        plan, meters, billed, may_manage = await asyncio.to_thread(_read, who)
        put(self, plan=plan, meters=meters, invoices=billed, may_manage=may_manage, ready=True)

    def _forget(self) -> None:
        put(self, plan=PlanCard(), meters=[], invoices=[], may_manage=False, ready=False)

    async def _repeat_notice(self) -> None:
        """A plain address of ours refused something and sent the browser here with the reason's code."""
        code = parse_qs(urlsplit(self.router.url).query).get("notice", [""])[0]
        if has(f"billing_page.notice.{code}"):
            (await self.get_state(Session))._say(text(f"billing_page.notice.{code}"), "info")


def _read(who: SignedIn) -> tuple[PlanCard, list[MeterRow], list[InvoiceRow], bool]:
    now = clock.now()
    with snapshot() as session:
        card = rows.plan_card(summary.of(session, who.workspace_id, now))
        meters = [rows.meter_row(line) for line in usage.summary(session, who.workspace_id, now)]
        billed = _billed(session, who)
        role = memberships.role_of(session, who.workspace_id, who.user_id)
    return card, meters, billed, role is not None and roles.may(role, Permission.MANAGE_BILLING)


def _billed(session: DbSession, who: SignedIn) -> list[InvoiceRow]:
    role = memberships.role_of(session, who.workspace_id, who.user_id)
    if role is None or not roles.may(role, Permission.VIEW_BILLING):
        return []
    return [rows.invoice_row(row) for row in invoices.of(session, who.workspace_id)]


def _cancel(who: SignedIn) -> None:
    cancellation.at_period_end(*_payer(who))


def _resume(who: SignedIn) -> None:
    cancellation.resume(*_payer(who))


def _payer(who: SignedIn) -> tuple[Workspace, User]:
    with snapshot() as session:
        workspace = memberships.require(
            session, who.workspace_id, who.user_id, Permission.MANAGE_BILLING
        )
        return workspace, people.by_id(session, who.user_id)
