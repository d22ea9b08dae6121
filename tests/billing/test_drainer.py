import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import update

from saas_app.billing import drainer, inbox
from saas_app.billing.drainer import ATTEMPTS, Drainer
from saas_app.billing.lease import Busy
from saas_app.billing.models import StripeEvent
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.core.live import HUB
from saas_app.entitlements import tidings
from tests.support.billing_world import (
    SECRET,
    event_body,
    new_user,
    received,
    stored_events,
    told,
)

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


@pytest.fixture(autouse=True)
def known_secret(configured):
    configured.stripe_webhook_secrets = [SECRET]


class Recorded:
    """A sync that writes down whom it was asked about, and fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.asked: list[str] = []
        self.failures = list(failures)

    def __call__(self, stripe_id, *, as_of, wait):
        self.asked.append(stripe_id)
        if self.failures:
            raise self.failures.pop(0)
        return True


def make_due() -> None:
    with transaction() as session:
        session.exec(update(StripeEvent).values(next_try_at=clock.wall()))


def row(event_id: str = "evt_1") -> StripeEvent:
    return stored_events()[event_id]


def test_who_waits_longest_comes_first_and_each_once():
    for number, customer in enumerate(["cus_a", "cus_b", "cus_a", "cus_a"]):
        received(event_body(customer, event_id=f"evt_{number}"))
    sync = Recorded()
    assert Drainer(sync).drain() == 2
    assert sync.asked == ["cus_a", "cus_b"]
    assert {event.status for event in stored_events().values()} == {"done"}
    assert Drainer(sync).drain() == 0


def test_it_says_the_latest_moment_the_events_spoke_of():
    received(event_body("cus_a", event_id="evt_1", created=2_000_000_000))
    received(event_body("cus_a", event_id="evt_2", created=1_900_000_000))
    moments = []
    Drainer(lambda _, *, as_of, wait: moments.append(as_of) or True).drain()
    assert [moment.timestamp() for moment in moments] == [2_000_000_000]


def test_a_failure_waits_longer_each_time_and_is_seen():
    received(event_body("cus_a"))
    sync = Recorded(ValueError("broken"), ValueError("still"))
    Drainer(sync).drain()
    assert (row().status, row().attempts) == ("pending", 1)
    assert "broken" in row().error
    first_wait = row().next_try_at - clock.wall()
    assert Drainer(sync).drain() == 0

    make_due()
    Drainer(sync).drain()
    assert row().next_try_at - clock.wall() > first_wait
    make_due()
    Drainer(sync).drain()
    assert (row().status, row().error) == ("done", "")


def test_row_05_a_poisoned_customer_is_given_up_and_the_others_flow():
    sam = new_user("sam", is_staff=True)
    received(event_body("cus_poison", event_id="evt_bad"))
    for attempt in range(ATTEMPTS):
        make_due()
        received(event_body("cus_fine", event_id=f"evt_{attempt}"))

        def sync(stripe_id, *, as_of, wait):
            if stripe_id == "cus_poison":
                raise ValueError("poison")
            return True

        Drainer(sync, give_up=tidings.dead_letter).drain()
    assert row("evt_bad").status == "dead"
    assert {row(f"evt_{n}").status for n in range(ATTEMPTS)} == {"done"}
    assert told(sam) == ["billing.event_dead"]
    with snapshot() as session:
        assert [event.id for event in inbox.dead(session)] == ["evt_bad"]


def test_a_dead_event_can_be_replayed():
    received(event_body("cus_a"))
    sync = Recorded(*[ValueError("broken")] * ATTEMPTS)
    for _ in range(ATTEMPTS):
        make_due()
        Drainer(sync).drain()
    assert row().status == "dead"
    with transaction() as session:
        assert inbox.replay(session, "evt_1", at=clock.wall())
        assert not inbox.replay(session, "evt_unknown", at=clock.wall())
    Drainer(sync).drain()
    assert row().status == "done"


def test_an_outage_of_stripe_never_kills_an_event():
    received(event_body("cus_a"))
    sync = Recorded(*[Unavailable("down")] * (ATTEMPTS * 3))
    for _ in range(ATTEMPTS * 3):
        make_due()
        Drainer(sync).drain()
    assert row().status == "pending"
    assert row().next_try_at - clock.wall() <= timedelta(minutes=10)
    make_due()
    Drainer(sync).drain()
    assert row().status == "done"


def test_a_busy_customer_is_looked_at_again_soon_and_nothing_is_counted():
    received(event_body("cus_a"))
    Drainer(Recorded(Busy("busy"))).drain()
    assert (row().status, row().attempts) == ("pending", 0)
    assert row().next_try_at - clock.wall() < timedelta(seconds=1)


def test_an_event_that_comes_during_the_sync_gets_a_sync_of_its_own():
    received(event_body("cus_a", event_id="evt_1"))
    asked = []

    def sync(stripe_id, *, as_of, wait):
        if not asked:
            received(event_body("cus_a", event_id="evt_2"))
        asked.append(stripe_id)
        return True

    Drainer(sync).drain()
    assert (row("evt_1").status, row("evt_2").status) == ("done", "pending")
    Drainer(sync).drain()
    assert row("evt_2").status == "done"
    assert len(asked) == 2


def test_many_drainers_leave_nothing_and_no_row_twice():
    for number in range(40):
        received(event_body(f"cus_{number % 10}", event_id=f"evt_{number}"))
    sync = Recorded()
    with ThreadPoolExecutor(6) as crowd:
        for _ in crowd.map(lambda _: Drainer(sync).drain(), range(6)):
            pass
    assert {event.status for event in stored_events().values()} == {"done"}


def test_the_thread_wakes_at_the_commit_and_stops_when_told(monkeypatch):
    monkeypatch.setattr(drainer, "_LOOK_AGAIN_SECONDS", 0.2)
    handled = threading.Event()

    def sync(stripe_id, *, as_of, wait):
        handled.set()
        return True

    running = Drainer(sync)
    running.start()
    try:
        received(event_body("cus_a"))
        assert handled.wait(5)
        deadline = time.monotonic() + 5
        while row().status != "done" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert row().status == "done"
    finally:
        running.stop()
    assert not running._thread.is_alive()


def test_a_pile_of_one_customer_is_worked_off_in_parts(monkeypatch):
    monkeypatch.setattr(drainer, "_IN_ONE_SYNC", 3)
    monkeypatch.setattr(drainer, "_AT_A_LOOK", 2)
    for number in range(7):
        received(event_body("cus_a", event_id=f"evt_{number}"))
    received(event_body("cus_b", event_id="evt_other"))
    sync = Recorded()
    assert [Drainer(sync).drain() for _ in range(4)] == [2, 1, 1, 0]
    assert {event.status for event in stored_events().values()} == {"done"}


def test_a_stream_of_events_is_not_looked_at_for_each(monkeypatch):
    looks = []
    look = drainer._look
    monkeypatch.setattr(drainer, "_look", lambda *a, **k: looks.append(1) or look(*a, **k))
    monkeypatch.setattr(drainer, "_BREATH_SECONDS", 0.1)
    running = Drainer(Recorded())
    running.start()
    began = time.monotonic()
    try:
        for _ in range(200):
            HUB.bump(inbox.TOPIC)
            time.sleep(0.001)
    finally:
        running.stop()
    assert len(looks) <= 2 + (time.monotonic() - began) / 0.1
