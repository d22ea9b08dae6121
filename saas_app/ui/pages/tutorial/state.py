"""The tutorial's behaviour: a candle further, a lesson further, an alert placed. Keeps the lesson only."""

import asyncio
from typing import Any

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.entitlements import access, words
from saas_app.onboarding import progress, tutorial
from saas_app.onboarding.tutorial import Place
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.ui.pages.tutorial import drawing
from saas_app.ui.state.guard import guarded


class Tutorial(rx.State):
    """`given` is the drawing as it stands; `lesson` and what follows is read beside it."""

    ready: bool = False
    locked: str = ""
    lesson: str = ""
    title: str = ""
    words: str = ""
    candle: str = ""
    steps: str = ""
    marks: list[bool] = []
    given: dict[str, Any] = {}
    waits: bool = False
    armed: bool = False
    fired: str = ""
    first: bool = True
    last: bool = False

    _place: Place = tutorial.start()

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        """The lesson where this person stopped, on whatever device that was."""
        self.locked, self._place = await asyncio.to_thread(_read, who)
        if not self.locked:
            self._show()
        self.ready = True

    @rx.event
    @guarded()
    async def step(self, who: SignedIn) -> None:
        await self._go(who, tutorial.step(self._place))

    @rx.event
    @guarded()
    async def leap(self, who: SignedIn) -> None:
        await self._go(who, tutorial.leap(self._place))

    @rx.event
    @guarded()
    async def back(self, who: SignedIn) -> None:
        await self._go(who, tutorial.back(self._place))

    @rx.event
    @guarded()
    async def arm(self, who: SignedIn) -> None:
        """Place the practice alert; it watches these candles and no others."""
        await self._go(who, tutorial.arm(self._place))

    @rx.event
    @guarded()
    async def again(self, who: SignedIn) -> None:
        await self._go(who, tutorial.start())

    async def _go(self, who: SignedIn, place: Place) -> None:
        if self.locked or not self.ready:
            return
        reached, self._place = place.lesson != self._place.lesson, place
        self._show()
        if reached:
            await asyncio.to_thread(_keep, who, place)

    def _show(self) -> None:
        place, seen = self._place, tutorial.view(self._place)
        number, count = tutorial.number(place)
        facts = drawing.facts(seen)
        self.lesson = place.lesson
        self.title = text(f"tutorial.{place.lesson}.title")
        self.words = text(f"tutorial.{place.lesson}.text", **facts)
        self.candle = text("tutorial.candle", **facts)
        self.steps = text("tutorial.progress", lesson=number, lessons=count)
        self.marks = [each < number for each in range(count)]
        self.given = drawing.given(seen)
        self.waits = place.lesson == "alert" and place.alert is None
        self.armed = place.alert is not None
        self.fired = text("tutorial.fired_now", **facts) if seen.fired else ""
        self.first, self.last = number == 1, tutorial.over(place)


def _read(who: SignedIn) -> tuple[str, Place]:
    """Why it is closed, if it is; and where to go on."""
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        kept = progress.of(session, who.user_id, progress.TUTORIAL)
    place = tutorial.resumed(kept.step) if kept and progress.running(kept) else tutorial.start()
    if tutorial.open_to(standing):
        return "", place
    answer = decide(standing, Feature.TUTORIAL)
    return (words.sentence(answer, standing) if isinstance(answer, Denied) else ""), place


def _keep(who: SignedIn, place: Place) -> None:
    """Whoever is through stays through, however often they walk it again."""
    with transaction() as session:
        if progress.done(progress.of(session, who.user_id, progress.TUTORIAL)):
            return
        progress.reach(session, who.user_id, progress.TUTORIAL, place.lesson)
        if tutorial.over(place):
            progress.finish(session, who.user_id, progress.TUTORIAL)
