"""Invoices follow a person to a new address, where they went to the old one."""

import pytest

from saas_app.accounts.email_change import Moved
from saas_app.billing import moved, payer
from saas_app.billing.stripe import client
from saas_app.billing.wallet import PayerFacts
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from tests.support.billing_world import buy, customer_of, new_tenant

pytestmark = pytest.mark.db


class Kept:
    """Tasks wait here until the test runs them."""

    def __init__(self) -> None:
        self.waiting: list[tuple[tasks.Task, dict]] = []

    def enqueue(self, session, task, key, payload) -> None:
        self.waiting.append((task, payload))

    def run(self) -> None:
        for task, payload in self.waiting:
            task.run(payload)
            task.run(payload)  # may run twice


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def moves(tenant, old: str, new: str) -> Kept:
    kept = Kept()
    with transaction() as session:
        person = session.merge(tenant.owner)
        person.email = person.email_key = new
        session.add(person)
    tasks.install(kept)
    with transaction() as session:
        moved._forward(session, Moved(tenant.owner.id, old))
    return kept


def billed_to(tenant) -> tuple[str, str]:
    with snapshot() as session:
        here = payer.of(session, tenant.id).email
    return client.made().v1.customers.retrieve(customer_of(tenant).stripe_id).email, here


def test_invoices_follow_to_the_new_address_and_no_address_travels_in_the_task(ada):
    kept = moves(ada, "ada@example.com", "ada@new.example")
    assert "@" not in str([payload for _, payload in kept.waiting])
    kept.run()
    assert billed_to(ada) == ("ada@new.example", "ada@new.example")


def test_who_has_invoices_sent_elsewhere_keeps_that(ada):
    payer.change(ada.workspace, ada.owner, PayerFacts(name="Harbour", email="bills@example.org"))
    kept = moves(ada, "ada@example.com", "ada@new.example")
    assert kept.waiting == []
    assert billed_to(ada) == ("bills@example.org", "bills@example.org")
