"""Text messages: what the provider's answers mean, what is kept, what is never spent twice."""

from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select, update

from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import TooMany, Unavailable
from saas_app.notifications import sms
from saas_app.notifications.channels import sms as channel
from saas_app.notifications.channels.sms import Account, Refused
from saas_app.notifications.models import Sms
from tests.support.billing_world import NoPost
from tests.support.sandbox_process import Sandbox, running_sandbox

NUMBER = "+4915123456789"
ACCOUNT = Account("AC1", "secret", "+15005550006", "https://sms.example")


@pytest.fixture(scope="module")
def tray(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("tray")) as sandbox:
        yield sandbox


def answers(monkeypatch, status, **body):
    def post(url, **sent):
        return httpx.Response(status, json=body, request=httpx.Request("POST", url))

    monkeypatch.setattr(channel.httpx, "post", post)


def test_a_message_that_was_taken_has_the_providers_id(monkeypatch):
    answers(monkeypatch, 201, sid="SM1")
    assert channel.send(ACCOUNT, NUMBER, "Hello") == "SM1"


@pytest.mark.parametrize(("status", "code"), [(400, 21211), (400, 21610), (404, 20404)])
def test_what_can_never_arrive_is_refused_without_repeating_the_number(monkeypatch, status, code):
    answers(monkeypatch, status, code=code, message=f"{NUMBER} is not a number")
    with pytest.raises(Refused, match=str(code)) as refused:
        channel.send(ACCOUNT, NUMBER, "Hello")
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(monkeypatch, status):
    answers(monkeypatch, status, code=1)
    with pytest.raises(Unavailable):
        channel.send(ACCOUNT, NUMBER, "Hello")


def test_a_provider_that_is_not_there_is_tried_again():
    gone = Account("AC1", "secret", "x", "http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        channel.send(gone, NUMBER, "Hello")


def test_an_account_does_not_print_its_token():
    assert "secret" not in repr(ACCOUNT)


def writes(body="123456 is your code."):
    with transaction() as session:
        sms.write(session, key="once", to=NUMBER, body=body)
        sms.write(session, key="once", to=NUMBER, body=body)


def only():
    with snapshot() as session:
        return session.exec(select(Sms)).one()


@pytest.mark.db
def test_a_message_reaches_the_sandboxs_tray_once_and_leaves_no_code_behind(
    database, configured, tray: Sandbox
):
    configured.sandbox_port = int(tray.base_url.rsplit(":", 1)[1])
    writes()
    account = sms.account()
    url = f"{account.base}/2010-04-01/Accounts/{account.sid}/Messages.json"
    found = httpx.get(url, params={"To": NUMBER}).json()["messages"]
    assert [message["body"] for message in found][:1] == ["123456 is your code."]
    row = only()
    assert row.sent_at is not None
    assert (row.body, row.provider_id) == ("", found[0]["sid"])


@pytest.mark.db
def test_a_refused_message_is_closed_with_the_reason(database, monkeypatch):
    answers(monkeypatch, 400, code=21211)
    writes()
    row = only()
    assert row.failed_at is not None
    assert (row.body, row.failure) == ("", "400, code 21211")


@pytest.mark.db
def test_a_code_that_would_come_too_late_is_not_sent(database, monkeypatch):
    tasks.install(NoPost())
    writes()
    with transaction() as session:
        session.exec(update(Sms).values(created_at=clock.wall() - timedelta(minutes=11)))
    monkeypatch.setattr(channel, "send", lambda *_: pytest.fail("it was sent"))
    sms.send({"id": only().id})
    assert only().failed_at is not None


def test_messages_are_counted_per_number_per_country_and_altogether(monkeypatch):
    monkeypatch.setattr(sms, "_PER_NUMBER", 2)
    monkeypatch.setattr(sms, "_PER_COUNTRY", 3)
    monkeypatch.setattr(sms, "_ALTOGETHER", 4)
    sms.allow(NUMBER)
    sms.allow(NUMBER)
    with pytest.raises(TooMany):
        sms.allow(NUMBER)
    sms.allow("+4915123456780")
    with pytest.raises(TooMany):
        sms.allow("+4915123456781")
    sms.allow("+447400123456")
    with pytest.raises(TooMany):
        sms.allow("+447400123457")


def test_texts_to_new_numbers_do_not_use_up_the_codes_of_others(monkeypatch):
    monkeypatch.setattr(sms, "_PER_COUNTRY", 4)
    for last in range(2):
        sms.allow(f"+491512345678{last}", proved=False)
    with pytest.raises(TooMany):
        sms.allow("+4915123456789", proved=False)
    sms.allow(NUMBER)


def test_without_keys_and_sandbox_there_is_nobody_to_send_them(configured):
    assert sms.available()
    configured.stripe_secret_key = SecretStr("sk_test_of_somebody")
    assert not sms.available()
    configured.twilio_account_sid = "AC1"
    assert sms.available()
    assert sms.account().base == "https://api.twilio.com"


@pytest.mark.db
def test_a_month_later_nobody_knows_whose_number_it_was(database):
    tasks.install(NoPost())
    writes()
    with transaction() as session:
        session.exec(update(Sms).values(created_at=clock.wall() - timedelta(days=31)))
        assert sms.purge(session) == 1
