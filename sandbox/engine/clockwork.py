"""Walking the clock: everything due is carried out in order, each thing at its own instant."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.engine import (
    buying,
    changing,
    discounting,
    disputing,
    due,
    invoicing,
    meter_errors,
    pausing,
    redeeming,
    renewing,
    scheduling,
    subscribing,
    tax_ids,
    test_clocks,
)
from sandbox.store import Body, Timer
from sandbox.world import World

FARTHEST = 3 * 366 * 86_400
_LONGEST_NAP = 5.0


ACTIONS: dict[str, Callable[[World, Body], Any]] = {
    "cancel": renewing.end,
    "code_expires": redeeming.expire_code,
    "coupon_expires": redeeming.expire_coupon,
    "delete_clock": test_clocks.delete,
    "discount_ends": discounting.end,
    "dispute": disputing.by_itself,
    "dispute_lapses": disputing.lapse,
    "expire_incomplete": subscribing.expire_incomplete,
    "expire_pending_update": changing.expire_pending,
    "expire_session": buying.expire,
    "finalize": renewing.charge,
    "overdue": invoicing.overdue,
    "pause_ends": pausing.end,
    "phase": scheduling.turn,
    "collect_again": pausing.collect_again,
    "report_meter_errors": meter_errors.report,
    "resume_lapses": pausing.lapse,
    "retry": invoicing.retry,
    "roll": renewing.roll,
    "schedule_expiring": scheduling.remind,
    "trial_will_end": renewing.remind_of_trial_end,
    "upcoming": renewing.remind_of_renewal,
    "verify_tax_id": tax_ids.verify,
}


class Clockwork:
    """Moves the clock and carries out what falls due, one walk at a time.

    `after_step` is awaited after each instant at which something happened, so whoever
    listens to webhooks sees the world as it was then, not only as it ended up. `journey`
    is what the last walk carried out: when, what, and on which object.
    """

    def __init__(self, world: World, after_step: Callable[[], Awaitable[None]]) -> None:
        self._world = world
        self._after_step = after_step
        self._walking = asyncio.Lock()
        self._woken = asyncio.Event()
        self.journey: list[tuple[int, str, str]] = []

    def wake(self) -> None:
        """Something new may be due."""
        self._woken.set()

    async def walk_to(self, target: int) -> list[str]:
        """Carry out everything due until then, then make it that time; says what happened."""
        happened: list[str] = []
        async with self._walking:
            self.journey = []
            while first := self._world.store.next_timer(until=target):
                self._world.clock.move_to(first.at)
                happened += self._carry_out_all(first.at)
                await self._after_step()
            self._world.clock.move_to(target)
        return happened

    async def keep_time(self) -> None:
        """Carry out what falls due while nobody moves the clock."""
        while True:
            self._woken.clear()
            await self.walk_to(self._world.now())
            for clock in test_clocks.advancing(self._world):
                await self._walk_clock(clock)
            ahead = self._world.store.next_timer()
            nap = min(_LONGEST_NAP, ahead.at - self._world.now()) if ahead else _LONGEST_NAP
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), max(nap, 0.05))

    async def _walk_clock(self, clock: Body) -> None:
        """Live through what is due on a test clock until its target, then stand still there."""
        world, clock_id = self._world, clock["id"]
        target = clock["status_details"]["advancing"]["target_frozen_time"]
        async with self._walking:
            while timer := world.store.next_timer(until=target, clock=clock_id):
                self._carry_out(timer, clock_id)
                await self._after_step()
            with world.store.transaction():
                if (arrived := world.store.get(clock_id)) is not None:
                    test_clocks.arrive(world, arrived)

    def _carry_out_all(self, instant: int) -> list[str]:
        done = []
        while (timer := self._world.store.next_timer(until=instant)) is not None:
            self._carry_out(timer)
            done.append(f"{timer.action} {timer.object_id}")
            self.journey.append((timer.at, timer.action, timer.object_id))
        return done

    def _carry_out(self, timer: Timer, clock_id: str = "") -> None:
        world = self._world
        with world.store.transaction(), world.on_clock(clock_id, timer.at):
            due.never(world, timer.object_id, timer.action)
            if (body := world.store.get(timer.object_id)) is not None:
                ACTIONS[timer.action](world, body)
