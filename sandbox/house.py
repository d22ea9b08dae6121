"""The running sandbox: its world, its clockwork and its deliveries, woken by every commit."""

import asyncio

from sandbox.engine.clockwork import Clockwork
from sandbox.settings import Settings
from sandbox.store import Body
from sandbox.webhooks import Deliverer
from sandbox.world import World

FIRST_ATTEMPTS = 2.0


class House:
    """What the edges (API, pages, control API) are given."""

    def __init__(self, settings: Settings) -> None:
        self.world = World(settings)
        self.deliverer = Deliverer(self.world)
        self.clockwork = Clockwork(self.world, self._let_it_be_seen)
        self._settle = 0.0
        self.journey: list[tuple[int, str, str]] = []

    def committed(self) -> None:
        """Something changed: there may be deliveries to send and things that are due."""
        self.deliverer.wake()
        self.clockwork.wake()

    async def walk_to(self, target: int, *, settle: float) -> list[str]:
        """Move the clock; returns when all that was due is done and tried to be delivered."""
        self._settle = settle
        try:
            happened = await self.clockwork.walk_to(target)
            self.journey = list(self.clockwork.journey)
            return happened
        finally:
            self._settle = 0.0
            self.committed()

    async def forget(self, keep: tuple[str, ...]) -> None:
        """Start again, at wall time, with no switches on."""
        self.world.store.clear(keep)
        self.world.faults.clear()
        self.world.clock.forget()
        self.committed()

    def success(self, session: Body) -> str:
        """Where a customer goes after paying."""
        return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])

    async def _let_it_be_seen(self) -> None:
        await self.deliverer.settled(FIRST_ATTEMPTS)
        if self._settle and self.world.store.count("webhook_endpoint"):
            await asyncio.sleep(self._settle)
