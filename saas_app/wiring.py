"""Installs the adapters that the settings ask for. Shared by web, command line and worker; no Reflex."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from saas_app.accounts.own_data import tables as own_data_tables
from saas_app.alerts import beat, delivery, rules
from saas_app.alerts import own_data as alerts_data
from saas_app.api import quota
from saas_app.billing import gateway, moved
from saas_app.billing import own_data as billing_data
from saas_app.billing.catalogue import versions
from saas_app.billing.drainer import Drainer
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.core import dbos_tasks, live, memory, sandbox_clock, tasks
from saas_app.core.settings import settings
from saas_app.entitlements import keeping, seating, sync, tidings, usage
from saas_app.entitlements import own_data as entitlements_data
from saas_app.jobs import runner
from saas_app.market import current, feed, watchlist
from saas_app.market import own_data as market_data
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.port import MarketSource
from saas_app.market.feeds.replay import ReplaySource
from saas_app.market.feeds.stored import StoredSource
from saas_app.onboarding import own_data as onboarding_data
from saas_app.plans.features import Feature
from saas_app.teams import own_data as teams_data
from saas_app.teams import seats
from saas_app.workspaces import own_data as workspaces_data


def install() -> None:
    """Everything a process needs before it does anything. Opens no connection, starts no thread."""
    tasks.install(dbos_tasks.DbosTasks())
    gateway.install(StripeGateway())
    sync.install()
    moved.install()
    current.install(Board(_sources()))
    for holder in _HOLDERS:
        holder.install()
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    keeping.listed_by(Feature.WATCHLIST_ITEMS, watchlist.things)
    usage.counted_by(Feature.ALERTS_ACTIVE, rules.count)
    keeping.listed_by(Feature.ALERTS_ACTIVE, rules.things)
    usage.counted_by(Feature.API_REQUESTS, quota.used)
    usage.counted_by(Feature.SEATS, seats.taken)
    keeping.listed_by(Feature.SEATS, seating.things)


def _sources() -> list[MarketSource]:
    """The board gives a symbol to the last that has it: the settings name the best first."""
    named = [
        DemoSource() if name == "demo" else StoredSource(name) for name in settings().market_sources
    ]
    return [*reversed(named), ReplaySource()]


# Who holds something of a person, lowest layer first.
_HOLDERS = (
    own_data_tables,
    workspaces_data,
    billing_data,
    entitlements_data,
    teams_data,
    market_data,
    alerts_data,
    onboarding_data,
)


@asynccontextmanager
async def lifespan() -> AsyncGenerator[None]:
    """What runs beside the web process for as long as it lives."""
    if settings().sandboxed:
        await asyncio.to_thread(sandbox_clock.ask_once)
    await asyncio.to_thread(versions.refresh)
    await asyncio.to_thread(dbos_tasks.launch)
    drainer = Drainer(sync.customer, give_up=tidings.dead_letter)
    drainer.start()
    loops = [asyncio.create_task(loop) for loop in _loops()]
    memory.settle()
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        for loop in loops:
            with suppress(asyncio.CancelledError):
                await loop
        await asyncio.to_thread(drainer.stop)
        await asyncio.to_thread(dbos_tasks.stop)


def _loops() -> Iterator[Coroutine[Any, Any, None]]:
    yield runner.run()
    yield feed.run()
    yield beat.run()
    yield delivery.run()
    if settings().sandboxed:
        yield sandbox_clock.follow()
    if not settings().on_sqlite:
        yield live.listen()
