"""The filter of the alerts: conditions that must all hold, kept by name like those of the scanner."""

import asyncio
from typing import Literal

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot
from saas_app.market import filters, saved_filters
from saas_app.market.filters import Filter
from saas_app.market.models import SavedFilter
from saas_app.market.saved_filters import On
from saas_app.ui.pages.alerts import filter_rows
from saas_app.ui.pages.alerts.state import Alerts
from saas_app.ui.pages.market import filtering
from saas_app.ui.pages.market.kept_filters import KeptFilters
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded

Asked = Literal["symbols", "timeframes", "kind", "channel", "state", "direction"]


class AlertFilter(KeptFilters, rx.State):
    # What each choice stands at; empty asks nothing.
    chosen: dict[str, str] = dict.fromkeys(filter_rows.ASKED, "")

    @rx.event
    @guarded()
    async def load(self, who: SignedIn) -> None:
        self._say()
        await self._look_again(who)

    @rx.event
    @guarded()
    async def choose(self, who: SignedIn, name: Asked, value: str) -> None:
        """One choice of each; what is not offered is not taken."""
        if value and value not in filter_rows.offered(name):
            return
        asked = {**self.chosen, name: value}
        self._want(filter_rows.as_filter(asked))
        await self._anew(who)

    def _list(self) -> On:
        return On.ALERTS

    def _draw(self, wanted: Filter) -> None:
        put(self, chosen=filter_rows.chosen(wanted))

    async def _anew(self, who: SignedIn) -> None:
        page = await self.get_state(Alerts)
        page._wanted = filters.kept(filters.read(self._wanted))
        await page._look_again(who)

    async def _look_again(self, who: SignedIn) -> None:
        self._list_saved(await asyncio.to_thread(_saved, who))


def _saved(who: SignedIn) -> list[SavedFilter]:
    with snapshot() as session:
        return saved_filters.of(session, filtering.whose(who), On.ALERTS)
