"""A call that a program names is made once; and what seldom changes is not sent twice."""

import threading
from datetime import timedelta

import pytest
import time_machine

from saas_app.api import bounds
from saas_app.core import clock, rate_limit, tasks
from saas_app.core.db import transaction
from saas_app.workspaces import answered
from tests.support.billing_world import NoPost, new_tenant

ITEM = {"symbol": "EURUSD", "timeframe": "H1"}
OTHER = {"symbol": "XAUUSD", "timeframe": "H1"}


@pytest.fixture
def ada(web):
    tasks.install(NoPost())
    return new_tenant()


@pytest.fixture
def program(web, ada):
    return web.as_program(ada)


def add(web, headers, key, item=ITEM):
    return web.post("/api/watchlist", json=item, headers={**headers, "Idempotency-Key": key})


def code(answer):
    return answer.json()["code"]


def watched(web, headers):
    return [item["symbol"] for item in web.get("/api/watchlist", headers=headers).json()["items"]]


@pytest.mark.db
def test_the_same_call_is_answered_the_same_and_done_once(web, program):
    first, again = add(web, program, "one"), add(web, program, "one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert watched(web, program) == ["EURUSD"]
    # The versioned name of an address is the same address.
    same = web.post("/api/v1/watchlist", json=ITEM, headers={**program, "Idempotency-Key": "one"})
    assert same.headers["Idempotency-Replayed"] == "true"


def test_an_answer_without_a_body_is_repeated_too(web, program):
    item = add(web, program, "one").json()["id"]
    named = {**program, "Idempotency-Key": "gone"}
    for _ in range(2):
        gone = web.delete(f"/api/watchlist/{item}", headers=named)
        assert (gone.status_code, gone.content) == (204, b"")


def test_a_key_names_one_call(web, program):
    add(web, program, "one")
    other = add(web, program, "one", OTHER)
    assert (other.status_code, list(other.json()["fields"])) == (422, ["Idempotency-Key"])
    elsewhere = web.put(
        "/api/watchlist", json={"ids": []}, headers={**program, "Idempotency-Key": "one"}
    )
    assert elsewhere.status_code == 422
    assert watched(web, program) == ["EURUSD"]


def test_a_refusal_is_forgotten_so_that_its_key_can_be_tried_again(web, program):
    assert add(web, program, "one", {"symbol": "NOPE", "timeframe": "H1"}).status_code == 404
    assert add(web, program, "one").status_code == 201


def test_keys_of_two_people_are_two_keys(web, ada, program):
    mallory = web.as_program(new_tenant("mallory"))
    add(web, program, "one")
    theirs = add(web, mallory, "one", OTHER)
    assert "Idempotency-Replayed" not in theirs.headers
    assert watched(web, mallory) == ["XAUUSD"]
    assert web.delete("/api/watchlist/1", headers={"Idempotency-Key": "one"}).status_code == 401


@pytest.mark.db
def test_twenty_at_once_do_it_once(web, program):
    answers = []
    racers = [
        threading.Thread(target=lambda: answers.append(add(web, program, "race")))
        for _ in range(20)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    made = [answer for answer in answers if answer.status_code == 201]
    rest = {code(answer) for answer in answers if answer.status_code != 201}
    assert len(answers) == 20
    assert len([answer for answer in made if "Idempotency-Replayed" not in answer.headers]) == 1
    assert rest <= {"request_in_progress"}
    assert watched(web, program) == ["EURUSD"]


@pytest.mark.db
def test_what_broke_off_is_not_done_again_by_itself(web, ada, program, monkeypatch):
    monkeypatch.setattr(answered, "keep", lambda *_: 1 / 0)
    assert add(web, program, "one").status_code == 500
    monkeypatch.undo()
    soon = add(web, program, "one")
    assert (soon.status_code, code(soon)) == (409, "request_in_progress")
    with time_machine.travel(clock.wall() + timedelta(minutes=2), tick=True):
        later = add(web, program, "one")
    assert (later.status_code, code(later)) == (409, "outcome_unknown")
    assert watched(web, program) == ["EURUSD"]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_cannot_be_used_is_refused_and_nothing_done(web, program, key):
    refused = add(web, program, key)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["Idempotency-Key"])
    assert watched(web, program) == []


def test_a_key_is_free_again_after_a_day(web, program):
    add(web, program, "one")
    tomorrow = clock.wall() + timedelta(hours=25)
    with time_machine.travel(tomorrow, tick=True), transaction() as session:
        assert answered.purge(session) == 1
        assert answered.purge(session) == 0


def test_what_one_has_already_is_not_sent_again(web, program):
    path = "/api/watchlist"
    first = web.get(path, headers=program)
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = web.get(path, headers={**program, "If-None-Match": known})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    add(web, program, "one")
    changed = web.get(path, headers={**program, "If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert changed.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in web.get("/api/user/profile", headers=program).headers


def test_no_endpoint_can_be_called_without_a_limit(web, program, monkeypatch):
    monkeypatch.setattr(bounds, "_STRANGER", 3)
    monkeypatch.setattr(bounds, "_KNOWN", 5)
    rate_limit.forget()
    strangers = [web.get("/api/plans").status_code for _ in range(4)]
    assert strangers == [200, 200, 200, 429]
    known = [web.get("/api/user/profile", headers=program).status_code for _ in range(6)]
    assert known == [200] * 5 + [429]
    monkeypatch.setattr(bounds, "_PLACE", 20)
    rate_limit.forget()
    made_up = [
        web.get("/api/plans", headers={"Authorization": f"Bearer {number}"}).status_code
        for number in range(21)
    ]
    assert made_up == [200] * 20 + [429]
    full = web.get("/api/plans")
    assert int(full.headers["Retry-After"]) >= 1
