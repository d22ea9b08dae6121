"""Which interval is shown, and which plan the visitor has, if any."""

import asyncio

import reflex as rx

from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access
from saas_app.ui.state import admission
from saas_app.ui.state.guard import public
from saas_app.ui.state.session import session_cookie


class Pricing(rx.State):
    annual: bool = False
    plan: str = ""

    @rx.var
    def monthly(self) -> bool:
        return not self.annual

    @rx.event
    @public
    def show_annual(self, annual: bool) -> None:
        self.annual = annual is True

    @rx.event
    @public
    async def load(self) -> None:
        """A visitor has no plan; somebody signed in sees their own marked."""
        self.plan = await asyncio.to_thread(_plan_behind, session_cookie(self))


def _plan_behind(cookie: str) -> str:
    who = admission.who(cookie)
    if who is None:
        return ""
    with snapshot() as session:
        return access.of(session, who.workspace_id, clock.now()).plan
