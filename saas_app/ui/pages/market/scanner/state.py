"""The scanner's behaviour: read again as often as the plan says, sort, filter, keep filters."""

import asyncio
import time
from typing import Literal

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.core import clock, dates, rate_limit
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.market import filters, scanner, scanning
from saas_app.market.filters import Filter
from saas_app.market.saved_filters import On
from saas_app.ui import routes
from saas_app.ui.components.exports import Files, files
from saas_app.ui.pages.market import filtering
from saas_app.ui.pages.market.kept_filters import KeptFilters
from saas_app.ui.pages.market.scanner import looks, rows
from saas_app.ui.pages.market.scanner.looks import Seen
from saas_app.ui.pages.market.scanner.rows import Head, Line, Shut
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching

_CHOICES = {"direction": {"", "up", "down", "flat"}, "regime": {"", "calm", "normal", "high"}}


class Scanner(KeptFilters, rx.State):
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
    lifted_by: str = ""
    files: Files = Files()

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
            wanted = filtering.changed(filters.read(self._wanted), name, value[:20])
        except ValueError:
            self.problems = {**self.problems, name: text("scanner.no_number")}
            return
        self.problems = {each: why for each, why in self.problems.items() if each != name}
        self._want(wanted)
        await self._anew(who)

    def _list(self) -> On:
        return On.SCANNER

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
        opened, ignored = scanning.opened(seen.scope, wanted)
        self._list_saved(seen.saved)
        put(
            self,
            heads=rows.heads(seen.scope, seen.standing, self.sort_by, falling=self.falling),
            shut=rows.shut(seen.scope),
            every=text("scanner.every", count=seen.scope.seconds),
            no_refresh=routes.why(by_hand.feature) if by_hand else "",
            markets=list(dict.fromkeys(symbol for symbol, _ in seen.scope.charts)),
            frames=list(dict.fromkeys(frame for _, frame in seen.scope.charts)),
            ignored=text("scanner.ignored") if ignored else "",
            files=files(seen.standing, "scanner", filtering.query(opened)),
        )

    def _draw(self, wanted: Filter) -> None:
        written = {name: getattr(wanted, name) for name in filters.NUMBERS}
        put(
            self,
            problems=self.problems if wanted.asks else {},
            chosen_markets=list(wanted.symbols),
            chosen_frames=list(wanted.timeframes),
            direction=wanted.direction,
            regime=wanted.regime,
            numbers={n: "" if each is None else f"{each:g}" for n, each in written.items()},
        )

    def _forget(self) -> None:
        put(self, lines=[], saved=[], ready=False, undo="")
