"""The alerts page's behaviour: make, try, pause, mute, delete and put back, and read what became of one."""

import asyncio
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.alerts import rules
from saas_app.alerts.conditions import CONDITIONS, Kind
from saas_app.alerts.rules import Draft
from saas_app.billing import offer
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.market import filters, scanning, symbols
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.ui.components.exports import Files, files
from saas_app.ui.pages.alerts import acts, filter_rows, rows
from saas_app.ui.pages.alerts.rows import EventRow, Field, Option, Row
from saas_app.ui.pages.market import filtering, reach
from saas_app.ui.pages.market.charts.sight import Lock, shut_by
from saas_app.ui.pages.market.reach import Frame, Group
from saas_app.ui.pages.market.rows import NO_METER, MeterRow
from saas_app.ui.state import following
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded, watching
from saas_app.workspaces.roles import Permission

_FIRST = "EURUSD"
_LONGEST = 40


class Alerts(rx.State):
    ready: bool = False
    rows: list[Row] = []
    meter: MeterRow = NO_METER
    may_edit: bool = False
    groups: list[Group] = []
    frames: list[Frame] = []
    kinds: list[Option] = []
    channels: list[Option] = []
    late: bool = False
    # Where a filter leaves some out: how many are shown. Where the plan filters nothing: which does.
    counted: str = ""
    no_filter: Lock = Lock()
    files: Files = Files()
    # The form, as it was filled in so far; a refusal takes nothing of it away.
    symbol: str = _FIRST
    timeframe: str = ""
    kind: str = Kind.CROSSES.value
    frequency: str = "once"
    wanted: list[str] = ["in_app"]
    fields: list[Field] = []
    answer: str = ""
    refused: bool = False
    lifted_by: str = ""
    undo: str = ""
    # The alert whose past is open, and that past.
    opened: str = ""
    events: list[EventRow] = []

    _wanted: dict[str, Any] = {}
    _written: dict[str, str] = {}
    _price: str = ""
    _problems: dict[str, str] = {}
    _deleted: str = ""
    _opening: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> rx.event.EventSpec:
        self._opening = following.opening()
        asked = parse_qs(urlsplit(self.router.url).query)
        name = asked.get("symbol", [""])[0][:_LONGEST]
        if symbols.find(name) is not None:
            self.symbol, self.timeframe = name, asked.get("tf", [""])[0][:_LONGEST]
            self._written = {"price": asked.get("price", [""])[0][:_LONGEST]}
        self.opened = asked.get("alert", [""])[0][:_LONGEST]
        self._say()
        put(self, undo="")
        await self._look_again(who)
        return Alerts.stream  # pyright: ignore[reportReturnType] — Reflex takes a handler for an event

    @rx.event(background=True)
    @watching
    async def stream(self) -> None:
        await following.follow(self)

    @rx.event
    @guarded()
    async def choose_symbol(self, who: SignedIn, symbol: str) -> None:
        if symbols.find(symbol) is not None:
            self.symbol, self.timeframe, self._written = symbol, "", {}
            await self._look_again(who)

    @rx.event
    @guarded()
    async def choose_timeframe(self, who: SignedIn, timeframe: str) -> None:
        if timeframe in {frame.id for frame in self.frames}:
            self.timeframe = timeframe
            await self._look_again(who)

    @rx.event
    @guarded()
    async def choose_kind(self, who: SignedIn, kind: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        if kind in CONDITIONS:
            self.kind, self._problems = kind, {}
            self._draw_fields()

    @rx.event
    @guarded()
    async def choose_frequency(self, who: SignedIn, frequency: str) -> None:  # noqa: ARG002 — see above
        self.frequency = frequency[:_LONGEST]

    @rx.event
    @guarded()
    async def write(self, who: SignedIn, name: str, value: str) -> None:  # noqa: ARG002 — see above
        """What stands in a field of the form, good or not."""
        if name in CONDITIONS[Kind(self.kind)].figures:
            self._written = {**self._written, name: value[:_LONGEST]}
            self._problems = {k: why for k, why in self._problems.items() if k != name}
            self._draw_fields()

    @rx.event
    @guarded()
    async def toggle_channel(self, who: SignedIn, channel: str) -> None:  # noqa: ARG002 — see above
        if channel in {option.id for option in self.channels}:
            others = [each for each in self.wanted if each != channel]
            self.wanted = others if channel in self.wanted else [*others, channel]

    @rx.event
    @guarded(Permission.EDIT)
    async def create(self, who: SignedIn, form: dict[str, Any]) -> None:
        """A refusal stands beside the form, which keeps what was written."""
        draft = self._draft(str(form.get("note", ""))[: rules.LONGEST_NOTE])
        try:
            beyond = await asyncio.to_thread(acts.create, who, draft)
        except SaasError as refusal:
            self._refuse(refusal)
            return
        self._problems = {}
        self._say(text("alerts.waits_beyond" if beyond else "alerts.made"))
        await self._look_again(who)

    @rx.event
    @guarded()
    async def try_it(self, who: SignedIn) -> None:
        """How often this would have told in the last thirty days; saves nothing."""
        try:
            said = await asyncio.to_thread(acts.tried, who, self._draft(""))
        except SaasError as refusal:
            self._refuse(refusal)
            return
        self._problems = {}
        self._draw_fields()
        self._say(said)

    @rx.event
    @guarded(Permission.EDIT)
    async def act(
        self, who: SignedIn, key: str, what: Literal["pause", "resume", "mute", "unmute"]
    ) -> None:
        try:
            await asyncio.to_thread(acts.act, who, key, what)
        except SaasError as refusal:
            self._refuse(refusal)
        await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def delete(self, who: SignedIn, key: str) -> None:
        sentence = await asyncio.to_thread(acts.delete, who, key)
        self._say()
        self._deleted = key
        put(self, undo=text("alerts.deleted", what=sentence))
        await self._look_again(who)

    @rx.event
    @guarded(Permission.EDIT)
    async def put_back(self, who: SignedIn) -> None:
        key, self._deleted = self._deleted, ""
        if not key:
            return
        put(self, undo="")
        try:
            await asyncio.to_thread(acts.restore, who, key)
        except SaasError as refusal:
            self._refuse(refusal)
        await self._look_again(who)

    @rx.event
    @guarded()
    async def open(self, who: SignedIn, key: str) -> None:
        """Open or close the past of one alert."""
        self.opened = "" if key == self.opened else key
        await self._look_again(who)

    async def _look_again(self, who: SignedIn) -> None:
        seen = await asyncio.to_thread(acts.look, who, self.opened)
        market = symbols.everything()[self.symbol]
        access = seen.scene.standing
        shut = scanning.alert_filters(access)
        wanted = filters.NOTHING if shut else filters.read(self._wanted)
        shown = filter_rows.passing(seen.alerts, seen.scene, wanted)
        frame = self.timeframe or reach.first_frame(market, access)
        put(
            self,
            rows=[rows.row(alert, seen.scene, who.time_zone) for alert in shown],
            counted=filter_rows.counted(len(shown), len(seen.alerts), wanted),
            no_filter=shut_by(text("alerts.no_filter"), shut, access) if shut else Lock(),
            files=files(access, "alerts", filtering.query(wanted)),
            events=[rows.event(each, seen.symbol, who.time_zone) for each in seen.happened],
            meter=seen.meter,
            may_edit=seen.may_edit,
            late=seen.scene.late,
            timeframe=frame,
            groups=reach.groups(self.symbol, access),
            frames=reach.frames(market, frame, access),
            kinds=rows.kinds(),
            channels=[
                Option(name, text(f"channel.{name}"))
                for name in rows.WAYS
                if not isinstance(decide(access, Feature.CHANNELS, item=name), Denied)
            ],
            ready=True,
        )
        self._price = await asyncio.to_thread(acts.price, self.symbol)
        self._draw_fields()

    def _draw_fields(self) -> None:
        put(self, fields=rows.fields(self.kind, self._written, self._problems, now=self._price))

    def _draft(self, note: str) -> Draft:
        values = {each.name: each.value for each in self.fields}
        return Draft(
            self.symbol,
            self.timeframe,
            self.kind,
            rows.given(self.kind, values),
            frequency=self.frequency,
            channels=tuple(self.wanted),
            note=note,
        )

    def _refuse(self, refusal: SaasError) -> None:
        self._problems = dict(refusal.facts.get("fields", {}))
        self._draw_fields()
        shown = {field.name for field in self.fields}
        others = [why for name, why in self._problems.items() if name not in shown]
        plan = offer.catalogue().find(refusal.facts.get("upgrade_to"))
        self._say(" ".join([refusal.message, *others]), plan.name if plan else "", refused=True)

    def _say(self, said: str = "", lifted_by: str = "", *, refused: bool = False) -> None:
        put(self, answer=said, lifted_by=lifted_by, refused=refused)

    def _forget(self) -> None:
        put(self, rows=[], events=[], meter=NO_METER, ready=False, undo="")
