"""What the signed-in frame shows on every page: the plan, a banner when something is due, the bell.

Kept fresh by the hub: `watch` waits for news of this workspace, never polls.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from saas_app.accounts import sessions
from saas_app.accounts.own_data import deletion
from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock, dates, live
from saas_app.core.db import snapshot
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import summary
from saas_app.entitlements.summary import Summary
from saas_app.notifications import dispatch
from saas_app.onboarding import starting_points, wizard
from saas_app.plans.access import Reason, Status
from saas_app.teams import accepting
from saas_app.ui import routes
from saas_app.ui.state import admission, following
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.news import News
from saas_app.ui.state.session import Session, session_cookie
from saas_app.workspaces import memberships


@dataclass(frozen=True, slots=True)
class Banner:
    """`tone` is info, warn or bad; empty text means there is nothing to say."""

    tone: str = "info"
    text: str = ""
    href: str = ""
    label: str = ""
    of_payment: bool = False  # the billing page says the same and more


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another workspace that is open to this person."""

    key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """Where one is, where one could be, and where one is asked to."""

    workspace: str
    elsewhere: list[Elsewhere]
    asked_into: str


_ON_ITS_WAY_SECONDS = 1.5


class Shell(rx.State):
    plan: str = ""
    plan_name: str = ""
    unread: int = 0
    banner: Banner = Banner()
    clock_note: str = ""
    chart: str = routes.chart(routes.DEFAULT_SYMBOL)
    workspace: str = ""
    elsewhere: list[Elsewhere] = []
    ready: bool = False

    _opening: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        await self._refresh(who)
        return Shell.watch  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def watch(self) -> None:
        """Until the tab leaves or is opened anew; wakes for the workspace and for the person."""
        async with self:
            mine = self._opening = following.opening()  # as in `follow`: one is left
            who = await self._who()
        if who is None:
            return
        key, workspace_id = who.key, who.workspace_id
        news = News(live.workspace_topic(who.workspace_id), live.user_topic(who.user_id))
        while True:
            heard = await news.next(following.LOOK_AGAIN_SECONDS)
            async with self:
                who = await self._who()
                if self._opening != mine:
                    return
                if who is not None and who.workspace_id == workspace_id and heard:
                    await self._refresh(who)
            if who is not None and who.workspace_id != workspace_id:
                await self._close(mine)
                return
            # A step-up renews the cookie while its page still holds what it has to show or send.
            if who is None and not await asyncio.to_thread(_goes_on, key):
                await self._close(mine)
                return

    async def _close(self, mine: str) -> None:
        """The log-in behind this tab has ended, or acts in another workspace by now.

        A tab that logged itself out is on its way already: it gets a moment. Any other is opened
        again, which leads to the log-in, or shows it under a cookie that is newer than its socket's.
        """
        await asyncio.sleep(_ON_ITS_WAY_SECONDS)
        async with self:
            if self._opening == mine:
                (await self.get_state(Session))._leave(following.here(self))

    async def _who(self) -> SignedIn | None:
        return await asyncio.to_thread(admission.who, session_cookie(self))

    async def _refresh(self, who: SignedIn) -> None:
        found, self.unread, self.chart, due = await asyncio.to_thread(_read, who)
        around = await asyncio.to_thread(_around, who)
        self.plan = found.plan
        self.plan_name = found.access.catalogue.plan(found.plan, found.access.generation).name
        self.banner = (
            closing(due, who.time_zone) if due else banner(found, clock.now(), who.time_zone)
        )
        if not self.banner.text and around.asked_into:
            self.banner = asked_into(around.asked_into)
        following.put(self, workspace=around.workspace, elsewhere=around.elsewhere)
        self.clock_note = _clock_note(who.time_zone)
        self.ready = True


def _goes_on(key: str) -> bool:
    with snapshot() as session:
        return sessions.goes_on(session, key)


def banner(found: Summary, now: datetime, zone: str) -> Banner:
    """The one thing that most needs saying about this subscription, if any."""
    reason = found.access.reason
    pay = (routes.MANAGE_SUBSCRIPTION, text("banner.mend_card"))
    see = (routes.SETTINGS_BILLING, text("banner.see_billing"))
    if reason is Reason.IN_GRACE and found.grace_until:
        return Banner(
            "warn",
            text(
                "banner.in_grace",
                day=dates.day(found.grace_until, zone),
                days=_days(found.grace_until, now),
            ),
            *pay,
            of_payment=True,
        )
    if reason in {Reason.GRACE_OVER, Reason.UNPAID}:
        return Banner("bad", text("banner.grace_over"), *pay, of_payment=True)
    if found.resting_until:
        return Banner(
            "info", text("banner.resting", day=dates.day(found.resting_until, zone)), *see
        )
    if reason is Reason.PAUSED:
        return Banner("warn", text("banner.paused"), *pay)
    if found.cancel_at and found.status in {Status.TRIALING, Status.ACTIVE}:
        return Banner("info", text("banner.canceling", day=dates.day(found.cancel_at, zone)), *see)
    if found.trial_end and found.status == Status.TRIALING:
        return Banner(
            "info",
            text(
                "banner.trial",
                day=dates.day(found.trial_end, zone),
                days=_days(found.trial_end, now),
            ),
            *see,
        )
    return Banner()


def _days(until: datetime, now: datetime) -> str:
    days = max(0, -(-int((until - now).total_seconds()) // 86400))
    return text("banner.day") if days == 1 else text("banner.days", count=days)


def closing(due: datetime, zone: str) -> Banner:
    """Nothing about a subscription matters more to somebody whose account is about to close."""
    return Banner(
        "warn",
        text("banner.closing", day=dates.day(due, zone)),
        f"{routes.SETTINGS_ACCOUNT}#close",
        text("banner.keep_account"),
    )


def asked_into(workspace: str) -> Banner:
    return Banner(
        "info",
        text("banner.asked_into", workspace=workspace),
        f"{routes.SETTINGS_TEAM}#invited",
        text("banner.answer"),
    )


def _around(who: SignedIn) -> Around:
    with snapshot() as session:
        places = memberships.places_of(session, who.user_id)
        asked = accepting.to_person(session, who.user_id)
    here = [each.workspace.name for each in places if each.workspace.id == who.workspace_id]
    return Around(
        "".join(here),
        [
            Elsewhere(each.workspace.key, each.workspace.name)
            for each in places
            if each.workspace.id != who.workspace_id and not each.suspended
        ],
        asked[0][1].name if asked else "",
    )


def _read(who: SignedIn) -> tuple[Summary, int, str, datetime | None]:
    """The subscription, what is unread, the chart to begin with, and when the account closes."""
    with snapshot() as session:
        found = summary.of(session, who.workspace_id, clock.now())
        kept = wizard.answers(session, who.user_id)
        first = starting_points.first_chart(found.access, kept, usual=routes.DEFAULT_SYMBOL)
        chart = (first.symbol, first.timeframe) if first else (routes.DEFAULT_SYMBOL, "")
        leaving = deletion.pending(session, who.user_id)
        return (
            found,
            dispatch.unread(session, who.user_id),
            routes.chart(*chart),
            leaving.due_at if leaving else None,
        )


def _clock_note(zone: str) -> str:
    moved = settings().sandboxed and clock.lead().total_seconds() != 0
    return text("shell.clock_moved", moment=dates.moment(clock.now(), zone)) if moved else ""
