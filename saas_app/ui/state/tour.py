"""The guided tour's behaviour: which steps this page has for this person, and where they are.

`?tour=start` begins it on any page that has it, `?tour=continue` goes on, `?tour=<step>` is how it
walks from page to page. Without any of them a tour that is under way goes on where it stopped.
"""

import asyncio
import secrets
from dataclasses import dataclass

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import has, text
from saas_app.entitlements import access
from saas_app.onboarding import progress, starting_points, tour, wizard
from saas_app.onboarding.tour import Shown
from saas_app.ui import routes
from saas_app.ui.state.guard import guarded
from saas_app.ui.state.session import Session
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

START = "start"
CONTINUE = "continue"
# Where the pages of the table are; the chart's address is the person's own.
PATHS = {
    "dashboard": routes.DASHBOARD,
    "chart": routes.CHART,
    "watchlists": routes.WATCHLISTS,
    "settings_billing": routes.SETTINGS_BILLING,
    "notifications": routes.NOTIFICATIONS,
    "settings_profile": routes.SETTINGS_PROFILE,
}
_CHARTS = routes.CHART.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Walk:
    """The tour as one person has it: their steps, the chart it shows, the step they are at."""

    shown: tuple[Shown, ...]
    chart: str
    at: int
    running: bool

    def path(self, page: str) -> str:
        return self.chart if page == "chart" else PATHS[page]

    def href(self, number: int) -> str:
        """The address of that step; nothing beyond either end."""
        if not 0 <= number < len(self.shown):
            return ""
        step = self.shown[number]
        return routes.tour(self.path(step.page), step.id)


class Tour(rx.State):
    """`run` is empty while nothing is shown here; a new value begins the bubble anew."""

    run: str = ""
    path: str = ""
    steps: list[dict[str, str]] = []
    first: int = 0
    before: int = 0
    total: int = 0
    onward: str = ""
    backward: str = ""

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        """What the address asks for, wherever that is, or what is under way on this page."""
        asked = self.router.url.query_parameters.get("tour") or ""
        walk = await asyncio.to_thread(_walk, who, asked)
        self._show(walk, self.router.url.path)
        if asked and walk.running and not self.run:
            (await self.get_state(Session))._leave(walk.href(walk.at))

    @rx.event
    @guarded()
    async def reach(self, who: SignedIn, step: str) -> None:
        """The bubble stands at this step now."""
        if step in {each.id for each in tour.STEPS}:
            await asyncio.to_thread(_reach, who, step)

    @rx.event
    @guarded()
    async def close(self, who: SignedIn, step: str) -> None:  # noqa: ARG002 — the place was kept when it was reached
        """Put away; the list of first steps and the help page bring it back."""
        self.run = ""
        await asyncio.to_thread(_dismiss, who)

    @rx.event
    @guarded()
    async def finish(self, who: SignedIn) -> None:
        self.run = ""
        await asyncio.to_thread(_finish, who)

    def _show(self, walk: Walk, path: str) -> None:
        here = _page_of(path)
        mine = [number for number, each in enumerate(walk.shown) if each.page == here]
        if not walk.running or walk.at not in mine:
            self.run = ""
            return
        self.path = path
        self.steps = [_row(walk.shown[number]) for number in mine]
        self.first, self.before = mine.index(walk.at), mine[0]
        self.total = len(walk.shown)
        self.onward, self.backward = walk.href(mine[-1] + 1), walk.href(mine[0] - 1)
        self.run = secrets.token_hex(4)


def _page_of(path: str) -> str:
    if path.startswith(_CHARTS):
        return "chart"
    return next((page for page, its in PATHS.items() if its == path), "")


def _row(shown: Shown) -> dict[str, str]:
    words = text(f"tour.{shown.id}.text")
    if shown.more_with and has(f"tour.{shown.id}.more"):
        words = f"{words} {text(f'tour.{shown.id}.more', plan=shown.more_with)}"
    return {
        "id": shown.id,
        "anchor": shown.step.anchor,
        "title": text(f"tour.{shown.id}.title"),
        "text": words,
    }


def _walk(who: SignedIn, asked: str) -> Walk:
    if asked:
        _ask(who, asked)
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        sheet = wizard.answers(session, who.user_id)
        kept = progress.of(session, who.user_id, progress.TOUR)
    shown = tour.steps(
        standing,
        experience=sheet.experience,
        may_edit=role is not None and roles.may(role, Permission.EDIT),
    )
    first = starting_points.first_chart(standing, sheet, usual=routes.DEFAULT_SYMBOL)
    chart = (
        routes.chart(first.symbol, first.timeframe)
        if first
        else routes.chart(routes.DEFAULT_SYMBOL)
    )
    return Walk(shown, chart, tour.place(shown, kept.step if kept else ""), progress.running(kept))


def _ask(who: SignedIn, asked: str) -> None:
    """What the address wants; a word that is neither a step nor one of ours asks for nothing."""
    known = {each.id for each in tour.STEPS}
    with transaction() as session:
        kept = progress.of(session, who.user_id, progress.TOUR)
        stopped = kept.step if kept and kept.step in known else tour.STEPS[0].id
        step = {START: tour.STEPS[0].id, CONTINUE: stopped}.get(asked, asked)
        if step in known:
            progress.reach(session, who.user_id, progress.TOUR, step)


def _reach(who: SignedIn, step: str) -> None:
    with transaction() as session:
        progress.reach(session, who.user_id, progress.TOUR, step)


def _dismiss(who: SignedIn) -> None:
    with transaction() as session:
        progress.dismiss(session, who.user_id, progress.TOUR)


def _finish(who: SignedIn) -> None:
    with transaction() as session:
        progress.finish(session, who.user_id, progress.TOUR)
