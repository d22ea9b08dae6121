"""Alerts by text message and by Telegram: what is counted, what is given back, whose chat is whose."""

import pytest
import time_machine
from pydantic import SecretStr

from saas_app.accounts.second_factor.models import Phone
from saas_app.alerts import outbox, telegram_link
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, TooMany, Unavailable
from saas_app.entitlements import quota
from saas_app.plans.features import Feature
from tests.support import endpoint as double
from tests.support.alert_world import START, dying
from tests.support.billing_world import NoPost, new_tenant, new_user, told
from tests.support.delivery_world import Post
from tests.support.grants import grant
from tests.support.scripted_market import at

pytestmark = pytest.mark.db
NUMBER = "+4915123456789"
LEASE = int(outbox.LEASE.total_seconds()) + 1


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    tenant = new_tenant()
    grant(tenant, "sms", 2)
    return tenant


@pytest.fixture
def provider(configured):
    """Twilio's and Telegram's part in one."""
    with double.listening() as listening:
        base = listening.url.removesuffix("/hook")
        configured.twilio_account_sid, configured.twilio_from = "AC1", "+15005550006"
        configured.twilio_auth_token = SecretStr("secret")
        configured.twilio_base_url = base
        configured.telegram_bot_token = SecretStr("7:bot")
        configured.telegram_base_url = base
        listening.always = 201
        yield listening


def with_phone(tenant):
    now = clock.wall()
    with transaction() as session:
        session.add(Phone(user_id=tenant.owner.id, number=NUMBER, created_at=now, verified_at=now))


@pytest.fixture
def texts(ada, provider):
    with_phone(ada)
    return Post(ada, ["sms"])


def used(post, second) -> int:
    """In the month of the script."""
    with time_machine.travel(at(START + second), tick=False), snapshot() as session:
        return quota.used_now(session, post.tenant.id, Feature.SMS, clock.now())


def test_a_text_message_is_counted_and_sent(texts, provider):
    second = texts.fire()
    texts.deliver(second)
    (came,) = provider.came
    assert "To=%2B4915123456789" in came.body.decode()
    assert "rises+through" in came.body.decode()
    assert (texts.states(), used(texts, second)) == (["sent"], 1)


def test_what_the_provider_does_not_take_is_given_back_and_counted_once_in_the_end(texts, provider):
    second = texts.fire()
    provider.answers = [503, 503]
    texts.deliver(second)
    assert (texts.states(), used(texts, second)) == (["pending"], 0)
    texts.deliver(second + 10)
    texts.deliver(second + 40)
    assert (texts.states(), used(texts, second), len(provider.came)) == (["sent"], 1, 3)


def test_a_number_that_is_refused_is_not_tried_again(texts, provider):
    provider.always = 400
    second = texts.fire()
    texts.deliver(second)
    assert (texts.states(), used(texts, second), len(provider.came)) == (["dead"], 0, 1)
    assert told(texts.tenant.owner) == ["alert.undelivered"]


def test_more_than_the_plan_has_is_dropped(texts, provider):
    for _ in range(3):
        second = texts.fire()
        texts.deliver(second)
    assert texts.states() == ["sent", "sent", "dropped"]
    assert "used up" in texts.rows()[-1].error
    assert (len(provider.came), used(texts, second)) == (2, 2)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_death_at_any_commit_counts_one_message(texts, provider, monkeypatch, nth, after):
    second = texts.fire()
    with dying(monkeypatch, nth, after=after):
        texts.deliver(second)
    texts.deliver(second + LEASE)
    assert (texts.states(), used(texts, second)) == (["sent"], 1)
    assert len(provider.came) == (2 if (nth, after) == (3, False) else 1)


def linked(tenant, provider, chat_id=42):
    with transaction() as session:
        code = telegram_link.begin(session, tenant.owner.id)
    provider.answers = [heard((chat_id, f"/start {code}"))]
    with snapshot() as session:
        waiting = telegram_link.waiting(session, tenant.owner.id)
    found = telegram_link.look(tenant.owner.id, waiting)
    with transaction() as session:
        telegram_link.link(session, tenant.owner.id, waiting, found)
    return code


