"""The first steps that remain, and the alert that was suggested; put away and brought back."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.onboarding import checklist, first_steps, progress, starting_points, wizard
from saas_app.onboarding.starting_points import Suggestion
from saas_app.ui import routes
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.ui.state.tour import CONTINUE

HREFS = {
    "wizard": routes.ONBOARDING,
    "tutorial": routes.TUTORIAL,
    "tour": routes.tour(routes.DASHBOARD, CONTINUE),
    "watchlist": routes.WATCHLISTS,
    "second_factor": routes.SETTINGS_SECURITY,
    "name": routes.SETTINGS_PROFILE,
    "picture": routes.SETTINGS_PROFILE,
}


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    title: str
    text: str
    href: str
    action: str
    done: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """The suggestion in words; empty where nothing was asked for."""

    words: str = ""
    href: str = ""


class FirstSteps(rx.State):
    """`shown` is false when all is done or put away."""

    shown: bool = False
    put_away: bool = False
    count: str = ""
    steps: list[Step] = []
    alert: Alert = Alert()

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        lines, self.alert, self.put_away = await asyncio.to_thread(_read, who)
        self.steps = [_step(line) for line in lines]
        done = sum(line.done for line in lines)
        self.count = text("first_steps.count", done=done, steps=len(lines))
        self.shown = not self.put_away and not checklist.over(lines)

    @rx.event
    @guarded()
    async def dismiss(self, who: SignedIn) -> None:
        await asyncio.to_thread(_put_away, who, away=True)
        self.shown, self.put_away = False, True
        session = await self.get_state(Session)
        session._say(
            text("first_steps.dismissed"),
            href=routes.SETTINGS_PROFILE,
            label=text("settings.title"),
        )

    @rx.event
    @guarded()
    async def recall(self, who: SignedIn) -> None:
        await asyncio.to_thread(_put_away, who, away=False)
        self.put_away = False
        session = await self.get_state(Session)
        session._say(
            text("first_steps.recalled"), href=routes.DASHBOARD, label=text("nav.dashboard")
        )


def alert_words(found: Suggestion) -> str:
    """`EURUSD H1 touches its nearest level`, with the thresholds that were given."""
    chart = found.chart
    what = text(
        f"first_alert.what.{found.alert_type}", symbol=chart.symbol, timeframe=chart.timeframe
    )
    if found.volume_multiple is not None:
        what = text("first_alert.with_multiple", what=what, multiple=f"{found.volume_multiple:g}")
    if found.minimum_volume:
        what = text("first_alert.with_minimum", what=what, minimum=f"{found.minimum_volume:,}")
    return what


def _step(line: checklist.Line) -> Step:
    head = f"first_steps.{line.id}"
    return Step(
        line.id,
        text(f"{head}.title"),
        text(f"{head}.text"),
        HREFS[line.id],
        text(f"{head}.action"),
        line.done,
    )


def _read(who: SignedIn) -> tuple[list[checklist.Line], Alert, bool]:
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        kept = wizard.answers(session, who.user_id)
        found = starting_points.suggestion(standing, kept, usual=routes.DEFAULT_SYMBOL)
        return (
            checklist.lines(first_steps.facts(session, who.workspace_id, who.user_id)),
            _suggested(found) if found else Alert(),
            first_steps.put_away(session, who.user_id),
        )


def _suggested(found: Suggestion) -> Alert:
    return Alert(alert_words(found), routes.chart(found.chart.symbol, found.chart.timeframe))


def _put_away(who: SignedIn, *, away: bool) -> None:
    act = progress.dismiss if away else progress.recall
    with transaction() as session:
        act(session, who.user_id, progress.CHECKLIST)
