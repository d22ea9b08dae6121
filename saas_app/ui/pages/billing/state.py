"""The billing page's behaviour: show, cancel, resume; fresh whenever the workspace has news."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import reflex as rx
from sqlmodel import Session as DbSession

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import cancellation, invoices, pausing, promotions
from saas_app.billing.change_plan import confirm
from saas_app.billing.changing import CancelReason, Feedback
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.printable import printable
from saas_app.core.texts import has, text
from saas_app.entitlements import rehearsal, summary, usage
from saas_app.ui.pages.billing import rows
from saas_app.ui.pages.billing.change import rows as change_rows
from saas_app.ui.pages.billing.keeper import Keeper
from saas_app.ui.pages.billing.payer import payer
from saas_app.ui.pages.billing.rows import AheadCard, InvoiceRow, MeterRow, PlanCard
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import Session
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

_LONGEST = 500
_PAGE = 12
_MOST = 600


class Billing(rx.State):
    plan: PlanCard = PlanCard()
    ahead: AheadCard = AheadCard()
    meters: list[MeterRow] = []
    invoices: list[InvoiceRow] = []
    has_more: bool = False
    may_manage: bool = False
    asking: bool = False
    rests: list[str] = []
    ready: bool = False

    _opening: str = ""
    _shown: int = _PAGE

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening, self._shown = following.opening(), _PAGE
        await self._look_again(who)
        await self._repeat_notice()
        return Billing.watch  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def watch(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded(Permission.VIEW_BILLING)
    async def show_more(self, who: SignedIn) -> None:
        """A page more of the invoices."""
        self._shown = min(self._shown + _PAGE, _MOST)
        await self._look_again(who)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def ask_cancel(self, who: SignedIn) -> None:
        """Spell the consequence out before anything happens."""
        self.rests = await asyncio.to_thread(_rests, who)
        await (await self.get_state(Keeper))._open(who, None)
        self.asking = True

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def keep(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.asking = False

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def cancel(self, who: SignedIn, answers: dict[str, Any]) -> None:
        at_once = answers.get("when") == "now"
        await asyncio.to_thread(_cancel, who, _reason(answers), at_once=at_once)
        self.asking = False
        await self._look_again(who)
        said = "billing_page.canceled_now" if at_once else "billing_page.canceled"
        (await self.get_state(Session))._say(text(said))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def pause(self, who: SignedIn) -> None:
        await asyncio.to_thread(lambda: pausing.pause(*payer(who)))
        self.asking = False
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.pause_began"))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def wake(self, who: SignedIn) -> None:
        """Go on, or say where to pay so that it can."""
        _, pay_url = await asyncio.to_thread(lambda: pausing.wake(*payer(who)))
        await self._look_again(who)
        session = await self.get_state(Session)
        if pay_url is None:
            session._say(text("billing_page.woken"))
        else:
            said, label = text("billing_page.wake_unpaid"), text("change_page.pay")
            session._say(said, "info", href=pay_url, label=label)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def redeem(self, who: SignedIn, answers: dict[str, Any]) -> None:
        """Put a promotion code on the subscription as it runs."""
        code = answers.get("code")
        typed = code.strip()[:_LONGEST] if isinstance(code, str) else ""
        await asyncio.to_thread(lambda: promotions.redeem(*payer(who), typed))
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.code.used"))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def undo(self, who: SignedIn) -> None:
        """Take a change that waits for the period's end off again."""
        await asyncio.to_thread(lambda: confirm.undo(*payer(who)))
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.undone"))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def resume(self, who: SignedIn) -> None:
        await asyncio.to_thread(_resume, who)
        await self._look_again(who)
        (await self.get_state(Session))._say(text("billing_page.resumed"))

    async def _look_again(self, who: SignedIn) -> None:
        (plan, ahead), meters, billed, may_manage = await asyncio.to_thread(_read, who, self._shown)
        put(
            self,
            plan=plan,
            ahead=ahead,
            meters=meters,
            invoices=billed[: self._shown],
            has_more=len(billed) > self._shown,
            may_manage=may_manage,
            ready=True,
        )

    def _forget(self) -> None:
        put(
            self,
            plan=PlanCard(),
            ahead=AheadCard(),
            meters=[],
            invoices=[],
            has_more=False,
            may_manage=False,
            ready=False,
        )

    async def _repeat_notice(self) -> None:
        """A plain address of ours refused something and sent the browser here with the reason's code."""
        code = parse_qs(urlsplit(self.router.url).query).get("notice", [""])[0]
        if has(f"billing_page.notice.{code}"):
            (await self.get_state(Session))._say(text(f"billing_page.notice.{code}"), "info")


def _read(
    who: SignedIn, shown: int
) -> tuple[tuple[PlanCard, AheadCard], list[MeterRow], list[InvoiceRow], bool]:
    now = clock.now()
    with snapshot() as session:
        found = summary.of(session, who.workspace_id, now)
        card = rows.plan_card(found, who.time_zone), rows.ahead_card(found, who.time_zone)
        meters = [
            rows.meter_row(line, who.time_zone)
            for line in usage.summary(session, who.workspace_id, now)
        ]
        billed = _billed(session, who, shown + 1)
        role = memberships.role_of(session, who.workspace_id, who.user_id)
    return card, meters, billed, role is not None and roles.may(role, Permission.MANAGE_BILLING)


def _billed(session: DbSession, who: SignedIn, limit: int) -> list[InvoiceRow]:
    role = memberships.role_of(session, who.workspace_id, who.user_id)
    if role is None or not roles.may(role, Permission.VIEW_BILLING):
        return []
    back = invoices.given_back(session, who.workspace_id)
    return [
        rows.invoice_row(row, who.time_zone, given_back=back.get(row.stripe_id, 0))
        for row in invoices.of(session, who.workspace_id, limit)
    ]


def _cancel(who: SignedIn, reason: CancelReason, *, at_once: bool) -> None:
    end = cancellation.at_once if at_once else cancellation.at_period_end
    end(*payer(who), reason=reason)


def _reason(answers: dict[str, Any]) -> CancelReason:
    """What the form says; an answer that is none of ours is no answer."""
    feedback = answers.get("feedback")
    known = Feedback(feedback) if feedback in set(Feedback) else None
    comment = answers.get("comment")
    said = printable(comment)[:_LONGEST] if isinstance(comment, str) else ""
    return CancelReason(known, said or None)


def _rests(who: SignedIn) -> list[str]:
    with snapshot() as session:
        found = rehearsal.of(session, who.workspace_id, clock.now(), price=None)
    return change_rows.rests(found)


def _resume(who: SignedIn) -> None:
    cancellation.resume(*payer(who))
