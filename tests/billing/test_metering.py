"""Row 28 of the matrix: usage reaches Stripe's meters once, however often the outbox is sent."""

from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.billing.models import Customer
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import metering, quota
from saas_app.entitlements.models import MeterEvent
from saas_app.plans.features import Feature
from tests.support.billing_world import advance, buy, customer_of, new_tenant, new_user, told
from tests.support.grants import grant

pytestmark = pytest.mark.db


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    grant(tenant, "sms", 50)
    return tenant


def text_message(tenant, request_id: str, amount: int = 1) -> None:
    with transaction() as session:
        quota.take(session, tenant.id, Feature.SMS, request_id=request_id, amount=amount)


def counted(tenant) -> int:
    """What Stripe adds up for the customer."""
    stripe = client.made()
    (meter,) = stripe.v1.billing.meters.list({"status": "active"}).data
    now = int(clock.now().timestamp()) // 60 * 60
    summaries = stripe.v1.billing.meters.event_summaries.list(
        meter.id,
        {
            "customer": customer_of(tenant).stripe_id,
            "start_time": now - 40 * 86_400,
            "end_time": now + 120,
        },
    )
    return int(sum(each.aggregated_value for each in summaries.data))


def outbox() -> list[MeterEvent]:
    with snapshot() as session:
        return list(session.exec(select(MeterEvent).order_by(MeterEvent.identifier)))


def test_row_28_each_use_is_counted_once_however_often_it_is_sent(ada):
    text_message(ada, "one")
    text_message(ada, "two", amount=3)
    text_message(ada, "two", amount=3)
    assert metering.send_due(clock.now()) == 2
    assert counted(ada) == 4
    with transaction() as session:
        for row in session.exec(select(MeterEvent)).all():
            row.sent_at = None  # the process died before it could write down that it had sent them
    assert metering.send_due(clock.now()) == 2
    assert metering.send_due(clock.now()) == 0
    assert counted(ada) == 4


def test_row_28_while_stripe_is_away_the_outbox_waits_and_then_catches_up(ada, stripe_world):
    text_message(ada, "one", amount=2)
    stripe_world.fault(api_down=10)
    assert metering.send_due(clock.now()) == 0
    (waiting,) = outbox()
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    stripe_world.fault(clear=True)
    assert metering.send_due(clock.now()) == 0  # not yet: it backs off
    assert metering.send_due(clock.now() + timedelta(minutes=5)) == 1
    assert counted(ada) == 2


def test_row_28_a_use_that_came_to_nothing_is_taken_off_the_bill(ada):
    text_message(ada, "one", amount=5)
    metering.send_due(clock.now())
    with transaction() as session:
        quota.give_back(session, ada.id, Feature.SMS, "one")
    metering.send_due(clock.now())
    assert counted(ada) == 0


def test_row_28_what_stripe_refuses_is_given_up_and_staff_are_told(ada):
    sam = new_user("sam", is_staff=True)
    text_message(ada, "one")
    stripe = client.made()
    (meter,) = stripe.v1.billing.meters.list({"status": "active"}).data
    stripe.v1.billing.meters.deactivate(meter.id)
    assert metering.send_due(clock.now()) == 0
    (row,) = outbox()
    assert row.error
    assert told(sam) == ["billing.meter_refused"]
    assert metering.send_due(clock.now() + timedelta(days=1)) == 0


def test_row_28_a_customer_who_is_gone_is_not_reported_for(ada):
    text_message(ada, "one")
    with transaction() as session:
        session.get_one(Customer, ada.id).stripe_id = None
    assert metering.send_due(clock.now()) == 0
    assert outbox()[0].attempts == 0


def test_row_28_what_is_older_than_stripe_takes_is_given_up_and_not_sent_late(ada, stripe_world):
    sam = new_user("sam", is_staff=True)
    text_message(ada, "one")
    advance(stripe_world, "20d")
    advance(stripe_world, "15d")
    assert metering.send_due(clock.now()) == 0
    assert told(sam) == ["billing.meter_refused"]
    assert counted(ada) == 0


def test_what_was_sent_long_ago_is_forgotten(ada):
    text_message(ada, "one")
    metering.send_due(clock.now())
    with transaction() as session:
        assert metering.purge(session, clock.now() - timedelta(days=1)) == 0
        assert metering.purge(session, clock.now() + timedelta(days=1)) == 1
    assert outbox() == []
