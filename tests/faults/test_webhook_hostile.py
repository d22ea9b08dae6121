"""What arrives at the inbox and must not be believed, or must do nothing."""

import asyncio
import json
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from saas_app.billing import inbox, secrets
from saas_app.billing.drainer import Drainer
from saas_app.billing.errors import BadWebhook
from saas_app.billing.inbox import NotStored, Received
from saas_app.billing.models import StripeEvent
from saas_app.billing.stripe import webhooks
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.core.errors import Kind
from saas_app.entitlements import sync
from saas_app.jobs.schedule import SCHEDULE
from tests.support.billing_world import SECRET, event_body, received, signed, stored_events
from tests.support.racing import raced

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


@pytest.fixture(autouse=True)
def known_secret(configured):
    configured.stripe_webhook_secrets = [SECRET]


def now() -> int:
    return int(time.time())


BODY = event_body("cus_1")
FORGED = {
    "none": "",
    "nonsense": "nonsense",
    "empty parts": "t=,v1=",
    "no time": "t=abc,v1=00",
    "a time beyond time": f"t={'9' * 30},v1=00",
    "another secret": signed(BODY, secret="whsec_of_mallory"),
    "another body": signed(event_body("cus_1", event_id="evt_other")),
    "no time at all": "v1=" + signed(BODY).rsplit("=", maxsplit=1)[-1],
    "not ascii": "t=1,v1=\u00e9",
}


@pytest.mark.parametrize("signature", FORGED.values(), ids=FORGED.keys())
def test_row_25_a_forged_signature_is_refused_and_nothing_is_kept(signature):
    with pytest.raises(BadWebhook) as refused:
        received(BODY, signature)
    assert refused.value.kind is Kind.INVALID
    assert stored_events() == {}


@pytest.mark.parametrize(
    ("age", "believed"), [(-301, False), (-290, True), (290, True), (310, False)]
)
def test_row_25_a_signature_is_good_for_five_minutes_both_ways(age, believed):
    body = event_body("cus_1")
    if believed:
        assert received(body, signed(body, at=now() + age)) is Received.STORED
    else:
        with pytest.raises(BadWebhook):
            received(body, signed(body, at=now() + age))


def claiming(**claims) -> bytes:
    whole = {"object": "event", "id": "e", "type": "t", "created": 1, "livemode": False}
    return json.dumps({**whole, **claims}).encode()


UNREADABLE = {
    "empty": b"",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"evt"',
    "cut off": b"{",
    "not text": b"\xff\xfe",
    "too large": b"x" * 1_000_001,
    "too deep": b'{"object": "event", "data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no fields": b'{"object": "event"}',
    "another object": claiming(object="v2.core.event"),
    "a nul in the id": claiming(id="e\0"),
    "created never": claiming(created=None),
    "created in words": claiming(created="x"),
    "created beyond time": claiming(created=10**30),
    "created before time": claiming(created=-(10**18)),
    "data of the wrong shape": claiming(data=[1]),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_signed_body_that_is_no_event_is_refused(body):
    with pytest.raises(BadWebhook):
        received(body)
    assert stored_events() == {}


def test_row_25_any_of_the_known_secrets_will_do(configured):
    configured.stripe_webhook_secrets = ["whsec_new", SECRET]
    assert received(event_body("cus_1")) is Received.STORED


def test_row_25_a_header_with_two_signatures_is_believed_while_a_secret_is_rolled():
    body = event_body("cus_1")
    assert received(body, f"{signed(body, secret='whsec_next')},{signed(body).split(',')[1]}")


def test_a_secret_we_were_given_by_stripe_opens_too(configured):
    configured.stripe_webhook_secrets = []
    body = event_body("cus_1")
    with pytest.raises(BadWebhook):
        received(body)
    with transaction() as session:
        secrets.keep(
            session, endpoint="we_1", url="http://x", version="v", live=False, secret=SECRET
        )
    # Without waiting for the memory of the table to fade: a bad signature looks again.
    assert received(body) is Received.STORED


def test_no_secret_at_all_believes_nobody(configured):
    configured.stripe_webhook_secrets = [""]
    with pytest.raises(BadWebhook):
        received(event_body("cus_1"), signed(event_body("cus_1"), secret=""))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"customer": "cus_1", "livemode": True}, "other mode"),
        ({"customer": "cus_1", "kind": "issuing_card.created"}, "not a type"),
        ({"customer": None}, "no customer"),
    ],
)
def test_row_22_what_is_not_ours_is_kept_with_the_reason_and_left_alone(values, why):
    assert received(event_body(**values)) is Received.IGNORED
    row = stored_events()["evt_1"]
    assert row.status == "ignored"
    assert why in row.error
    assert Drainer(nobody_may_ask).drain() == 0


