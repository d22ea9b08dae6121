"""Every alert that fired gets to where it was meant to go, or says why it did not."""

import asyncio
import base64
import hashlib
import hmac
import threading

import pytest
import time_machine
from sqlmodel import select, update

from saas_app.accounts.models import User
from saas_app.alerts import delivery, outbox, rules, telling
from saas_app.alerts.models import AlertDelivery
from saas_app.audit.models import AuditLog
from saas_app.core import clock, live, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.notifications import preferences, suppression
from saas_app.workspaces.models import Membership, Workspace
from tests.support import endpoint as double
from tests.support.alert_world import START, dying
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user, told
from tests.support.delivery_world import Post
from tests.support.grants import grant
from tests.support.scripted_market import at

pytestmark = pytest.mark.db
LEASE = int(outbox.LEASE.total_seconds()) + 1


@pytest.fixture
def ada(database, configured):
    tasks.install(NoPost())
    configured.webhooks_to_loopback = True
    return new_tenant()


@pytest.fixture
def endpoint():
    with double.listening() as listening:
        yield listening


def test_an_alert_reaches_the_endpoint_signed_and_once(ada, endpoint):
    post = Post(ada, ["webhook"], note="the round number")
    secret = post.endpoint(endpoint.url)
    second = post.fire()
    assert post.deliver(second) == 1
    assert post.deliver(second + 3600) == 0
    (came,), (row,), (event,) = endpoint.came, post.rows(), post.world.events()
    assert (row.status, row.error, row.leased_until) == ("sent", "", None)
    assert came.headers["webhook-id"] == row.key
    assert came.json["type"] == "alert.fired"
    data = came.json["data"]
    assert (data["alert"], data["event"], data["symbol"], data["note"], data["price"]) == (
        post.alert.key, event.key, "BTCUSD", "the round number", 100.0,
    )  # fmt: skip
    stamp = came.headers["webhook-timestamp"]
    assert int(stamp) == START + second
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{row.key}.{stamp}.".encode() + came.body, hashlib.sha256)
    assert came.headers["webhook-signature"] == "v1," + base64.b64encode(mac.digest()).decode()


def test_a_receiver_that_fails_is_asked_again_with_the_same_key_and_body(ada, endpoint):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    second = post.fire()
    endpoint.answers = [500, double.hang_up, double.status(302, Location="http://127.0.0.1:1/")]
    assert post.deliver(second) == 1
    (row,) = post.rows()
    assert (row.status, row.attempts) == ("pending", 1)
    assert "500" in row.error
    assert 5 <= (row.next_try_at - at(START + second)).total_seconds() <= 7
    assert post.deliver(second + 4) == 0
    for later in (10, 40, 120):
        post.deliver(second + later)
    assert post.states() == ["sent"]
    assert len(endpoint.came) == 4
    assert len({came.headers["webhook-id"] for came in endpoint.came}) == 1
    assert len({came.body for came in endpoint.came}) == 1


def test_after_eight_tries_it_is_dead_and_its_owner_is_told_once_a_day(ada, endpoint):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    endpoint.always = 503
    second = post.fire(2)
    for hour in range(1, 20):
        post.deliver(second + hour * 3600)
    assert post.states() == ["dead", "dead"]
    assert [row.attempts for row in post.rows()] == [8, 8]
    assert len(endpoint.came) == 16
    assert told(ada.owner) == ["alert.undelivered"]
    with snapshot() as session:
        events = session.exec(select(AuditLog.event)).all()
    assert events.count("alerts.delivery_dead") == 2


def test_an_endpoint_that_is_gone_for_good_is_not_asked_again(ada, endpoint):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    endpoint.always = 410
    post.deliver(post.fire())
    assert (post.states(), len(endpoint.came), told(ada.owner)) == (
        ["dead"], 1, ["alert.undelivered"],
    )  # fmt: skip


def test_an_endpoint_inside_is_never_called(ada, endpoint, configured):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    configured.webhooks_to_loopback = False
    post.deliver(post.fire())
    assert (post.states(), endpoint.came) == (["dead"], [])


def test_a_secret_nobody_can_open_any_more_is_said_and_not_tried_again(ada, endpoint, configured):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    configured.secret_keys = ["n" * 32]
    post.deliver(post.fire())
    assert (post.states(), endpoint.came) == (["dead"], [])
    assert "set the webhook again" in post.rows()[0].error


