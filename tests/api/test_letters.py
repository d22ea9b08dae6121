"""Leaving a list without a log-in, choosing in the matrix, and what the mail provider tells."""

import pytest
from pydantic import SecretStr

from saas_app.core.db import snapshot
from saas_app.notifications import preferences, suppression, unsubscribe
from saas_app.notifications.matrix import Channel
from tests.support.billing_world import new_tenant

EVENT = {"address": "ada@example.com", "kind": "hard", "detail": "550"}


@pytest.fixture
def ada(web):
    return new_tenant()


def wants_letters(tenant):
    with snapshot() as session:
        return preferences.of(session, tenant.owner.id)["plan", Channel.EMAIL]


@pytest.mark.parametrize("where", ["address", "body"])
def test_one_click_leaves_a_list_without_a_log_in(web, ada, where):
    token = unsubscribe.token(ada.owner.id, "plan")
    if where == "address":
        answer = web.post(f"/api/unsubscribe?token={token}", data={"List-Unsubscribe": "One-Click"})
    else:
        answer = web.post("/api/unsubscribe", json={"token": token})
    assert answer.status_code == 200, answer.text
    assert wants_letters(ada) is False


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"token": 5}', b"\xff", b"[" * 100_000])
def test_a_click_without_a_token_changes_nothing(web, ada, body):
    answer = web.post("/api/unsubscribe", content=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert wants_letters(ada) is True


def test_opening_the_link_alone_leaves_nothing(web, ada):
    token = unsubscribe.token(ada.owner.id, "plan")
    assert web.get(f"/api/unsubscribe?token={token}").status_code in {404, 405}
    assert wants_letters(ada) is True


def test_the_matrix_is_read_and_changed_cell_by_cell(web, ada):
    headers = web.as_browser(ada)
    choice = {"event": "plan", "channel": "email", "wanted": False}
    assert web.put("/api/user/channels", json=choice, headers=headers).status_code == 204
    cells = web.get("/api/user/channels", headers=headers).json()["cells"]
    found = {(cell["event"], cell["channel"]): (cell["wanted"], cell["fixed"]) for cell in cells}
    assert found["plan", "email"] == (False, False)
    assert found["security", "email"] == (True, True)
    fixed = {**choice, "event": "security"}
    assert web.put("/api/user/channels", json=fixed, headers=headers).status_code == 422


def told(web, secret="s3cret", events=(EVENT,)):
    headers = {"Authorization": f"Bearer {secret}"}
    return web.post("/api/mail/events", json={"events": list(events)}, headers=headers)


def test_a_bounce_is_taken_from_the_provider_alone(web, configured):
    assert told(web).status_code == 401
    configured.mail_events_secret = SecretStr("s3cret")
    assert told(web, "other").status_code == 401
    assert told(web, "").status_code == 401
    assert told(web).json() == {"taken": 1}
    with snapshot() as session:
        assert suppression.forbids(session, "ada@example.com", leavable=False)


def test_a_batch_with_one_bad_event_is_refused_whole(web, configured):
    configured.mail_events_secret = SecretStr("s3cret")
    assert told(web, events=[EVENT, {**EVENT, "kind": "odd"}]).status_code == 422
    with snapshot() as session:
        assert not suppression.forbids(session, "ada@example.com", leavable=True)
