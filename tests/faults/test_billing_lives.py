"""Random lives of customers against the sandbox: whatever is done, heard and lost, nothing ends wrong.

Acts of the owner, of Stripe's own pages and of time are mixed with events that are lost, doubled
and shuffled, answers that are lost after the act, and deaths at transaction boundaries. At the
end Stripe is held against an oracle that shares no code with the product. HISTORIES sets how many
lives are lived on each database.
"""

import contextlib
import itertools
import os
import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
import stripe as stripe_sdk
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlmodel import Session, func, select

from saas_app.billing import cancellation, checkout
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.models import Customer, Subscription
from saas_app.billing.reconciliation import run
from saas_app.billing.revenue.models import RevenueEntry
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.errors import SaasError
from saas_app.entitlements.refresh import refresh_lapsed
from saas_app.notifications.models import Notification
from tests.support.billing_oracle import truth
from tests.support.billing_world import (
    access_of,
    advance,
    customer_of,
    deliver,
    happened,
    invoices_of,
    new_tenant,
    reloaded,
    subscriptions_of,
)

pytestmark = [pytest.mark.db, pytest.mark.timeout(0 if "HISTORIES" in os.environ else 600)]
HISTORIES = int(os.environ.get("HISTORIES", "25"))
NUMBERS = itertools.count()
GOOD, FAILS_LATER, DECLINES = "4242424242424242", "4000000000000341", "4000000000000002"
SPANS = ("30m", "2h", "1d", "3d", "8d", "15d", "29d")


class Death(BaseException):
    """As near to kill -9 as one process gets."""


@contextlib.contextmanager
def dying(monkeypatch, at: int, *, after: bool):
    """The process dies at its `at`-th commit from now, before or after it is safe on disk."""
    left = at
    commit = Session.commit

    def mortal(session) -> None:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            raise Death
        commit(session)
        if left == 0:
            raise Death

    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", mortal)
        with contextlib.suppress(Death):
            yield