def test_a_fault_of_ours_stops_nothing_else_and_is_tried_again(ada, endpoint, monkeypatch):
    post = Post(ada, ["webhook", "email"])
    post.endpoint(endpoint.url)
    second = post.fire()
    with monkeypatch.context() as patched:
        patched.setattr(telling, "document", lambda _: 1 / 0)
        post.deliver(second)
    assert post.states() == ["sent", "pending"]
    post.deliver(second + 10)
    assert post.states() == ["sent", "sent"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_death_at_any_commit_loses_no_call_and_the_receiver_can_tell(
    ada, endpoint, monkeypatch, nth, after
):
    post = Post(ada, ["webhook"])
    post.endpoint(endpoint.url)
    second = post.fire()
    with dying(monkeypatch, nth, after=after):
        post.deliver(second)
    post.deliver(second + 1)
    post.deliver(second + LEASE)
    assert post.states() == ["sent"]
    assert {came.headers["webhook-id"] for came in endpoint.came} == {post.rows()[0].key}
    # It was sent before the second commit: a death before that commit is the one that sends twice.
    assert len(endpoint.came) == (2 if (nth, after) == (2, False) else 1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_death_at_any_commit_writes_one_letter(ada, monkeypatch, nth, after):
    post = Post(ada, ["email"])
    second = post.fire()
    with dying(monkeypatch, nth, after=after):
        post.deliver(second)
    post.deliver(second + 1)
    post.deliver(second + LEASE)
    assert post.states() == ["sent"]
    assert len(post.letters()) == 1


def test_one_that_takes_its_process_with_it_every_time_is_given_up(ada, monkeypatch):
    post = Post(ada, ["email"])
    second = post.fire()
    for turn in range(8):
        with dying(monkeypatch, 2, after=False):
            post.deliver(second + turn * LEASE)
    assert post.states() == ["pending"]
    post.deliver(second + 8 * LEASE)
    assert (post.states(), told(ada.owner)) == (["dead"], ["alert.undelivered"])


def test_many_workers_send_each_once(ada, endpoint):
    others = [new_tenant(f"tenant{n}") for n in range(3)]
    posts = [Post(each, ["webhook"]) for each in (ada, *others)]
    for post in posts:
        post.endpoint(endpoint.url)
        second = post.fire(3)

    def work() -> None:
        while delivery.turn():
            pass

    with time_machine.travel(at(START + second + 1), tick=False):
        workers = [threading.Thread(target=work) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        work()
    assert set(ada_states := posts[0].states()) == {"sent"}
    assert len(ada_states) == len(endpoint.came) == 12
    assert len({came.headers["webhook-id"] for came in endpoint.came}) == 12


def test_who_answers_slowly_takes_one_hand_only(ada, endpoint):
    other = new_tenant("other")
    posts = [Post(each, ["webhook"]) for each in (ada, other)]
    second = next(post.fire(2) for post in posts)
    now = at(START + second)
    with time_machine.travel(now, tick=False):
        taken = [outbox.lease(now), outbox.lease(now), outbox.lease(now)]
    assert [each and each.workspace_id for each in taken] == [ada.id, other.id, None]


def lost_plan(post):
    grant(post.tenant, "channels", ["in_app"])


def deleted(post):
    with transaction() as session:
        rules.delete(session, post.tenant.id, post.alert.key)


def closed(post):
    with transaction() as session:
        session.exec(update(Workspace).values(deleted_at=clock.now()))


def declined(post):
    with transaction() as session:
        for channel in ("email", "telegram", "sms"):
            preferences.choose(session, post.tenant.owner.id, "alerts", channel, wanted=False)


def unproved(post):
    with transaction() as session:
        session.exec(update(User).values(email_verified_at=None))


def bounced(post):
    with transaction() as session:
        suppression.hard(session, "ada@example.com")


@pytest.mark.parametrize(
    ("channel", "happens", "word"),
    [
        ("webhook", lost_plan, "plan"),
        ("email", lost_plan, "plan"),
        ("webhook", deleted, "deleted"),
        ("email", deleted, "deleted"),
        ("webhook", closed, "closed"),
        ("email", declined, "turned off"),
        ("sms", declined, "turned off"),
        ("telegram", declined, "turned off"),
        ("email", unproved, "not confirmed"),
        ("email", bounced, "bounced"),
        ("webhook", None, "nowhere"),
        ("telegram", None, "nowhere"),
        ("sms", None, "nowhere"),
    ],
)
def test_what_may_not_go_out_any_more_is_dropped_and_says_why(ada, channel, happens, word):
    post = Post(ada, [channel])
    second = post.fire()
    if happens is not None:
        happens(post)
    post.deliver(second)
    (row,) = post.rows()
    assert row.status == "dropped"
    assert word in row.error
    assert post.letters() == []


def test_who_left_the_workspace_gets_no_letters_of_it(ada):
    ben = new_user("ben")
    add_member(ada, ben)
    post = Post(ada, ["email"])
    second = post.fire()
    with transaction() as session:
        session.exec(update(AlertDelivery).values(user_id=ben.id))
        session.delete(session.get_one(Membership, (ada.id, ben.id)))
    post.deliver(second)
    assert (post.states(), post.letters()) == (["dropped"], [])


def test_a_letter_can_be_left_with_one_click(ada):
    post = Post(ada, ["email"], note="the round number")
    post.deliver(post.fire())
    (letter,) = post.letters()
    assert (letter.to, letter.list_name) == ("ada@example.com", "alerts")
    assert "rises through 100" in letter.subject
    assert "the round number" in letter.body


def test_ten_letters_an_hour_and_the_rest_in_one(ada):
    post = Post(ada, ["email"], fires=16)
    for _ in range(14):
        second = post.fire()
        post.deliver(second)
    assert len(post.letters()) == 10
    assert post.states().count("pending") == 4
    first = 60
    post.deliver(first + 3600 - 5)
    assert len(post.letters()) == 10
    post.deliver(first + 3600 + 5)
    *_, last = post.letters()
    assert len(post.letters()) == 11
    assert "4 times" in last.subject
    assert post.states() == ["sent"] * 14
    assert {row.attempts for row in post.rows()} <= {0, 1}


def test_what_was_put_off_alone_is_a_letter_like_any_other(ada):
    post = Post(ada, ["email"], fires=12)
    for _ in range(11):
        post.deliver(post.fire())
    post.deliver(60 + 3600 + 5)
    assert len(post.letters()) == 11
    assert "rises through" in post.letters()[-1].subject


def test_a_group_leaves_out_what_may_not_go_any_more(ada):
    post = Post(ada, ["email"], fires=14)
    for _ in range(12):
        post.deliver(post.fire())
    second = post.world.alert(START + post.moved, "crosses", channels=["email"])
    with transaction() as session:
        waiting = session.exec(select(AlertDelivery).where(AlertDelivery.status == "pending")).all()
        waiting[-1].alert_id = second.id
        session.add(waiting[-1])
        rules.delete(session, ada.id, second.key)
    post.deliver(60 + 3600 + 5)
    assert sorted(post.states()) == ["dropped"] + ["sent"] * 11


def test_thirty_calls_a_minute_and_the_rest_later(ada, endpoint, configured):
    post = Post(ada, ["webhook"], fires=36)
    post.endpoint(endpoint.url)
    second = post.fire(34)
    post.deliver(second)
    assert len(endpoint.came) == 30
    assert {row.attempts for row in post.rows()} == {0, 1}
    post.deliver(second + 65)
    assert (len(endpoint.came), set(post.states())) == (34, {"sent"})


def test_firing_wakes_the_hands(ada, monkeypatch):
    """On PostgreSQL the news travels by NOTIFY; that it does has a test of its own."""
    post, published = Post(ada, ["webhook"]), []
    monkeypatch.setattr(live, "publish", lambda _session, topic: published.append(topic))
    post.fire()
    assert outbox.TOPIC in published


def test_hands_look_as_soon_as_they_are_woken(monkeypatch, database):
    looks = []
    monkeypatch.setattr(delivery, "_LOOK_ANYWAY_SECONDS", 60.0)
    monkeypatch.setattr(delivery, "turn", lambda: bool(looks.append(1)))

    async def woken() -> int:
        running = asyncio.create_task(delivery.run())
        await asyncio.sleep(0.2)
        before = len(looks)
        live.HUB.bump(outbox.TOPIC)
        await asyncio.sleep(0.2)
        running.cancel()
        return len(looks) - before

    assert asyncio.run(woken()) >= 1
