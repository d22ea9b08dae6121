"""The change page's behaviour: choose, look at the preview, confirm. The quote's key stays here."""

import asyncio
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.billing.change_plan import confirm, preview, quotes
from saas_app.billing.change_plan.confirm import Outcome
from saas_app.billing.change_plan.errors import QuoteOvertaken
from saas_app.core import clock, dates
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.entitlements import rehearsal, summary
from saas_app.ui.pages.billing.change import rows
from saas_app.ui.pages.billing.change.rows import Offer, Preview
from saas_app.ui.pages.billing.keeper import Keeper
from saas_app.ui.pages.billing.payer import payer
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission

Step = Literal["choose", "preview", "done"]
_MOST_SEATS = 10_000
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote with its words, and what its smaller limits would mean."""

    key: str
    preview: Preview
    rests: list[str]
    less: list[str]
    price: str
    seats: int


@dataclass(frozen=True, slots=True)
class Standing:
    plan: str
    name: str
    interval: str
    seats: int
    alive: bool


class ChangePlan(rx.State):
    step: Step = "choose"
    offers: list[Offer] = []
    now: Standing = Standing("", "", "", 1, alive=False)
    plan: str = ""
    interval: str = ""
    seats: int = 1
    code: str = ""
    preview: Preview = Preview()
    rests: list[str] = []
    less: list[str] = []
    outcome: str = ""
    outcome_text: str = ""
    pay_url: str = ""
    note: str = ""
    ready: bool = False

    _quote: str = ""

    @rx.var
    def per_seat(self) -> bool:
        return any(each.per_seat for each in self.offers if each.id == self.plan)

    @rx.event
    @guarded(Permission.VIEW)
    async def load(self, who: SignedIn) -> None:
        self.reset()
        self.offers = rows.offers(offer.catalogue())
        self.now = await asyncio.to_thread(_standing, who)
        asked = parse_qs(urlsplit(self.router.url).query)
        known = {each.id for each in self.offers}
        plan = asked.get("plan", [self.now.plan])[0]
        self.plan = plan if plan in known else self.now.plan
        interval = asked.get("interval", [self.now.interval])[0]
        self.interval = interval if interval in {"month", "year"} else "month"
        self.seats = self._least(self.now.seats)
        self.ready = True

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def choose(self, who: SignedIn, plan: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        if plan in {each.id for each in self.offers}:
            self.plan = plan
            self.seats = self._least(self.seats)

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def every(self, who: SignedIn, interval: str) -> None:  # noqa: ARG002 — as above
        if interval in {"month", "year"}:
            self.interval = interval

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def more_seats(self, who: SignedIn, by: int) -> None:  # noqa: ARG002 — as above
        self.seats = min(_MOST_SEATS, self._least(self.seats + (1 if by > 0 else -1)))

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def with_code(self, who: SignedIn, code: str) -> None:  # noqa: ARG002 — as above
        self.code = code.strip()[:_LONGEST_CODE]

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def look(self, who: SignedIn) -> None:
        """What the choice costs, to the cent. Nothing is changed yet."""
        wish = (self.plan, self.interval, self.seats if self.per_seat else 1, self.code)
        await self._show(who, await asyncio.to_thread(_previewed, who, *wish))
        self.note = ""

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def back(self, who: SignedIn) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.step, self.note = "choose", ""

    @rx.event
    @guarded(Permission.MANAGE_BILLING)
    async def confirm(self, who: SignedIn) -> None:
        """Do what was shown. Where it is not true any more, show what is, and ask again."""
        try:
            done = await asyncio.to_thread(_confirmed, who, self._quote)
        except QuoteOvertaken as overtaken:
            await self._show(who, await asyncio.to_thread(_shown, who, overtaken.fresh.key))
            self.note = overtaken.message
            return
        self.outcome, self.outcome_text, self.pay_url = done
        self.step = "done"
        (await self.get_state(Session))._say(self.outcome_text, _LEVELS[Outcome(self.outcome)])

    async def _show(self, who: SignedIn, shown: Shown) -> None:
        self._quote, self.preview = shown.key, shown.preview
        self.rests, self.less = shown.rests, shown.less
        await (await self.get_state(Keeper))._open(who, shown.price, shown.seats)
        self.step = "preview"

    def _least(self, seats: int) -> int:
        least = next((each.least_seats for each in self.offers if each.id == self.plan), 1)
        return max(seats, least, 1)


_LEVELS: dict[Outcome, Literal["good", "info"]] = {
    Outcome.DONE: "good",
    Outcome.SCHEDULED: "good",
    Outcome.PAYMENT_NEEDED: "info",
}


def _standing(who: SignedIn) -> Standing:
    with snapshot() as session:
        found = summary.of(session, who.workspace_id, clock.now())
    name = found.access.catalogue.plan(found.plan, found.access.generation).name
    alive = found.interval is not None and found.status in {"trialing", "active", "past_due"}
    return Standing(found.plan, name, found.interval or "", found.seats, alive)


def _previewed(who: SignedIn, plan: str, interval: str, seats: int, code: str) -> Shown:
    workspace, _ = payer(who)
    quote = preview.quote(workspace, plan=plan, interval=interval, seats=seats, code=code)
    return _shown(who, quote.key)


def _shown(who: SignedIn, key: str) -> Shown:
    catalogue, now = offer.catalogue(), clock.now()
    with snapshot() as session:
        quote = quotes.find(session, who.workspace_id, key)
        found = rehearsal.of(session, who.workspace_id, now, price=quote.price, seats=quote.seats)
    return Shown(
        key,
        rows.preview(quote, catalogue, who.time_zone),
        rows.rests(found),
        rows.less(found, catalogue),
        quote.price,
        quote.seats,
    )


def _confirmed(who: SignedIn, key: str) -> tuple[str, str, str]:
    if not key:
        raise NotFound(text("change_page.nothing_chosen"))
    workspace, user = payer(who)
    done = confirm.confirm(workspace, user, key)
    with snapshot() as session:
        quote = quotes.find(session, who.workspace_id, key)
    said = text(
        f"change_page.outcome.{done.outcome}",
        plan=offer.catalogue().plan(quote.plan).name,
        day=dates.day(quote.next_at, who.time_zone),
    )
    return done.outcome.value, said, done.pay_url or ""
