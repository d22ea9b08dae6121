"""State trees without a browser: a handler is called in milliseconds, as the person behind a cookie."""

from dataclasses import dataclass
from typing import Any, Self, TypeVar

import reflex as rx
from reflex.istate.data import RouterData

from saas_app.accounts import sessions
from saas_app.audit.trail import NOWHERE
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.ui.state.session import Session
from tests.support.billing_world import Tenant

S = TypeVar("S", bound=rx.State)


@dataclass(frozen=True)
class Tab:
    """One open page: its whole state tree, and what stands in its address bar."""

    root: rx.State

    async def of(self, state: type[S]) -> S:
        return await self.root.get_state(state)

    async def call(self, state: type[rx.State], handler: str, *args: Any) -> Any:
        return await state.event_handlers[handler].fn(await self.of(state), *args)

    async def background(self, state: type[rx.State], handler: str) -> None:
        await state.event_handlers[handler].fn(_Background(await self.of(state)))

    async def notice(self) -> str:
        return (await self.of(Session)).notice.get("text", "")

    async def departure(self) -> str:
        return (await self.of(Session)).departure.get("to", "")

    def go(self, path: str, cookie: str) -> None:
        headers = {"cookie": cookie, "origin": settings().origin}
        self.root.router = RouterData.from_router_data(
            {"headers": headers, "asPath": path, "pathname": path.partition("?")[0]}
        )


class _Background:
    """What a background handler holds: the state, to be changed inside `async with` only."""

    def __init__(self, state: rx.State) -> None:
        object.__setattr__(self, "_state", state)
        object.__setattr__(self, "_inside", False)

    async def __aenter__(self) -> Self:
        object.__setattr__(self, "_inside", True)
        return self

    async def __aexit__(self, *_: object) -> None:
        object.__setattr__(self, "_inside", False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def __setattr__(self, name: str, value: Any) -> None:
        assert self._inside, f"{name} was set outside of `async with self`"
        setattr(self._state, name, value)


def tab(path: str, cookie: str = "") -> Tab:
    opened = Tab(rx.State(_reflex_internal_init=True))  # pyright: ignore[reportCallIssue] — the framework's own way in, for tests
    opened.go(path, cookie)
    return opened


def logged_in(tenant: Tenant, user=None) -> str:
    """A cookie header of this person in this workspace."""
    with transaction() as session:
        plain = sessions.start(
            session, user or tenant.owner, tenant.id, remember=False, origin=NOWHERE
        )
    return f"{sessions.COOKIE}={plain}"
