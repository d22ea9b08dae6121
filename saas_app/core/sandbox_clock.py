"""Follows the sandbox's clock: the one way `now()` gets its lead. Silent outside the sandbox."""

import asyncio
from datetime import timedelta

import httpx

from saas_app.core import clock, live, logs
from saas_app.core.settings import settings

_EVERY_SECONDS = 0.5
_log = logs.get(__name__)


def ask() -> bool:
    """Read the sandbox's clock once; True when the business clock jumped."""
    answer = httpx.get(f"{settings().sandbox_origin}/_sandbox/clock", timeout=2)
    answer.raise_for_status()
    return clock.set_lead(timedelta(seconds=float(answer.json()["offset_seconds"])))


def ask_once() -> None:
    """At start: nothing dated may be decided before the lead is known. A silent sandbox has none."""
    try:
        ask()
    except (httpx.HTTPError, KeyError, ValueError) as gone:
        _log.warning("clock.sandbox_silent", error=type(gone).__name__)


async def follow() -> None:
    """Keep following for ever. A jump wakes every open page: anything dated may have changed."""
    while True:
        try:
            if await asyncio.to_thread(ask):
                _log.info("clock.jumped", lead_seconds=int(clock.lead().total_seconds()))
                live.HUB.bump(live.CLOCK)
                live.HUB.bump_all()
        except (httpx.HTTPError, KeyError, ValueError) as gone:
            _log.debug("clock.sandbox_silent", error=type(gone).__name__)
        await asyncio.sleep(_EVERY_SECONDS)
