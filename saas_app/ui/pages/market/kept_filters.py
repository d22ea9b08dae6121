"""Filters that a page keeps by name: save, use, rename, remove and undo, the same on each page that has them."""

import asyncio
from abc import abstractmethod
from typing import Any

import reflex as rx

from saas_app.accounts.sessions import SignedIn
from saas_app.core.errors import SaasError
from saas_app.core.texts import text
from saas_app.market import filters
from saas_app.market.filters import Filter
from saas_app.market.models import SavedFilter
from saas_app.market.saved_filters import On, Removed
from saas_app.ui.pages.alerts.rows import Option
from saas_app.ui.pages.market import filtering
from saas_app.ui.state.following import put
from saas_app.ui.state.guard import guarded


class KeptFilters(rx.State, mixin=True):
    """Whoever mixes it in says which list it is (`_list`), what is chosen now (`_draw`), and looks (`_anew`)."""

    saved: list[Option] = []
    used: str = ""
    name: str = ""
    asks: int = 0
    answer: str = ""
    refused: bool = False
    undo: str = ""

    _wanted: dict[str, Any] = {}
    _removed: Removed | None = None

    @rx.event
    @guarded()
    async def clear(self, who: SignedIn) -> None:
        self.used = self.name = ""
        self._want(filters.NOTHING)
        await self._anew(who)

    @rx.event
    @guarded()
    async def write_name(self, who: SignedIn, name: str) -> None:  # noqa: ARG002 — asking for the person is the guard
        self.name = name[:200]

    @rx.event
    @guarded()
    async def save(self, who: SignedIn) -> None:
        wanted = filters.read(self._wanted)
        try:
            await asyncio.to_thread(filtering.save, who, self._list(), self.name, wanted)
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
            return
        self._say(text("filters.saved", name=self.name))
        await self._look_again(who)

    @rx.event
    @guarded()
    async def rename(self, who: SignedIn) -> None:
        """The filter that is in use takes the name that is written."""
        if not self.used:
            return
        try:
            await asyncio.to_thread(filtering.rename, who, int(self.used), self.name)
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
            return
        self._say(text("filters.renamed", name=self.name))
        await self._look_again(who)

    @rx.event
    @guarded()
    async def use(self, who: SignedIn, filter_id: str) -> None:
        """Take up a saved filter; the empty choice keeps what stands in the form."""
        if not filter_id.isdecimal():
            return
        self.name, wanted = await asyncio.to_thread(filtering.kept, who, int(filter_id[:9]))
        self.used = filter_id[:9]
        self._want(wanted)
        await self._anew(who)

    @rx.event
    @guarded()
    async def remove(self, who: SignedIn) -> None:
        """The filter that is in use; its conditions stay in the form."""
        if not self.used:
            return
        self._removed = await asyncio.to_thread(filtering.remove, who, int(self.used))
        self.used = ""
        self._say()
        self.undo = text("filters.removed", name=self._removed.name)
        await self._look_again(who)

    @rx.event
    @guarded()
    async def put_back(self, who: SignedIn) -> None:
        removed, self._removed, self.undo = self._removed, None, ""
        if removed is None:
            return
        try:
            await asyncio.to_thread(filtering.put_back, who, removed)
        except SaasError as refusal:
            self._say(refusal.message, refused=True)
        await self._look_again(who)

    @abstractmethod
    def _list(self) -> On: ...

    @abstractmethod
    def _draw(self, wanted: Filter) -> None: ...

    @abstractmethod
    async def _anew(self, who: SignedIn) -> None: ...

    @abstractmethod
    async def _look_again(self, who: SignedIn) -> None: ...

    def _want(self, wanted: Filter) -> None:
        self._wanted = filters.kept(wanted)
        put(self, asks=wanted.asks)
        self._draw(wanted)

    def _list_saved(self, saved: list[SavedFilter]) -> None:
        put(self, saved=[Option(str(each.id), each.name) for each in saved])

    def _say(self, said: str = "", *, refused: bool = False) -> None:
        put(self, answer=said, refused=refused, undo="")
