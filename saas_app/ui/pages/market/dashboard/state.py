"""The dashboard's behaviour: what moved, what is watched, what is left; prices follow the market."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.market import current, feed, movement, symbols
from saas_app.ui import routes
from saas_app.ui.pages.market import reach, rows, watched
from saas_app.ui.pages.market.rows import MeterRow, Tick
from saas_app.ui.pages.market.watched import Item, Seen
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching

_MOVERS = 6


@dataclass(frozen=True, slots=True)
class Mover:
    symbol: str
    name: str
    href: str
    label: str
    price: str
    change: str
    tone: str


class Dashboard(rx.State):
    ready: bool = False
    items: list[Item] = []
    ticks: dict[str, Tick] = {}
    movers: list[Mover] = []
    meters: list[MeterRow] = []
    usage_lead: str = ""
    data_label: str = ""
    data_hint: str = ""

    _opening: str = ""
    _zone: str = "UTC"

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        await self._look_again(who)
        return Dashboard.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self, feed.QUOTES)

    async def _look_again(self, who: SignedIn) -> None:
        seen, meters = await asyncio.to_thread(_read, who)
        self._zone = who.time_zone
        label, hint = rows.data_words(current.board().source_of(routes.DEFAULT_SYMBOL).kind)
        plan = seen.access.catalogue.plan(seen.access.plan, seen.access.generation)
        put(
            self,
            ready=True,
            items=seen.items,
            ticks=seen.ticks,
            movers=await asyncio.to_thread(_movers, seen, who.time_zone),
            meters=meters,
            usage_lead=text("dashboard.usage_lead", plan=plan.name),
            data_label=label,
            data_hint=hint,
        )

    async def _beat(self) -> None:
        put(self, ticks=await asyncio.to_thread(watched.ticks, list(self.items), self._zone))

    def _forget(self) -> None:
        put(self, items=[], ticks={}, movers=[], meters=[], ready=False)


def _read(who: SignedIn) -> tuple[Seen, list[MeterRow]]:
    seen = watched.look(who)
    with snapshot() as session:
        return seen, watched.meters(session, who.workspace_id, seen.access)


def _movers(seen: Seen, zone: str) -> list[Mover]:
    now = clock.wall()
    names = reach.open_markets(seen.access)
    largest = movement.largest(current.board(), names, now=now, count=_MOVERS)
    return [
        _mover(moved.quote.symbol, watched.tick(moved.quote.symbol, now, zone), seen)
        for moved in largest
    ]


def _mover(symbol: str, tick: Tick, seen: Seen) -> Mover:
    market = symbols.everything()[symbol]
    timeframe = reach.first_frame(market, seen.access)
    label = text("dashboard.open_chart", symbol=symbol, timeframe=timeframe)
    href = routes.chart(symbol, timeframe)
    return Mover(symbol, market.name, href, label, tick.price, tick.change, tick.tone)
