"""What we hear of it, by webhook and by looking, and what our own clock starts."""

import asyncio
import json
import random

from hypothesis import strategies as st
from hypothesis.stateful import rule

from saas_app.billing import inbox, pausing, seats
from saas_app.billing.drainer import Drainer
from saas_app.billing.reconciliation import run
from saas_app.core import clock
from saas_app.entitlements import sync
from saas_app.entitlements.refresh import refresh_lapsed, remind
from tests.support.billing_world import happened, signed
from tests.support.lives.death import Death, is_dead
from tests.support.lives.life import Life


class News(Life):
    @rule(
        seed=st.integers(0, 2**16),
        lose=st.sampled_from([0.0, 0.3, 1.0]),
        workers=st.sampled_from([1, 2]),
    )
    def events_come(self, seed: int, lose: float, workers: int) -> None:
        """Each twice and in no order, to one worker or two; some never."""
        chance = random.Random(seed)
        gone = self.heard | self.lost
        waiting = [each for each in happened(self.shop.sandbox) if each["id"] not in gone]
        self.lost |= {each["id"] for each in waiting if chance.random() < lose}
        come = [each for each in waiting if each["id"] not in self.lost] * 2
        chance.shuffle(come)
        self.heard |= {each["id"] for each in come}
        self.act(*[lambda mine=come[n::workers]: deliver(mine) for n in range(workers)])

    @rule(everything=st.booleans())
    def somebody_looks_at_stripe(self, everything: bool) -> None:
        """A reconciliation that may die on the way."""
        self.act(run.everything if everything else run.recent)

    @rule()
    def jobs_run(self) -> None:
        now = clock.now()

        def run_all() -> None:
            refresh_lapsed(now)
            self.looked_at = now
            remind(now)
            pausing.wake_due(now)
            seats.follow_all()

        self.act(run_all)


def deliver(events: list[dict]) -> None:
    """Bring these to the inbox, all at once as Stripe does, and work them off."""

    async def bring() -> None:
        bodies = [json.dumps(event).encode() for event in events]
        pending = {asyncio.create_task(inbox.receive(body, signed(body))) for body in bodies}
        while pending:
            # Nobody answers a request whose process is dead.
            done, pending = await asyncio.wait(pending, timeout=0.05)
            if is_dead():
                raise Death
            for each in done:
                each.result()

    asyncio.run(bring())
    Drainer(sync.customer).drain()
