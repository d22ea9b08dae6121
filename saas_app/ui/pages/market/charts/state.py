"""The chart page's behaviour: open or locked by the plan, moving while it is open.

History travels by REST to the drawing itself; through this state only the last candle does.
"""

import asyncio

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import transaction
from saas_app.core.errors import Invalid, NotFound
from saas_app.core.texts import text
from saas_app.market import current, feed, layout, permitted, symbols, watchlist
from saas_app.ui import routes
from saas_app.ui.components.exports import Files
from saas_app.ui.pages.market import reach, rows
from saas_app.ui.pages.market.charts import sight, switches
from saas_app.ui.pages.market.charts.sight import Lock, Sight
from saas_app.ui.pages.market.charts.standing import Line
from saas_app.ui.pages.market.charts.switches import Bank, Switch
from saas_app.ui.pages.market.reach import Frame, Group
from saas_app.ui.pages.market.rows import LevelRow, Tick
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission


class ChartState(rx.State):
    ready: bool = False
    missing: bool = False
    symbol: str = ""
    name: str = ""
    timeframe: str = ""
    digits: int = 2
    data_label: str = ""
    data_hint: str = ""
    archived: bool = False
    frames: list[Frame] = []
    groups: list[Group] = []
    lock: Lock = Lock()
    tick: Tick = Tick()
    priced_at: str = ""
    last: dict[str, float] = {}
    levels: list[LevelRow] = []
    lines: list[LevelRow] = []
    watched: bool = False
    may_edit: bool = False
    banks: list[Bank] = []
    log_scale: Switch = Switch("", "", False, False)
    basic: Lock = Lock()
    shown: list[str] = []
    alerts: list[Line] = []
    files: Files = Files()

    _opening: str = ""
    _zone: str = "UTC"

    @rx.var
    def heading(self) -> str:
        named = {"symbol": self.symbol, "name": self.name}
        return text("chart.heading", **named) if self.symbol else text("nav.charts")

    @rx.var
    def keys(self) -> dict[str, str]:
        """Digit to address; locked ones too: they lead to the lock that explains. A letter to what it presses."""
        chart_parts = {"a": "#chart-alert", "l": "#chart-list"}
        return {frame.key: frame.href for frame in self.frames} | chart_parts

    @rx.var
    def listed(self) -> bool:
        """Whether the levels stand beside the chart."""
        return layout.LIST in self.shown

    @rx.var
    def new_alert(self) -> str:
        """Where an alert on this chart is made, but for its price; empty for those who only look."""
        return routes.new_alert(self.symbol, self.timeframe) if self.may_edit else ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec | None:
        """Symbol and timeframe come from the address, so from outside."""
        self._opening = following.opening()
        asked = self.router.url.query_parameters.get("tf")
        try:
            await self._look(who, *sight.asked(self.router.url.path, asked))
        except (NotFound, Invalid):
            self._forget()
            put(self, missing=True, ready=True, symbol="", name="", lock=Lock(), frames=[])
            return None
        return ChartState.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self, feed.QUOTES)

    @rx.event
    @guarded(Permission.EDIT)
    async def watch_this(self, who: SignedIn) -> None:
        """Put this chart on the watchlist; a full one is explained by the guard."""
        await asyncio.to_thread(_add, who, self.symbol, self.timeframe)
        self.watched = True
        session = await self.get_state(Session)
        done = text("chart.watch_done", symbol=self.symbol, timeframe=self.timeframe)
        session._say(done, href=routes.WATCHLISTS, label=text("dashboard.watchlist_all"))

    @rx.event
    @guarded()
    async def turn(self, who: SignedIn, name: str) -> None:
        """Switch a part of the chart on or off, for good; what the plan lacks is explained by the guard."""
        await asyncio.to_thread(_turn, who, name, name not in self.shown)
        await self._look(who, self.symbol, self.timeframe)

    async def _look_again(self, who: SignedIn) -> None:
        was_shut = self.lock.shut
        await self._look(who, self.symbol, self.timeframe)
        if was_shut != self.lock.shut:
            session = await self.get_state(Session)
            key = "chart.now_locked" if self.lock.shut else "chart.unlocked"
            words = text(key, symbol=self.symbol, timeframe=self.timeframe)
            session._say(words, "info" if self.lock.shut else "good")

    async def _look(self, who: SignedIn, symbol: str, timeframe: str) -> None:
        seen = await asyncio.to_thread(sight.look, who, symbol, timeframe)
        self._zone = who.time_zone
        if (seen.market.id, seen.timeframe) != (self.symbol, self.timeframe) or seen.lock.shut:
            self._forget()
        self._show(seen)
        if not seen.lock.shut:
            await self._move(seen)

    def _show(self, seen: Sight) -> None:
        label, hint = rows.data_words(current.board().source_of(seen.market.id).kind)
        put(
            self,
            ready=True,
            missing=False,
            symbol=seen.market.id,
            name=seen.market.name,
            timeframe=seen.timeframe,
            digits=seen.market.digits,
            archived=seen.market.archived,
            data_label=label,
            data_hint=hint,
            frames=reach.frames(seen.market, seen.timeframe, seen.access),
            groups=reach.groups(seen.market.id, seen.access),
            lock=seen.lock,
            watched=seen.watched,
            may_edit=seen.may_edit,
            banks=switches.banks(seen.switched_on, basic=seen.basic.shut),
            log_scale=switches.switch(layout.LOG_SCALE, seen.switched_on, basic=seen.basic.shut),
            basic=seen.basic,
            alerts=[] if seen.lock.shut else seen.alerts,
            files=seen.files,
            shown=switches.shown(seen.switched_on, basic=seen.basic.shut),
        )

    async def _beat(self) -> None:
        if not self.lock.shut:
            await self._move()

    async def _move(self, seen: Sight | None = None) -> None:
        """The moving end; with a new candle, or a fresh look, also the levels."""
        market = symbols.everything()[self.symbol]
        now = await asyncio.to_thread(sight.moment, market, self.timeframe, self._zone)
        last: dict[str, float] = now.last._asdict() if now.last else {}
        closed = last.get("time") != self.last.get("time")
        put(self, tick=now.tick, priced_at=now.priced_at, last=last)
        if closed or seen is not None:
            levels, lines = await asyncio.to_thread(
                sight.levels, market, self.timeframe, self._zone
            )
            put(self, levels=levels, lines=lines)

    def _forget(self) -> None:
        """Nothing of a market stays in the tab once it is locked or left."""
        put(self, tick=Tick(), priced_at="", last={}, levels=[], lines=[], alerts=[])


def _turn(who: SignedIn, name: str, on: bool) -> None:
    with transaction() as session:
        layout.turn(session, who.user_id, name, on=on)
        if on:
            permitted.require_charts(session, who.workspace_id, layout.SWITCHES[name])


def _add(who: SignedIn, symbol: str, timeframe: str) -> None:
    with transaction() as session:
        watchlist.add(session, who.workspace_id, who.user_id, symbol, timeframe)
