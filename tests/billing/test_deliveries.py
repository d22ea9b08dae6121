"""The whole way: the sandbox signs and sends over HTTP, the inbox believes, the drainer's thread works."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from saas_app.billing import checkout, inbox, publication, secrets
from saas_app.billing.drainer import Drainer
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    new_tenant,
    reloaded,
    stored_events,
    told,
)
from tests.support.webhook_receiver import receiving

pytestmark = pytest.mark.db


@pytest.fixture
def connected(stripe_world, configured):
    """Our endpoint, with nothing but the secret Stripe gave us for it."""
    with receiving() as receiver:
        where = urlsplit(receiver.url)
        configured.public_url = f"http://{where.netloc}"
        configured.__dict__.pop("origin", None)
        configured.stripe_webhook_secrets = []
        secrets.forget()
        publication.apply()
        receiver.on_delivery = lambda sent: asyncio.run(inbox.receive(sent.body, sent.signature))
        running = Drainer(sync.customer)
        running.start()
        yield stripe_world
        stripe_world.fault(clear=True)
        running.stop()


def until(true, within: float = 10.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def all_done() -> bool:
    rows = stored_events().values()
    return bool(rows) and {row.status for row in rows} <= {"done", "ignored"}


def paid(sandbox, tenant) -> None:
    started = checkout.start(tenant.workspace, tenant.owner, plan="pro", interval="month")
    sandbox.complete_checkout(started.session_id)


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"duplicate_webhooks": 50},
        {"reorder_webhooks": 50},
        {"forge_webhooks": 2},
        {"drop_webhooks": 3},
    ],
    ids=lambda fault: next(iter(fault), "kind"),
)
def test_a_purchase_unlocks_by_webhook_alone_however_it_is_delivered(connected, fault):
    connected.fault(**fault)
    ada = new_tenant()
    paid(connected, ada)
    until(lambda: access_of(ada).plan == "pro")
    until(all_done)
    assert reloaded(ada.owner).plan_type == "pro"
    assert told(ada.owner) == ["billing.trial_started"]


def test_an_event_lost_for_good_is_made_up_for_by_the_next_sync(connected):
    connected.fault(drop_webhooks=1000)
    ada = new_tenant()
    paid(connected, ada)
    assert access_of(ada).plan == "free"
    sync.workspace(ada.id)
    assert access_of(ada).plan == "pro"


def test_a_burst_of_purchases_loses_none(connected):
    tenants = [new_tenant(f"person{number}") for number in range(8)]
    for tenant in tenants:
        paid(connected, tenant)
    until(lambda: all(access_of(tenant).plan == "pro" for tenant in tenants))
    until(all_done)
    assert [told(tenant.owner) for tenant in tenants] == [["billing.trial_started"]] * 8
