"""The chart page's behaviour: open or locked by the plan, moving while it is open.

History travels by REST to the drawing itself; through this state only the last candle does.
"""

import asyncio
import secrets
from typing import Any

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import live
from saas_app.core.db import transaction
from saas_app.core.errors import Invalid, NotFound, SaasError
from saas_app.core.texts import text
from saas_app.market import current, feed, symbols, watchlist
from saas_app.ui import routes
from saas_app.ui.pages.market import reach, rows
from saas_app.ui.pages.market.charts import sight
from saas_app.ui.pages.market.charts.sight import Lock, Sight
from saas_app.ui.pages.market.reach import Frame, Group
from saas_app.ui.pages.market.rows import LevelRow, Tick
from saas_app.ui.state import admission
from saas_app.ui.state.admission import Need
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.news import News
from saas_app.ui.state.session import Session, session_cookie
from saas_app.workspaces.roles import Permission

# A plan or a session that ends by itself, without anybody writing it down, is noticed this late.
_LOOK_AGAIN_SECONDS = 5.0


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
    last: dict[str, float] = {}
    levels: list[LevelRow] = []
    lines: list[LevelRow] = []
    watched: bool = False
    may_edit: bool = False

    # Which opening of the page the running stream belongs to.
    _opening: str = ""

    @rx.var
    def heading(self) -> str:
        named = {"symbol": self.symbol, "name": self.name}
        return text("chart.heading", **named) if self.symbol else text("nav.charts")

    @rx.var
    def keys(self) -> dict[str, str]:
        """Digit to address; locked ones too: they lead to the lock that explains."""
        return {frame.key: frame.href for frame in self.frames}

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec | None:
        """Symbol and timeframe come from the address, so from outside."""
        self._opening = secrets.token_hex(8)
        asked = self.router.url.query_parameters.get("tf")
        try:
            await self._look(who, *sight.asked(self.router.url.path, asked))
        except (NotFound, Invalid):
            self._clear()
            self._put(missing=True, ready=True, symbol="", name="", lock=Lock(), frames=[])
            return None
        return ChartState.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        """Until the tab leaves or the session ends: each second's price, each change of the plan.

        News of the plan is heeded before the price that came with it is sent.
        """
        async with self:
            opening, who = self._opening, await self._admitted()
        if who is None:
            return
        news = News(feed.QUOTES, live.CLOCK, live.workspace_topic(who.workspace_id))
        looked = _seconds()
        while True:
            heard = await news.next(_LOOK_AGAIN_SECONDS)
            async with self:
                if self._opening != opening:
                    return
                if heard - {feed.QUOTES} or _seconds() - looked >= _LOOK_AGAIN_SECONDS:
                    looked = _seconds()
                    if not await self._still_here():
                        return
                elif not self.lock.shut:
                    await self._move()

    @rx.event
    @guarded(Permission.EDIT)
    async def watch_this(self, who: SignedIn) -> None:
        """Put this chart on the watchlist; a full one is explained by the guard."""
        await asyncio.to_thread(_add, who, self.symbol, self.timeframe)
        self.watched = True
        session = await self.get_state(Session)
        done = text("chart.watch_done", symbol=self.symbol, timeframe=self.timeframe)
        session._say(done, href=routes.WATCHLISTS, label=text("dashboard.watchlist_all"))

    async def _still_here(self) -> bool:
        """Look again with the rights of this moment; False once the person may not be here."""
        who = await self._admitted()
        session = await self.get_state(Session)
        if who is None:
            self._clear()
            session._leave(routes.login(self.router.url.path))
            return False
        was_shut = self.lock.shut
        await self._look(who, self.symbol, self.timeframe)
        if was_shut != self.lock.shut:
            key, level = (
                ("chart.now_locked", "info") if self.lock.shut else ("chart.unlocked", "good")
            )
            session._say(text(key, symbol=self.symbol, timeframe=self.timeframe), level)
        return True

    async def _admitted(self) -> SignedIn | None:
        try:
            return await asyncio.to_thread(admission.admitted, session_cookie(self), Need())
        except SaasError:
            return None

    async def _look(self, who: SignedIn, symbol: str, timeframe: str) -> None:
        seen = await asyncio.to_thread(sight.look, who, symbol, timeframe)
        if (seen.market.id, seen.timeframe) != (self.symbol, self.timeframe) or seen.lock.shut:
            self._clear()
        self._show(seen)
        if not seen.lock.shut:
            await self._move(seen)

    def _show(self, seen: Sight) -> None:
        label, hint = rows.data_words(current.board().source_of(seen.market.id).kind)
        self._put(
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
        )

    async def _move(self, seen: Sight | None = None) -> None:
        """The moving end; with a new candle, or a fresh look, also the levels."""
        market = symbols.everything()[self.symbol]
        now = await asyncio.to_thread(sight.moment, market, self.timeframe)
        last: dict[str, float] = now.last._asdict() if now.last else {}
        closed = last.get("time") != self.last.get("time")
        self._put(tick=now.tick, last=last)
        if closed or seen is not None:
            levels, lines = await asyncio.to_thread(sight.levels, market, self.timeframe)
            self._put(levels=levels, lines=lines)

    def _clear(self) -> None:
        """Nothing of a market stays in the tab once it is locked or left."""
        self._put(tick=Tick(), last={}, levels=[], lines=[])

    def _put(self, **values: Any) -> None:
        """Only what differs travels to the browser: a look every few seconds changes little."""
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _add(who: SignedIn, symbol: str, timeframe: str) -> None:
    with transaction() as session:
        watchlist.add(session, who.workspace_id, who.user_id, symbol, timeframe)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
