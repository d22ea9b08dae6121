"""Row 28, the other end: what Stripe took and could not count comes back as a thin event, to staff, once."""

import dataclasses
import json
import time

import pytest
from sqlmodel import select
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from saas_app.api.v1.webhooks import StripeWebhook
from saas_app.billing import events, publication, secrets
from saas_app.billing.models import WebhookEndpoint
from saas_app.billing.publication import THIN_PATH
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import metering, quota
from saas_app.entitlements.models import MeterEvent
from saas_app.notifications.models import Notification
from saas_app.plans.features import Feature
from tests.support.billing_world import (
    SECRET,
    advance,
    buy,
    customer_of,
    new_tenant,
    new_user,
    signed,
    told,
)
from tests.support.grants import grant
from tests.support.webhook_receiver import Receiver, receiving

pytestmark = pytest.mark.db
KIND = "billing.usage_uncounted"


@pytest.fixture
def sam(stripe_world):
    return new_user("sam", is_staff=True)


@pytest.fixture
def destination(stripe_world, configured):
    """Our own destination at Stripe, its address answered by a receiver the test reads from."""
    with receiving() as receiver:
        configured.public_url = receiver.url.removesuffix("/hook")
        configured.__dict__.pop("origin", None)
        configured.stripe_webhook_secrets = []
        secrets.forget()
        publication.apply()
        yield receiver
        stripe_world.fault(clear=True)


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    grant(tenant, "sms", 50)
    return tenant


def use(tenant, request_id: str) -> None:
    with transaction() as session:
        quota.take(session, tenant.id, Feature.SMS, request_id=request_id, amount=1)


def lose(tenant, sandbox, *request_ids: str) -> None:
    """Readings for a customer who was deleted at Stripe, and we do not know it yet."""
    client.made().v1.customers.delete(customer_of(tenant).stripe_id)
    for each in request_ids:
        use(tenant, each)
    assert metering.send_due(clock.now()) == len(request_ids)
    advance(sandbox, "2m")


def report(receiver: Receiver):
    """The delivery of the thin event; the others are about customers and go elsewhere."""
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        for each in list(receiver.received):
            if each.event["object"] == "v2.core.event":
                return each
        time.sleep(0.01)
    raise AssertionError("no thin event came")


def post(body: bytes, signature: str):
    web = TestClient(StripeWebhook(PlainTextResponse("elsewhere", 404)))
    return web.post(THIN_PATH, content=body, headers={"stripe-signature": signature})


def texts(user) -> list[str]:
    with snapshot() as session:
        rows = select(Notification).where(Notification.user_id == user.id)
        return [json.dumps(row.model_dump(mode="json")) for row in session.exec(rows)]


def test_row_28_usage_that_could_not_be_counted_is_told_to_staff_once(
    ada, sam, stripe_world, destination
):
    lose(ada, stripe_world, "one", "two")
    sent = report(destination)
    assert [post(sent.body, sent.signature).json() for _ in range(3)] == [{"received": "told"}] * 3
    assert told(sam).count(KIND) == 1
    (text,) = (each for each in texts(sam) if KIND in each)
    assert "meter_event_customer_not_found (2)" in text
    with snapshot() as session:
        rows = session.exec(select(MeterEvent)).all()
    assert {row.error for row in rows} == {"not counted: meter_event_customer_not_found"}
    assert all(row.identifier in text for row in rows)
    assert metering.send_due(clock.now()) == 0  # sent is sent: it is not tried again


def test_row_28_the_report_waits_at_stripe_while_it_cannot_be_fetched(
    ada, sam, stripe_world, destination
):
    lose(ada, stripe_world, "one")
    sent = report(destination)
    stripe_world.fault(api_down=3)
    assert post(sent.body, sent.signature).status_code == 503
    assert told(sam) == []
    stripe_world.fault(clear=True)
    assert post(sent.body, sent.signature).status_code == 200
    assert told(sam).count(KIND) == 1


def test_row_28_another_loss_is_another_notice(ada, sam, stripe_world, destination):
    lose(ada, stripe_world, "one")
    first = report(destination)
    post(first.body, first.signature)
    use(ada, "two")
    metering.send_due(clock.now())
    destination.received.clear()
    advance(stripe_world, "2m")
    second = report(destination)
    post(second.body, second.signature)
    assert told(sam).count(KIND) == 2


def thin(**other) -> bytes:
    said = {
        "id": "evt_test_1",
        "object": "v2.core.event",
        "type": events.USAGE_LOST,
        "created": "2026-11-21T10:00:00.000Z",
        "livemode": False,
        "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/m"},
    }
    return json.dumps({**said, **other}).encode()


def test_row_28_a_forged_old_or_foreign_report_is_refused_and_asks_stripe_nothing(
    stripe_world, sam, heard
):
    before = len(heard)
    old = int(time.time()) - 301
    refused = [
        (thin(), signed(thin(), secret="whsec_other")),
        (thin(), signed(thin(), at=old)),
        (thin(), ""),
        (thin(object="event"), signed(thin(object="event"))),
        (b"[]", signed(b"[]")),
    ]
    for body, signature in refused:
        answer = post(body, signature)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_webhook")
    assert len(heard) == before
    assert told(sam) == []


@pytest.mark.parametrize("other", [{"livemode": True}, {"type": "v1.billing.meter.created"}])
def test_row_28_what_is_not_for_us_is_ignored_and_asks_stripe_nothing(stripe_world, heard, other):
    before = len(heard)
    body = thin(**other)
    assert post(body, signed(body, secret=SECRET)).json() == {"received": "ignored"}
    assert len(heard) == before


def test_our_destination_is_made_once_and_its_secret_sealed(stripe_world, destination, configured):
    assert publication.apply() == []
    ways = client.made().v2.core.event_destinations
    (made,) = (
        each
        for each in ways.list({"include": ["webhook_endpoint.url"]}).data
        if each.webhook_endpoint.url.startswith(configured.origin)
    )
    assert made.webhook_endpoint.url == f"{configured.origin}{THIN_PATH}"
    assert made.enabled_events == [events.USAGE_LOST]
    with snapshot() as session:
        row = session.get_one(WebhookEndpoint, made.id)
    assert not row.sealed_secret.startswith("whsec_")
    ways.disable(made.id)
    assert publication.apply() == ["enabled thin event destination"]
    ways.update(made.id, {"enabled_events": ["*"]})
    assert publication.apply() == ["updated thin event destination"]
    with transaction() as session:
        session.delete(session.get_one(WebhookEndpoint, made.id))
    secrets.forget()
    assert publication.apply() == [
        "created thin event destination",
        "removed an old thin event destination",
    ]


def test_a_catalogue_without_meters_needs_no_destination(stripe_world, configured, monkeypatch):
    ours = publication.offer.catalogue()
    free = dataclasses.replace(
        ours,
        meters={
            feature: dataclasses.replace(meter, cost_meter=False)
            for feature, meter in ours.meters.items()
        },
    )
    stripe_world.reset()
    assert "created thin event destination" not in publication.apply(free)