def machine(world, monkeypatch):
    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.mortal = (0, False)
            self.heard: set[str] = set()
            self.lost: set[str] = set()

        @initialize()
        def born(self) -> None:
            world.fault(clear=True)
            world.reset(keep_catalogue=True)
            clock.set_lead(timedelta())
            self.tenant = new_tenant(f"life{next(NUMBERS)}")

        # What the owner does on our pages: any refusal is fine, as long as the end is right.

        @rule(
            card=st.sampled_from([GOOD, GOOD, FAILS_LATER, DECLINES]),
            interval=st.sampled_from(["month", "year"]),
            returns=st.booleans(),
        )
        def buys(self, card: str, interval: str, returns: bool) -> None:
            with self.acting():
                page = checkout.start(
                    self.tenant.workspace, self.tenant.owner, plan="pro", interval=interval
                )
                with contextlib.suppress(Exception):  # a card that is declined
                    world.complete_checkout(page.session_id, card)
                if returns:
                    checkout.finish(page.session_id, self.tenant.workspace)

        @rule()
        def cancels(self) -> None:
            with self.acting():
                cancellation.at_period_end(self.tenant.workspace, self.tenant.owner)

        @rule()
        def cancels_at_once(self) -> None:
            with self.acting():
                cancellation.at_once(self.tenant.workspace, self.tenant.owner)

        @rule()
        def resumes(self) -> None:
            with self.acting():
                cancellation.resume(self.tenant.workspace, self.tenant.owner)

        @rule(interval=st.sampled_from(["month", "year"]), twice=st.booleans())
        def changes(self, interval: str, twice: bool) -> None:
            with self.acting():
                quote = preview.quote(self.tenant.workspace, interval=interval)
                for _ in range(1 + twice):
                    confirm.confirm(self.tenant.workspace, self.tenant.owner, quote.key)

        @rule()
        def undoes_the_change(self) -> None:
            with self.acting():
                confirm.undo(self.tenant.workspace, self.tenant.owner)

        # What happens at Stripe without us.

        @rule(pay=st.booleans())
        def brings_another_card(self, pay: bool) -> None:
            self.at_stripe(lambda v1, customer: self._new_card(v1, customer, pay=pay))

        @rule()
        def cancels_in_the_portal(self) -> None:
            self.at_stripe(
                lambda v1, _: v1.subscriptions.update(
                    self.live().stripe_id, {"cancel_at": "min_period_end"}
                )
            )

        @rule()
        def staff_refund_the_last_payment(self) -> None:
            self.at_stripe(
                lambda v1, customer: v1.refunds.create(
                    {"charge": v1.charges.list({"customer": customer, "limit": 1}).data[0].id}
                )
            )

        @rule(span=st.sampled_from(SPANS))
        def time_passes(self, span: str) -> None:
            advance(world, span)

        # What we hear of it.

        @rule(
            seed=st.integers(0, 2**16),
            lose=st.sampled_from([0.0, 0.3, 1.0]),
            workers=st.sampled_from([1, 2]),
        )
        def events_come(self, seed: int, lose: float, workers: int) -> None:
            chance = random.Random(seed)
            waiting = [e for e in happened(world) if e["id"] not in self.heard | self.lost]
            self.lost |= {e["id"] for e in waiting if chance.random() < lose}
            come = [e for e in waiting if e["id"] not in self.lost] * 2
            chance.shuffle(come)
            self.heard |= {e["id"] for e in come}
            with self.acting():
                threads = [
                    threading.Thread(target=deliver, args=(come[n::workers],))
                    for n in range(1, workers)
                ]
                for thread in threads:
                    thread.start()
                try:
                    deliver(come[::workers])
                finally:
                    for thread in threads:
                        thread.join()

        @rule(at=st.integers(1, 8), after=st.booleans())
        def will_die(self, at: int, after: bool) -> None:
            self.mortal = (at, after)

        @rule(count=st.integers(1, 2))
        def answers_get_lost(self, count: int) -> None:
            world.fault(api_lost=count)

        @rule()
        def is_reconciled(self) -> None:
            self.settle()

        def teardown(self) -> None:
            if hasattr(self, "tenant"):
                self.settle()

        # The judgement.

        def settle(self) -> None:
            self.mortal = (0, False)
            world.fault(clear=True)
            run.everything()
            refresh_lapsed(clock.now())
            again = run.everything()
            assert (again.differences, again.failures) == ((), ())
            self.check()

        def check(self) -> None:
            tenant, row = self.tenant, customer_of(self.tenant)
            with snapshot() as session:
                keys = session.exec(
                    select(Notification.key).where(Notification.user_id == tenant.owner.id)
                ).all()
                assert max(Counter(keys).values(), default=1) == 1
                booked = session.exec(
                    select(func.coalesce(func.sum(RevenueEntry.amount_cents), 0)).where(
                        RevenueEntry.workspace_id == tenant.id
                    )
                ).one()
            if row is None or row.stripe_id is None:
                assert access_of(tenant).plan == "free"
                return
            real = truth(client.made(), row.stripe_id, now=int(clock.now().timestamp()))
            assert access_of(tenant).plan == real.plan
            assert reloaded(tenant.owner).plan_type == real.plan
            assert real.live <= 1
            assert tuple(sorted(s.status for s in subscriptions_of(tenant))) == real.statuses
            assert {
                (i.stripe_id, i.status, i.paid_cents) for i in invoices_of(tenant)
            } == real.invoices
            assert booked == real.cents

        # How it is done.

        @contextlib.contextmanager
        def acting(self):
            """An act of ours: it may be refused, and it may be the last thing this process does."""
            at, after = self.mortal
            self.mortal = (0, False)
            with (
                dying(monkeypatch, at, after=after) if at else contextlib.nullcontext(),
                contextlib.suppress(SaasError),
            ):
                yield

        def at_stripe(self, act) -> None:
            row = customer_of(self.tenant)
            if row is None or row.stripe_id is None:
                return
            with contextlib.suppress(stripe_sdk.StripeError, IndexError, Nobody):
                act(client.made().v1, row.stripe_id)

        def live(self) -> Subscription:
            with snapshot() as session:
                row = session.get_one(Customer, self.tenant.id)
                if row.subscription_id is None:
                    raise Nobody
                return session.get_one(Subscription, row.subscription_id)

        def _new_card(self, v1, customer: str, *, pay: bool) -> None:
            method = v1.payment_methods.attach("pm_card_visa", {"customer": customer})
            default = {"invoice_settings": {"default_payment_method": method.id}}
            v1.customers.update(customer, default)
            if pay:
                owed = v1.invoices.list({"customer": customer, "status": "open"}).data[0]
                v1.invoices.pay(owed.id, {"payment_method": method.id})

    return Life


class Nobody(LookupError):
    """There is no subscription to act upon."""


def test_row_03_whatever_happens_nobody_ends_with_a_wrong_plan_or_a_lost_cent(
    stripe_world, monkeypatch
):
    run_state_machine_as_test(
        machine(stripe_world, monkeypatch),
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        ),
    )
