"""The life itself: how acts are done and die, and the looks at the end. What is done stands beside it."""

import contextlib
import random
import threading
from collections.abc import Callable
from typing import ClassVar

import stripe as stripe_sdk
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from saas_app.billing import seats
from saas_app.billing.reconciliation import run
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.errors import SaasError
from saas_app.entitlements.refresh import refresh_lapsed
from tests.support.billing_world import Tenant, advance, customer_of, new_tenant
from tests.support.lives import judgement
from tests.support.lives.death import Death, Fate, living
from tests.support.lives.shop import PATIENCE, Shop, leases_run_out, shelf
from tests.support.sandbox_process import Refused

MOST, SOMETIMES = 0.85, 0.3
# With a card that works, fails later, or asks the bank at every renewal.
PURCHASES = (
    "month 4242424242424242",
    "year 4242424242424242",
    "month 4000000000000341",
    "month 4000002760003184",
)
# Places an act passes at most; early ones are likelier, for every act has them.
LONGEST = 120


class Life(RuleBasedStateMachine):
    """One workspace, from its first day to the night it is looked at for the last time."""

    shop: ClassVar[Shop]
    number: ClassVar[int] = 0
    """For names that nobody had before."""
    lives: ClassVar[int] = 0

    @initialize(seed=st.integers(0, 2**32))
    def born(self, seed: int) -> None:
        """The seed decides what is drawn once: left to Hypothesis, most lives would begin alike."""
        self.chance = random.Random(seed)
        self.shop.opened_anew(
            self.chance.choice(sorted(shelf())),
            self.chance.choice(["cancel", "unpaid", "past_due"]),
        )
        leases_run_out()
        Life.number += 1
        Life.lives += 1
        self.tenant: Tenant = new_tenant(f"life{Life.number}", self.shop.catalogue.default.id)
        # How likely each act is a worker's last, and how fast time goes by.
        self.dies = self.chance.choice([0.0, 0.2, 0.5])
        self.spans = self.chance.choice([("2h", "1d"), ("3d", "8d", "15d"), ("15d", "29d")])
        self.heard: set[str] = set()
        self.lost: set[str] = set()
        self.looked_at = clock.now()
        if self.chance.random() < MOST:
            interval, card = self.chance.choice(PURCHASES).split()
            self.act(lambda: self.buy(interval=interval, card=card))

    def buy(self, *, interval: str, card: str) -> None:
        raise NotImplementedError

    @rule(count=st.integers(1, 2))
    def answers_get_lost(self, count: int) -> None:
        self.shop.sandbox.fault(api_lost=count)

    @rule()
    def is_reconciled(self) -> None:
        if self.chance.random() < SOMETIMES:
            self.settle()

    def teardown(self) -> None:
        if hasattr(self, "tenant"):
            self.settle()

    @invariant()
    def holds_always(self) -> None:
        if hasattr(self, "tenant"):
            judgement.always(self.tenant, self.looked_at)

    def settle(self) -> None:
        """The nightly jobs run, this time with nothing in their way; then nothing is left to mend."""
        leases_run_out()
        self.shop.patience = PATIENCE
        self.shop.sandbox.fault(clear=True)
        self.looked_at = clock.now()
        refresh_lapsed(self.looked_at)
        self.holds_always()  # before Stripe is asked: time alone ends a grace
        run.everything()
        seats.follow_all()
        again = run.everything()
        assert (again.differences, again.failures) == ((), ())
        judgement.at_rest(self.tenant)

    def act(self, *acts: Callable[[], object]) -> None:
        """One act of ours, or several at once by as many workers. It may be refused, and be the last."""
        fates: list[Fate | None] = [None] * len(acts)
        if self.chance.random() < self.dies:
            fates[self.chance.randrange(len(acts))] = Fate(
                1 + int(LONGEST * self.chance.random() ** 2)
            )
        if len(acts) == 1:
            _worker(acts[0], fates[0], faults := [])
        else:
            self.shop.patience = min(self.shop.patience, 0.5)
            faults = _together(acts, fates)
        if faults:
            raise faults[0]
        died = any(fate is not None and fate.dead for fate in fates)
        # Somebody tries again before the dead worker's lease has run out, or a minute later.
        if died and self.chance.random() < 0.5:
            self.shop.patience = 0.0
        elif died or self.shop.patience != PATIENCE:
            self.shop.patience = PATIENCE
            leases_run_out()
        if self.chance.random() < SOMETIMES:
            self.time_passes(self.chance.choice(self.spans))

    def time_passes(self, span: str) -> None:
        leases_run_out()
        self.shop.patience = PATIENCE
        advance(self.shop.sandbox, span)

    def at_stripe(self, act: Callable[[stripe_sdk.StripeClient, str], object]) -> None:
        """What happens there without us, if it can."""
        row = customer_of(self.tenant)
        if row is None or row.stripe_id is None:
            return
        with contextlib.suppress(stripe_sdk.StripeError, Refused, IndexError):
            act(client.made(), row.stripe_id)


def _together(
    acts: tuple[Callable[[], object], ...], fates: list[Fate | None]
) -> list[BaseException]:
    faults: list[BaseException] = []
    workers = [
        threading.Thread(target=_worker, args=(act, fate, faults))
        for act, fate in zip(acts, fates, strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return faults


def _worker(act: Callable[[], object], fate: Fate | None, faults: list[BaseException]) -> None:
    with living(fate):
        try:
            act()
        except (SaasError, Death):
            return
        except BaseException as fault:  # noqa: BLE001 — a thread cannot raise: who waits for it does
            faults.append(fault)
