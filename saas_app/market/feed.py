"""The beat of the market: once a second every open page hears that prices may have moved.

One loop per process, however many pages look. Carries no price and asks nobody's plan: whoever
wakes reads the board with their own rights.
"""

import asyncio

from saas_app.core import clock, live

QUOTES = "quotes"
_MICROSECONDS = 1_000_000


async def run() -> None:
    """For ever, just after each full second, so that all pages show the same one."""
    while True:
        await asyncio.sleep(1 - clock.wall().microsecond / _MICROSECONDS)
        live.HUB.bump(QUOTES)
