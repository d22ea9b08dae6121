"""Random histories: events doubled, shuffled, late, of the same second, and crashes in between.

The states are real ones, recorded from the sandbox; what is random is what we hear, when, and
where we die. Whatever happens, the end is what Stripe says and nobody hears a thing twice.
"""

import asyncio
import dataclasses
import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from saas_app.audit.models import AuditLog
from saas_app.billing import cancellation, drainer, gateway, inbox
from saas_app.billing import sync as billing_sync
from saas_app.billing.drainer import Drainer
from saas_app.billing.gateway import CustomerState
from saas_app.billing.models import Customer, StripeEvent
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    event_body,
    invoices_of,
    new_tenant,
    reloaded,
    signed,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
CRASHES = [None, "before the fetch", "before the commit", "before it is done"]
NUMBERS = itertools.count()


class Crash(BaseException):
    """As near to kill -9 as one process gets: nothing catches it."""


def recorded(sandbox) -> list[CustomerState]:
    """A year in the life of a subscription, as Stripe tells it step by step."""
    ada = new_tenant(f"model{next(NUMBERS)}")
    buy(sandbox, ada, card="4000000000000341")
    stripe, customer = gateway.current(), customer_of(ada).stripe_id
    states = [stripe.state(customer)]

    def step(span: str) -> None:
        advance(sandbox, span)
        states.append(stripe.state(customer))

    cancellation.at_period_end(ada.workspace, ada.owner)
    step("1h")
    cancellation.resume(ada.workspace, ada.owner)
    step("11d")
    step("4d")
    paying = client.made().v1
    method = paying.payment_methods.attach("pm_card_visa", {"customer": customer})
    owed = next(i for i in states[-1].invoices if i.status == "open")
    paying.invoices.pay(owed.id, {"payment_method": method.id})
    step("1h")
    cancellation.at_period_end(ada.workspace, ada.owner)
    step("1h")
    step("40d")
    clock.set_lead(clock.lead() * 0)
    return states


class Told:
    """A Stripe that stands at one of the recorded states."""

    def __init__(self, states: list[CustomerState]) -> None:
        self.states, self.at = states, 0
        self.crash: str | None = None

    def state(self, customer: str, *, every_invoice: bool = False) -> CustomerState:
        if self.crash == "before the fetch":
            raise Crash
        return self.states[self.at]


def of(states: list[CustomerState], tenant, customer: str) -> list[CustomerState]:
    """The same story about somebody else."""

    def renamed(identity: str) -> str:
        return f"{identity}_{tenant.id}"

    return [
        CustomerState(
            dataclasses.replace(state.customer, id=customer, workspace_key=tenant.workspace.key),
            tuple(
                dataclasses.replace(
                    s, id=renamed(s.id), customer=customer, workspace_key=tenant.workspace.key
                )
                for s in state.subscriptions
            ),
            tuple(
                dataclasses.replace(
                    i,
                    id=renamed(i.id),
                    customer=customer,
                    subscription=renamed(i.subscription) if i.subscription else None,
                )
                for i in state.invoices
            ),
        )
        for state in states
    ]


def bring(bodies: list[bytes]) -> None:
    async def all_at_once():
        await asyncio.gather(*(inbox.receive(body, signed(body)) for body in bodies))

    asyncio.run(all_at_once())


def work_off(stripe: Told, crash: str | None, monkeypatch) -> None:
    """One drainer that may die on the way, and its successor where `crash` is None."""
    stripe.crash = crash
    with monkeypatch.context() as patched:
        if crash == "before it is done":
            patched.setattr(drainer, "_finish", dying)
        if crash == "before the commit":
            patched.setattr(billing_sync, "_follower", dying)
        try:
            Drainer(sync.customer).drain()
        except Crash:
            assert crash
    stripe.crash = None


def dying(*_, **__):
    raise Crash


def audited(workspace_id: int) -> Counter:
    with snapshot() as session:
        rows = session.exec(select(AuditLog).where(AuditLog.workspace_id == workspace_id))
        return Counter(row.event for row in rows)


def test_row_03_whatever_we_hear_and_wherever_we_die_the_end_is_what_stripe_says(
    stripe_world, configured, monkeypatch
):
    states = recorded(stripe_world)
    assert [s.subscriptions[0].status.value for s in states] == [
        "trialing",
        "trialing",
        "trialing",
        "past_due",
        "active",
        "active",
        "canceled",
    ]

    @given(st.data())
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def history(data):
        number = next(NUMBERS)
        ada = new_tenant(f"person{number}")
        customer = f"cus_{number}"
        stripe = Told(of(states, ada, customer))
        gateway.install(stripe)
        with transaction() as session:
            # A history that Hypothesis broke off half-way leaves its events behind.
            session.exec(delete(StripeEvent))
            session.add(
                Customer(
                    workspace_id=ada.id,
                    stripe_id=customer,
                    email="a",
                    name="a",
                    created_at=clock.now(),
                )
            )
        same_second = data.draw(st.booleans(), label="same second")
        told_of: list[bytes] = []
        seen: set[str] = set()
        for stripe.at in range(len(states)):
            moment = datetime(2026, 12, 1 + stripe.at, tzinfo=UTC)
            told_of += [
                event_body(
                    customer,
                    event_id=f"evt_{number}_{stripe.at}_{which}",
                    created=int(
                        (datetime(2026, 12, 1, tzinfo=UTC) if same_second else moment).timestamp()
                    ),
                )
                for which in range(2)
            ]
            heard = data.draw(st.lists(st.sampled_from(told_of), max_size=5), label="heard")
            bring(heard)
            seen.update(heard)
            work_off(stripe, data.draw(st.sampled_from(CRASHES), label="crash"), monkeypatch)
        # Stripe goes on sending what was not acknowledged; in the end everything has come.
        bring(data.draw(st.permutations(told_of), label="late"))
        work_off(stripe, data.draw(st.sampled_from(CRASHES), label="last crash"), monkeypatch)
        work_off(stripe, None, monkeypatch)

        final = stripe.states[-1]
        assert [s.status for s in subscriptions_of(ada)] == [s.status for s in final.subscriptions]
        assert {(i.stripe_id, i.status, i.paid_cents) for i in invoices_of(ada)} == {
            (i.id, i.status, i.paid_cents) for i in final.invoices
        }
        assert access_of(ada).plan == reloaded(ada.owner).plan_type == "free"
        assert max(Counter(told(ada.owner)).values(), default=1) <= 2  # it was cancelled twice
        repeated = {k: n for k, n in audited(ada.id).items() if n > 1}
        assert repeated.keys() <= {"billing.cancel_scheduled"}, repeated
        assert sync.workspace(ada.id).changes == ()

    history()


def test_row_04_each_event_three_times_tells_each_step_once(stripe_world):
    states = recorded(stripe_world)
    ada = new_tenant("watched")
    stripe = Told(of(states, ada, "cus_watched"))
    gateway.install(stripe)
    with transaction() as session:
        session.add(
            Customer(
                workspace_id=ada.id,
                stripe_id="cus_watched",
                email="a",
                name="a",
                created_at=clock.now(),
            )
        )
    for stripe.at in range(len(states)):
        bring([event_body("cus_watched", event_id=f"evt_watched_{stripe.at}")] * 3)
        work_off_all()
    assert told(ada.owner) == [
        "billing.trial_started",
        "billing.cancel_scheduled",
        "billing.resumed",
        "billing.payment_failed",
        "billing.recovered",
        "billing.cancel_scheduled",
        "billing.ended",
    ]


def work_off_all() -> None:
    Drainer(sync.customer).drain()
