"""The scanner's behaviour: read again as often as the plan says, sort, filter, keep filters."""

import asyncio
import time
from typing import Any, Literal

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.core import clock, dates, rate_limit
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.market import filters, scanner, scanning
from saas_app.market.filters import Filter
from saas_app.market.saved_filters import Removed
from saas_app.ui import routes
from saas_app.ui.pages.alerts.rows import Option
from saas_app.ui.pages.market.scanner import looks, rows
from saas_app.ui.pages.market.scanner.looks import Seen
from saas_app.ui.pages.market.scanner.rows import Head, Line, Shut
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching

_CHOICES = {"direction": {"", "up", "down", "flat"}, "regime": {"", "calm", "normal", "high"}}


class Scanner(rx.State):
    ready: bool = False
    # Where the plan has no scanner at all: why, and which plan has.
    barred: str = ""
    lines: list[Line] = []
    heads: list[Head] = []
    shut: list[Shut] = []
    reading: str = ""
    read_at: str = ""
    every: str = ""
    no_refresh: str = ""
    failed: bool = False
    sort_by: str = "symbol"
    falling: bool = False
    # The filter, as it is chosen so far.
    markets: list[str] = []
    frames: list[str] = []
    chosen_markets: list[str] = []
    chosen_frames: list[str] = []
    direction: str = ""
    regime: str = ""
    numbers: dict[str, str] = {}
    problems: dict[str, str] = {}
    ignored: str = ""
    asks: int = 0
    saved: list[Option] = []
    used: str = ""
    name: str = ""
    answer: str = ""
    refused: bool = False
    lifted_by: str = ""
    undo: str = ""
    csv: str = ""
    json_: str = ""
    why_no_export: str = ""

    _wanted: dict[str, Any] = {}
    _removed: Removed | None = None
    _read: float = 0.0
    _opening: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening, self._read = following.opening(), 0.0
        self._say()
        await self._look_again(who)
        return Scanner.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded()
    async def refresh(self, who: SignedIn) -> None:
        """Now, by hand, where the plan lets one."""
        if self.no_refresh:
            return
        rate_limit.hit("scan", str(who.user_id), limit=60, seconds=60)
        self._read = 0.0
        await self._look_again(who)

    @rx.event
    @guarded()
    async def sort(self, who: SignedIn, column: str) -> None:
        if column not in ("symbol", *scanner.FULL):
            return
        self.falling = not self.falling if column == self.sort_by else column != "symbol"
        self.sort_by = column
        await self._anew(who)

    @rx.event
    @guarded()
    async def choose(
        self,
        who: SignedIn,
        name: Literal[
            "symbols",
            "timeframes",
            "direction",
            "regime",
            "min_volume",
            "min_multiple",
            "max_distance",
        ],
        value: str,
    ) -> None:
        """One condition more, less or another; what is no number stays beside its reason."""
        if name in filters.NUMBERS:
            self.numbers = {**self.numbers, name: value[:20]}
        elif value not in _CHOICES.get(name, {*self.markets, *self.frames}):
            return
        try:
            wanted = looks.changed(filters.read(self._wanted), name, value[:20])
        except ValueError:
            self.problems = {**self.problems, name: text("scanner.no_number")}
            return
        self.problems = {each: why for each, why in self.problems.items() if each != name}
        self._want(wanted)
        await self._anew(who)

    @rx.event
    @guarded()
    async def clear(self, who: SignedIn) -> None:
        self.used = self.name = ""
        self.problems = {}
        self._want(filters.NOTHING)
        await self._anew(who)

    @rx.event
    @guarded()
    async def write_name(self, who: SignedIn, name: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.name = name[:200]

    @rx.event
    @guarded()
    async def save(self, who: SignedIn) -> None:
        try:
            await asyncio.to_thread(looks.save, who, self.name, filters.read(self._wanted))
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
            return
        self._say(text("filters.saved", name=self.name))
        await self._look_again(who)

    @rx.event
    @guarded()
    async def rename(self, who: SignedIn) -> None:
        """The filter that is in use takes the name that is written."""
        if not self.used:
            return
        try:
            await asyncio.to_thread(looks.rename, who, int(self.used), self.name)
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
            return
        self._say(text("filters.renamed", name=self.name))
        await self._look_again(who)

    @rx.event
    @guarded()
    async def use(self, who: SignedIn, filter_id: str) -> None:
        """Take up a saved filter; the empty choice keeps what stands in the form."""
        if not filter_id.isdecimal():
            return
        self.name, wanted = await asyncio.to_thread(looks.kept, who, int(filter_id[:9]))
        self.used = filter_id[:9]
        self._want(wanted)
        await self._anew(who)

    @rx.event
    @guarded()
    async def remove(self, who: SignedIn) -> None:
        """The filter that is in use; its conditions stay in the form."""
        if not self.used:
            return
        self._removed = await asyncio.to_thread(looks.remove, who, int(self.used))
        self.used = ""
        self._say()
        self.undo = text("filters.removed", name=self._removed.name)
        await self._look_again(who)

    @rx.event
    @guarded()
    async def put_back(self, who: SignedIn) -> None:
        removed, self._removed, self.undo = self._removed, None, ""
        if removed is None:
            return
        try:
            await asyncio.to_thread(looks.put_back, who, removed)
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
        await self._look_again(who)

    async def _anew(self, who: SignedIn) -> None:
        self._read = 0.0
        await self._look_again(who)

    async def _look_again(self, who: SignedIn) -> None:
        try:
            seen = await asyncio.to_thread(looks.look, who)
        except NeedsUpgrade as refusal:
            plan = offer.catalogue().find(refusal.facts.get("upgrade_to"))
            put(self, barred=refusal.message, lifted_by=plan.name if plan else "", lines=[])
            put(self, ready=True)
            return
        self._show(seen)
        if time.monotonic() - self._read >= seen.scope.seconds or self.reading or self.failed:
            await self._scan(who, seen)
        put(self, ready=True, barred="")

    async def _scan(self, who: SignedIn, seen: Seen) -> None:
        wanted = filters.read(self._wanted)
        try:
            found, missing = await asyncio.to_thread(looks.rows, seen.scope, wanted)
        except (OSError, SaasError):
            put(self, failed=True)
            return
        # A column that is shut must not tell by its order.
        by = "symbol" if self.sort_by in seen.scope.locked else self.sort_by
        self._read = time.monotonic()
        put(
            self,
            failed=False,
            lines=rows.lines(found, seen.scope, by, falling=self.falling),
            reading=text("scanner.reading", count=missing) if missing else "",
            read_at=text("scanner.read_at", moment=dates.moment(clock.wall(), who.time_zone)),
        )

    def _show(self, seen: Seen) -> None:
        by_hand = scanning.by_hand(seen.standing)
        wanted = filters.read(self._wanted)
        _, ignored = scanning.opened(seen.scope, wanted)
        query = looks.query(wanted)
        put(
            self,
            heads=rows.heads(seen.scope, seen.standing, self.sort_by, falling=self.falling),
            shut=rows.shut(seen.scope),
            every=text("scanner.every", count=seen.scope.seconds),
            no_refresh=routes.why(by_hand.feature) if by_hand else "",
            markets=list(dict.fromkeys(symbol for symbol, _ in seen.scope.charts)),
            frames=list(dict.fromkeys(frame for _, frame in seen.scope.charts)),
            ignored=text("scanner.ignored") if ignored else "",
            asks=wanted.asks,
            saved=[Option(str(each.id), each.name) for each in seen.saved],
            csv=f"{routes.export('scanner', 'csv')}{query}",
            json_=f"{routes.export('scanner', 'json')}{query}",
            why_no_export=_why(looks.may_export(seen.standing)),
        )

    def _want(self, wanted: Filter) -> None:
        self._wanted = filters.kept(wanted)
        written = {name: getattr(wanted, name) for name in filters.NUMBERS}
        put(
            self,
            chosen_markets=list(wanted.symbols),
            chosen_frames=list(wanted.timeframes),
            direction=wanted.direction,
            regime=wanted.regime,
            numbers={n: "" if each is None else f"{each:g}" for n, each in written.items()},
        )

    def _say(self, said: str = "", *, refused: bool = False) -> None:
        put(self, answer=said, refused=refused, undo="")

    def _forget(self) -> None:
        put(self, lines=[], saved=[], ready=False, undo="")


def _why(feature: str) -> str:
    return routes.why(feature) if feature else ""