def heard(*messages, kind="private"):
    return double.said(
        {
            "ok": True,
            "result": [
                {"update_id": n, "message": {"chat": {"id": chat, "type": kind}, "text": words}}
                for n, (chat, words) in enumerate(messages)
            ],
        }
    )


def test_a_linked_chat_gets_the_alert(ada, provider):
    linked(ada, provider)
    post = Post(ada, ["telegram"], note="the round number")
    provider.answers = [double.said({"ok": True})]
    post.deliver(post.fire())
    assert post.states() == ["sent"]
    came = provider.came[-1]
    assert came.path == "/bot7:bot/sendMessage"
    assert came.json["chat_id"] == 42
    assert came.json["text"].splitlines()[0].startswith("BTCUSD rises through 100")
    assert post.alert.key in came.json["text"]


@pytest.mark.parametrize(("status", "state"), [(403, "dead"), (400, "dead"), (429, "pending"), (401, "pending"), (502, "pending")])  # fmt: skip
def test_what_telegrams_answers_mean(ada, provider, status, state):
    linked(ada, provider)
    provider.always = status
    post = Post(ada, ["telegram"])
    post.deliver(post.fire())
    assert post.states() == [state]
    assert "7:bot" not in post.rows()[0].error


def test_the_bots_token_is_in_no_error(ada, provider, configured):
    configured.telegram_base_url = "http://127.0.0.1:1"
    bot = telegram_link.bot()
    assert "7:bot" not in repr(bot)
    with snapshot() as session, pytest.raises(Conflict):
        telegram_link.waiting(session, ada.owner.id)
    with pytest.raises(Unavailable) as gone:
        telegram_link.look(ada.owner.id, telegram_link.Waiting("x"))
    assert "7:bot" not in repr(gone.value)
    assert gone.value.__cause__ is None


def waiting_for(tenant):
    with transaction() as session:
        code = telegram_link.begin(session, tenant.owner.id)
    with snapshot() as session:
        return code, telegram_link.waiting(session, tenant.owner.id)


def test_a_chat_is_linked_by_the_code_alone_and_never_a_group(ada, provider):
    code, waiting = waiting_for(ada)
    for answer in (heard((7, "hello"), (8, "tide-0000")), heard((9, code), kind="group")):
        provider.answers = [answer]
        with pytest.raises(Conflict):
            telegram_link.look(ada.owner.id, waiting)
    provider.answers = [heard((7, "hello"), (42, f" {code} "))]
    assert telegram_link.look(ada.owner.id, waiting) == 42


def test_a_code_runs_out_and_a_new_one_voids_the_old(ada, provider, monkeypatch):
    _, old = waiting_for(ada)
    _, new = waiting_for(ada)
    with transaction() as session, pytest.raises(Conflict):
        telegram_link.link(session, ada.owner.id, old, 42)
    monkeypatch.setattr(clock, "wall", lambda: later)
    with snapshot() as session:
        later = session.get_one(telegram_link.TelegramChat, ada.owner.id).code_until
        with pytest.raises(Conflict):
            telegram_link.waiting(session, ada.owner.id)
    with transaction() as session:
        telegram_link.link(session, ada.owner.id, new, 42)
        assert telegram_link.chat_of(session, ada.owner.id) == 42
        telegram_link.unlink(session, ada.owner.id)
    with snapshot() as session:
        assert telegram_link.chat_of(session, ada.owner.id) is None


def test_one_persons_code_links_nobody_else(ada, provider):
    ben = new_user("ben")
    _, waiting = waiting_for(ada)
    with transaction() as session, pytest.raises(Conflict):
        telegram_link.link(session, ben.id, waiting, 42)


def test_telegram_is_not_asked_without_end(ada, provider):
    _, waiting = waiting_for(ada)
    provider.always = heard()
    for _ in range(20):
        with pytest.raises(Conflict):
            telegram_link.look(ada.owner.id, waiting)
    with pytest.raises(TooMany):
        telegram_link.look(ada.owner.id, waiting)
    assert len(provider.came) == 20
