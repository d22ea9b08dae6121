"""The insights' behaviour: a chart is chosen, everything about it is read, a summary is worded anew."""

import asyncio
from datetime import UTC, datetime

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.billing import offer
from saas_app.core import clock, dates, rate_limit
from saas_app.core.db import snapshot
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.insights import looking, summary
from saas_app.insights.facts import Facts
from saas_app.insights.looking import Look
from saas_app.insights.outlook import Outlook
from saas_app.market import current, symbols
from saas_app.market.feeds.port import DataKind
from saas_app.plans.access import Access
from saas_app.ui import routes
from saas_app.ui.pages.market import reach
from saas_app.ui.pages.market.insights import drawing, rows
from saas_app.ui.pages.market.insights.drawing import Dot
from saas_app.ui.pages.market.insights.rows import Figure, Past, Shut
from saas_app.ui.pages.market.reach import Frame, Group
from saas_app.ui.pages.market.rows import data_words, price
from saas_app.ui.state import admission, following
from saas_app.ui.state.admission import Need
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.ui.state.session import session_cookie
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission, may


class Insights(rx.State):
    ready: bool = False
    failed: bool = False
    nothing: bool = False
    # Why this chart is shut, which plan opens it, and where that is explained.
    barred: str = ""
    lifted_by: str = ""
    why: str = ""
    groups: list[Group] = []
    frames: list[Frame] = []
    symbol: str = routes.DEFAULT_SYMBOL
    timeframe: str = ""
    data: str = ""
    data_hint: str = ""
    at: str = ""
    regime: str = ""
    expected: str = ""
    horizon: str = ""
    range_figures: list[Figure] = []
    band: str = ""
    middle: str = ""
    dots: list[Dot] = []
    unusual: str = ""
    anomaly_figures: list[Figure] = []
    verdict: str = ""
    edge: bool = False
    direction_figures: list[Figure] = []
    calibration: list[Dot] = []
    calibrated: list[Figure] = []
    record: str = ""
    past: list[Past] = []
    shut: list[Shut] = []
    words: str = ""
    outcome: str = ""
    refused: bool = False
    facts: list[Figure] = []
    may_reword: bool = False
    busy: bool = False

    _opening: str = ""
    _told: str = ""
    _facts: Facts = {}
    _asked: bool = False

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening, self._told = following.opening(), ""
        await self._look_again(who)
        return Insights.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self)

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
    async def reword(self, who: SignedIn) -> rx.event.EventSpec | None:
        """In other words, by a model, while the page goes on."""
        if not self._facts or self.busy:
            return None
        rate_limit.hit("reword", str(who.user_id), limit=20, seconds=60)
        self._asked = True
        put(self, busy=True, outcome="", refused=False)
        return Insights.wait  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def wait(self) -> None:
        """Whatever is not fit leaves the sentences that stand, and so does another chart by then."""
        async with self:
            asked, self._asked = self._asked, False
            facts, mine = dict(self._facts), self._shown()
        # Only after a press: this one is not counted.
        if not asked:
            return
        words, outcome, refused = "", "", False
        try:
            who = await asyncio.to_thread(
                admission.admitted, session_cookie(self), Need(Permission.EDIT)
            )
            found = await asyncio.wrap_future(
                summary.rewording(who.workspace_id, who.user_id, facts)
            )
            words = found.words
            outcome = text(f"insights.outcome.{found.outcome}", added=", ".join(found.added))
        except SaasError as refusal:
            outcome, refused = refusal.message, True
        finally:
            async with self:
                put(self, busy=False)
                if mine == self._shown():
                    put(self, words=words or self.words, outcome=outcome, refused=refused)

    def _shown(self) -> tuple[str, ...]:
        return self._opening, self.symbol, self.timeframe, self._told

    async def _look_again(self, who: SignedIn) -> None:
        market = symbols.everything()[self.symbol]
        standing, edits = await asyncio.to_thread(_standing, who)
        timeframe = self.timeframe or reach.first_frame(market, standing)
        put(
            self,
            timeframe=timeframe,
            groups=reach.groups(self.symbol, standing),
            frames=reach.frames(market, timeframe, standing),
        )
        try:
            look = await asyncio.to_thread(_looked, standing, self.symbol, timeframe)
        except NeedsUpgrade as refusal:
            self._bar(refusal)
        except (OSError, SaasError):
            put(self, failed=True)
        else:
            self._show(look, who.time_zone)
            put(self, may_reword=edits and summary.can_reword())
        put(self, ready=True)

    def _bar(self, refusal: NeedsUpgrade) -> None:
        plan = offer.catalogue().find(refusal.facts.get("upgrade_to"))
        self._forget()
        put(
            self,
            barred=refusal.message,
            lifted_by=plan.name if plan else "",
            why=routes.why(str(refusal.facts["feature"]), refusal.facts.get("item") or ""),
        )

    def _show(self, look: Look, zone: str) -> None:
        seen = look.outlook
        put(self, failed=False, barred="", nothing=seen is None, shut=rows.shut(look.scope))
        if seen is None or look.record is None:
            return
        digits = symbols.everything()[seen.symbol].digits
        label, hint = data_words(DataKind(seen.data_kind))
        closed = dates.moment(datetime.fromtimestamp(seen.made_at, UTC), zone)
        put(
            self,
            data=label,
            data_hint=hint,
            at=text("insights.at", price=price(seen.close, digits), moment=closed),
            regime=seen.regime.value if seen.regime else "",
            record=rows.recorded(look.record),
            past=rows.past(look.record, digits, zone),
        )
        self._show_range(seen, digits, zone)
        self._show_advanced(seen, look, zone)
        self._tell(seen, look.facts or {})

    def _show_range(self, seen: Outlook, digits: int, zone: str) -> None:
        found = seen.range
        put(
            self,
            expected=price(found.expected, digits) if found else "",
            horizon=text("insights.over", count=found.horizon) if found else "",
            range_figures=rows.expected(found, digits, zone) if found else [],
            band=drawing.band(found.judged) if found else "",
            middle=drawing.middle(found.judged) if found else "",
            dots=drawing.came(found.judged) if found else [],
        )

    def _show_advanced(self, seen: Outlook, look: Look, zone: str) -> None:
        """What is shut never leaves the server."""
        anomaly = seen.anomaly if "anomaly" in look.scope.opened else None
        found = seen.direction if "direction" in look.scope.opened else None
        verdict = "insights.is_unusual" if anomaly and anomaly.unusual else "insights.is_usual"
        put(
            self,
            unusual=text(verdict) if anomaly else "",
            anomaly_figures=rows.unusual(anomaly) if anomaly else [],
            verdict=rows.verdict(found) if found else "",
            edge=bool(found and found.edge),
            direction_figures=rows.direction(found, zone) if found else [],
            calibration=drawing.calibration(found.calibration) if found else [],
            calibrated=rows.calibrated(found) if found else [],
        )

    def _tell(self, seen: Outlook, facts: Facts) -> None:
        """The sentences change with the candle; other words for them stay until then."""
        about = f"{seen.symbol} {seen.timeframe} {seen.candle} {len(facts)}"
        if about == self._told:
            return
        self._told, self._facts = about, facts
        put(self, words=summary.plain(facts).words, outcome="", refused=False)
        put(self, facts=rows.facts(facts))

    def _forget(self) -> None:
        """Nothing of a chart that is shut, or of somebody who left, stays in the browser."""
        self._told, self._facts = "", {}
        for name in ("data", "at", "regime", "expected", "band", "middle", "unusual", "verdict"):
            setattr(self, name, "")
        for name in ("range_figures", "dots", "anomaly_figures", "direction_figures"):
            setattr(self, name, [])
        put(self, calibration=[], calibrated=[], past=[], facts=[], record="", words="", outcome="")
        put(self, edge=False, may_reword=False, shut=[])


def _standing(who: SignedIn) -> tuple[Access, bool]:
    """With whether this person may spend what the plan has."""
    with snapshot() as session:
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        edits = role is not None and may(role, Permission.EDIT)
        return access.of(session, who.workspace_id, clock.now()), edits


def _looked(standing: Access, symbol: str, timeframe: str) -> Look:
    return looking.look(current.board(), standing, symbol, timeframe, now=clock.wall())