def nobody_may_ask(stripe_id, *, as_of, wait):
    raise AssertionError(stripe_id)


def test_row_23_an_event_about_an_unknown_customer_is_closed_as_ignored():
    received(event_body("cus_of_somebody_else"))
    Drainer(sync.customer).drain()
    row = stored_events()["evt_1"]
    assert (row.status, row.error) == ("ignored", "unknown customer")
    assert row.handled_at is not None


def test_row_04_the_same_event_three_at_once_is_one_row():
    body = event_body("cus_1")

    async def thrice():
        return await asyncio.gather(*(inbox.receive(body, signed(body)) for _ in range(3)))

    assert asyncio.run(thrice()) == [Received.STORED] * 3
    assert list(stored_events()) == ["evt_1"]


def test_row_04_the_same_events_sent_to_two_processes_in_two_orders_block_nobody():
    bodies = [event_body("cus_1", event_id=f"evt_{number:03}") for number in range(1000)]
    facts = [
        inbox._row(webhooks.opened(body, signed(body), [SECRET], at=clock.wall()), "")
        for body in bodies
    ]
    chosen = (facts, facts[::-1])
    assert raced(lambda number: inbox.store(chosen[number]), 2) == [None, None]
    assert len(stored_events()) == len(bodies)


def test_an_event_that_was_handled_stays_handled_when_it_comes_again():
    received(event_body("cus_1"))
    Drainer(lambda *_, **__: True).drain()
    received(event_body("cus_1"))
    assert stored_events()["evt_1"].status == "done"


def test_many_at_once_share_transactions(monkeypatch):
    batches, real = [], inbox.store

    def counted(rows):
        batches.append(len(rows))
        real(rows)

    monkeypatch.setattr(inbox, "store", counted)

    async def crowd():
        bodies = [event_body("cus_1", event_id=f"evt_{n}") for n in range(100)]
        await asyncio.gather(*(inbox.receive(body, signed(body)) for body in bodies))

    asyncio.run(crowd())
    assert sum(batches) == len(stored_events()) == 100
    assert len(batches) < 30


def test_row_05_without_a_database_the_sender_is_told_to_come_again(monkeypatch):
    def away(rows):
        raise OperationalError("insert", {}, Exception("no connection"))

    monkeypatch.setattr(inbox, "store", away)
    with pytest.raises(NotStored) as refused:
        received(event_body("cus_1"))
    assert refused.value.kind is Kind.UNAVAILABLE

    monkeypatch.undo()
    assert received(event_body("cus_1")) is Received.STORED


def test_it_is_acknowledged_only_after_the_commit(monkeypatch):
    real = inbox.store

    def slow(rows):
        assert stored_events() == {}
        real(rows)
        assert list(stored_events()) == ["evt_1"]

    monkeypatch.setattr(inbox, "store", slow)
    received(event_body("cus_1"))


def test_a_sender_that_hangs_up_does_not_undo_the_event():
    body = event_body("cus_1")

    async def impatient():
        waiting = asyncio.create_task(inbox.receive(body, signed(body)))
        for _ in range(50):  # long enough for the event to be in the writer's hands
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await inbox.receive(body, signed(body))

    asyncio.run(impatient())
    assert list(stored_events()) == ["evt_1"]


@pytest.mark.parametrize(("handled_days_ago", "kept"), [(29, 1), (31, 0)])
def test_what_was_handled_long_ago_is_forgotten(handled_days_ago, kept):
    received(event_body("cus_1"))
    Drainer(lambda *_, **__: True).drain()
    with transaction() as session:
        row = session.get_one(StripeEvent, "evt_1")
        row.handled_at -= timedelta(days=handled_days_ago)
    (job,) = [job for job in SCHEDULE if job.name == "events.purge"]
    assert (job.run(), job.run()) == (1 - kept, 0)
    assert len(stored_events()) == kept


def test_what_waits_is_never_forgotten():
    received(event_body("cus_1"))
    with transaction() as session:
        assert inbox.purge(session, before=clock.wall() + timedelta(days=1)) == 0
