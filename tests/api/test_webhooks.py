import json
import time

import pytest
from sqlalchemy.exc import OperationalError

from saas_app.api import aliases
from saas_app.billing import events, inbox
from saas_app.billing.drainer import Drainer
from saas_app.billing.models import EventStatus
from saas_app.billing.publication import THIN_PATH
from saas_app.entitlements import sync
from tests.support.billing_world import (
    SECRET,
    access_of,
    event_body,
    happened,
    new_tenant,
    signed,
    stored_events,
)

# Thin events have a signature and an address of their own, and tests of their own.
SNAPSHOTS = aliases.WEBHOOKS - {THIN_PATH}
PATHS = pytest.mark.parametrize("path", sorted(SNAPSHOTS))


@pytest.fixture
def listening(wired, web, configured):
    configured.stripe_webhook_secrets = [SECRET]
    return web


def send(web, path, body, signature=None):
    headers = {"Stripe-Signature": signed(body) if signature is None else signature}
    return web.post(path, content=body, headers=headers)


def test_there_are_four_addresses():
    assert {
        "/api/stripe/webhook",
        "/webhook/stripe",
        "/api/webhooks/stripe",
        "/api/v1/billing/webhook",
    } == SNAPSHOTS


@pytest.mark.db
@PATHS
def test_a_signed_event_is_stored_once_and_answered_well_each_time(listening, path):
    body = event_body("cus_1")
    for _ in range(2):
        answer = send(listening, path, body)
        assert (answer.status_code, answer.json()) == (200, {"received": "stored"})
    assert list(stored_events()) == ["evt_1"]


@PATHS
@pytest.mark.parametrize(
    "forge",
    [
        lambda body: signed(body, secret="whsec_another"),
        lambda body: signed(body, at=int(time.time()) - 301),
        lambda body: signed(body, at=int(time.time()) + 302),
        lambda body: signed(body + b" "),
        lambda body: "",
        lambda body: "t=1,v1=zz",
        lambda body: "nonsense",
    ],
)
def test_whatever_is_not_signed_now_by_stripe_is_refused(listening, path, forge):
    body = event_body("cus_1")
    answer = send(listening, path, body, forge(body))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "bad_webhook"
    assert stored_events() == {}


@PATHS
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 5}', b"[" * 50_000])
def test_a_signed_body_that_is_no_event_is_refused(listening, path, body):
    assert send(listening, path, body).status_code == 400
    assert stored_events() == {}


@PATHS
def test_an_event_that_cannot_be_stored_is_to_be_sent_again(listening, path, monkeypatch):
    def full(_rows):
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr(inbox, "store", full)
    answer = send(listening, path, event_body("cus_1"))
    assert (answer.status_code, answer.json()["code"]) == (503, "not_stored")
    assert "disk" not in answer.text


@PATHS
def test_a_cookie_or_a_foreign_page_changes_nothing_about_a_webhook(listening, path):
    cookie = listening.as_browser(new_tenant())["Cookie"]
    body = event_body("cus_1")
    headers = {
        "Stripe-Signature": signed(body),
        "Cookie": cookie,
        "Origin": "https://evil.example",
        "Host": "hooks.example",
    }
    assert listening.post(path, content=body, headers=headers).status_code == 200


@PATHS
def test_only_post_is_taken(listening, path):
    assert listening.get(path).status_code in {404, 405}


@pytest.mark.parametrize("kind", events.LISTENED)
def test_every_event_we_asked_for_waits_to_be_worked_off(listening, kind):
    assert send(listening, "/webhook/stripe", event_body("cus_1", kind=kind)).status_code == 200
    (row,) = stored_events().values()
    assert (row.type, row.status) == (kind, EventStatus.PENDING)


def test_an_event_nobody_asked_for_is_kept_and_never_acted_upon(listening):
    answer = send(listening, "/webhook/stripe", event_body("cus_1", kind="mandate.updated"))
    assert (answer.status_code, answer.json()) == (200, {"received": "ignored"})
    assert stored_events()["evt_1"].status == EventStatus.IGNORED


def test_a_giant_that_did_not_say_so_is_refused(listening):
    def pieces():
        for _ in range(20):
            yield b"x" * 100_000

    answer = listening.post("/webhook/stripe", content=pieces())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@PATHS
def test_what_stripe_sends_opens_the_plan(web, shop, path):
    ada = new_tenant()
    started = web.post("/api/checkout", json={"plan": "pro"}, headers=web.as_program(ada)).json()
    shop.complete_checkout(started["session_id"])
    for event in happened(shop):
        send(web, path, json.dumps(event).encode()).raise_for_status()
    assert access_of(ada).plan == "free"
    Drainer(sync.customer).drain()
    assert access_of(ada).plan == "pro"
