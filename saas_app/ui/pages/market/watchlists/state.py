"""The watchlist's behaviour: add, remove and put back, move, and prices that follow the market."""

import asyncio
from typing import Literal

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.core.db import transaction
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.market import feed, symbols, watchlist
from saas_app.market.watchlist import Removed
from saas_app.ui.pages.market import reach, watched
from saas_app.ui.pages.market.reach import Frame, Group
from saas_app.ui.pages.market.rows import NO_METER, MeterRow, Tick
from saas_app.ui.pages.market.watched import Item
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.workspaces.roles import Permission

_FIRST = "EURUSD"


class Watchlists(rx.State):
    ready: bool = False
    items: list[Item] = []
    ticks: dict[str, Tick] = {}
    meter: MeterRow = NO_METER
    may_edit: bool = False
    groups: list[Group] = []
    frames: list[Frame] = []
    symbol: str = _FIRST
    timeframe: str = ""
    # The last answer to the form, and whether it was a no; `lifted_by` is the plan that would do.
    answer: str = ""
    refused: bool = False
    lifted_by: str = ""
    # What was taken off a moment ago, in words; empty when there is nothing to put back.
    undo: str = ""

    _removed: Removed | None = None
    _opening: str = ""
    _zone: str = "UTC"

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        self._say()
        self._forget_removal()
        await self._look_again(who)
        return Watchlists.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self, feed.QUOTES)

    @rx.event
    @guarded()
    async def choose_symbol(self, who: SignedIn, symbol: str) -> None:
        if symbols.find(symbol) is not None:
            self.symbol, self.timeframe = symbol, ""
            await self._look_again(who)

    @rx.event
    @guarded()
    async def choose_timeframe(self, who: SignedIn, timeframe: str) -> None:
        if timeframe in {frame.id for frame in self.frames}:
            self.timeframe = timeframe
            await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def add(self, who: SignedIn) -> None:
        """A refusal stands beside the form, which keeps what was chosen."""
        named = {"symbol": self.symbol, "timeframe": self.timeframe}
        try:
            await asyncio.to_thread(_add, who, self.symbol, self.timeframe)
        except SaasError as refusal:
            self._say(refusal.message, lifted_by=_lifted_by(refusal), refused=True)
            return
        self._say(text("watchlist.added", **named))
        self._forget_removal()
        await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def remove(self, who: SignedIn, item_id: int) -> None:
        removed = await asyncio.to_thread(_remove, who, item_id)
        self._say()
        self._removed = removed
        self.undo = text("watchlist.removed", symbol=removed.symbol, timeframe=removed.timeframe)
        await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def put_back(self, who: SignedIn) -> None:
        removed = self._removed
        if removed is None:
            return
        self._forget_removal()
        await asyncio.to_thread(_put_back, who, removed)
        self._say(text("watchlist.undone", symbol=removed.symbol, timeframe=removed.timeframe))
        await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def move(self, who: SignedIn, item_id: int, step: Literal[-1, 1]) -> None:
        """One place up or down; beyond either end nothing happens."""
        await asyncio.to_thread(_move, who, item_id, step)
        await self._look_again(who)

    async def _look_again(self, who: SignedIn) -> None:
        seen = await asyncio.to_thread(watched.look, who)
        self._zone = who.time_zone
        market = symbols.everything()[self.symbol]
        timeframe = self.timeframe or reach.first_frame(market, seen.access)
        put(
            self,
            ready=True,
            items=seen.items,
            ticks=seen.ticks,
            meter=seen.meter,
            may_edit=seen.may_edit,
            timeframe=timeframe,
            groups=reach.groups(self.symbol, seen.access),
            frames=reach.frames(market, timeframe, seen.access),
        )

    async def _beat(self) -> None:
        put(self, ticks=await asyncio.to_thread(watched.ticks, list(self.items), self._zone))

    def _say(self, words: str = "", *, lifted_by: str = "", refused: bool = False) -> None:
        put(self, answer=words, lifted_by=lifted_by, refused=refused)

    def _forget_removal(self) -> None:
        self._removed = None
        put(self, undo="")

    def _forget(self) -> None:
        self._forget_removal()
        put(self, items=[], ticks={}, meter=NO_METER, ready=False)


def _add(who: SignedIn, symbol: str, timeframe: str) -> None:
    with transaction() as session:
        watchlist.add(session, who.workspace_id, who.user_id, symbol, timeframe)


def _remove(who: SignedIn, item_id: int) -> Removed:
    with transaction() as session:
        return watchlist.remove(session, who.workspace_id, item_id)


def _put_back(who: SignedIn, removed: Removed) -> None:
    with transaction() as session:
        watchlist.put_back(session, who.workspace_id, removed)


def _move(who: SignedIn, item_id: int, step: int) -> None:
    with transaction() as session:
        watchlist.move(session, who.workspace_id, item_id, step)


def _lifted_by(refusal: SaasError) -> str:
    plan = offer.catalogue().find(refusal.facts.get("upgrade_to"))
    return plan.name if plan else ""
