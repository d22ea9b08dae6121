"""Keys for programs: shown once, held to their scopes, their owner's role and their day."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, delete, select

from saas_app.core import clock, tasks
from saas_app.core.db import transaction
from saas_app.workspaces.api_keys import keeping
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user

WANTED = {"name": "Nightly export", "scopes": ["market:read", "alerts:read"], "days": 30}
pytestmark = pytest.mark.db


@pytest.fixture
def ada(web):
    tasks.install(NoPost())
    return new_tenant()


@pytest.fixture
def mine(web, ada):
    return web.as_browser(ada)


def made(web, headers, **changes):
    answer = web.post("/api/api-keys", json=WANTED | changes, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def by(key):
    return {"Authorization": f"Bearer {key['key']}"}


def code(answer):
    return answer.json()["code"]


def test_a_key_is_shown_once_and_acts_for_its_owner_within_its_scopes(web, mine):
    key = made(web, mine)
    listed = web.get("/api/api-keys", headers=mine)
    (shown,) = listed.json()["keys"]
    assert key["key"] not in listed.text
    assert (shown["id"], shown["scopes"], shown["last_used_at"]) == (
        key["id"],
        ["market:read", "alerts:read"],
        None,
    )
    candles = web.get("/api/candles/EURUSD/H1?limit=3", headers=by(key))
    assert candles.status_code == 200
    assert int(candles.headers["X-RateLimit-Limit"]) == 60
    assert web.get("/api/alerts", headers=by(key)).status_code == 200
    wanting = web.post(
        "/api/watchlist", json={"symbol": "EURUSD", "timeframe": "H1"}, headers=by(key)
    )
    assert (wanting.status_code, wanting.json()["scope"]) == (403, "watchlist:write")
    for path in ("/api/user/profile", "/api/notifications"):
        never = web.get(path, headers=by(key))
        assert (never.status_code, code(never)) == (403, "not_allowed")
    assert code(web.post("/api/api-keys", json=WANTED, headers=by(key))) == "not_allowed"
    (used,) = web.get("/api/api-keys", headers=mine).json()["keys"]
    assert used["last_used_at"] is not None


def test_the_other_names_of_an_endpoint_hold_a_key_to_the_same_scopes(web, mine):
    key = made(web, mine, scopes=["billing:read"])
    for path in ("/api/subscription", "/api/v1/billing/subscription-status"):
        assert web.get(path, headers=by(key)).status_code == 200
    assert code(web.get("/api/v1/alerts", headers=by(key))) in {"not_allowed", "not_found"}


def test_a_key_ends_on_its_day_and_when_it_is_revoked(web, mine):
    short, forever = made(web, mine, days=1), made(web, mine, days=None)
    with time_machine.travel(clock.wall() + timedelta(days=1), tick=True):
        assert code(web.get("/api/alerts", headers=by(short))) == "token_invalid"
        assert web.get("/api/alerts", headers=by(forever)).status_code == 200
    assert web.delete(f"/api/api-keys/{forever['id']}", headers=mine).status_code == 204
    assert code(web.get("/api/alerts", headers=by(forever))) == "token_invalid"
    again = web.delete(f"/api/api-keys/{forever['id']}", headers=mine)
    assert (again.status_code, code(again)) == (404, "not_found")


def test_rotating_leaves_the_secret_of_before_so_many_hours(web, mine):
    key = made(web, mine)
    path = f"/api/api-keys/{key['id']}/rotate"
    second = web.post(path, json={"overlap_hours": 24}, headers=mine).json()
    assert second["id"] == key["id"]
    for one in (key, second):
        assert web.get("/api/alerts", headers=by(one)).status_code == 200
    with time_machine.travel(clock.wall() + timedelta(hours=25), tick=True):
        assert code(web.get("/api/alerts", headers=by(key))) == "token_invalid"
        assert web.get("/api/alerts", headers=by(second)).status_code == 200
    third = web.post(path, json={"overlap_hours": 0}, headers=mine).json()
    for one, status in ((key, 401), (second, 401), (third, 200)):
        assert web.get("/api/alerts", headers=by(one)).status_code == status


def test_a_key_never_goes_beyond_its_owners_role_nor_outlives_their_membership(web, ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    theirs = web.as_browser(ada, vera)
    key = made(web, theirs, scopes=["market:read", "watchlist:write"])
    assert web.get("/api/watchlist", headers=by(key)).status_code == 200
    put = web.post("/api/watchlist", json={"symbol": "EURUSD", "timeframe": "H1"}, headers=by(key))
    assert (put.status_code, code(put)) == (403, "not_allowed")
    with transaction() as session:
        session.exec(delete(Membership).where(Membership.user_id == vera.id))
    assert code(web.get("/api/watchlist", headers=by(key))) == "token_invalid"


def test_who_manages_the_workspace_sees_and_ends_every_key_and_rotates_none_of_them(web, ada, mine):
    ben = new_user("ben")
    add_member(ada, ben, Role.ANALYST)
    his = web.as_browser(ada, ben)
    key, adas = made(web, his), made(web, mine)
    assert [each["id"] for each in web.get("/api/api-keys", headers=his).json()["keys"]] == [
        key["id"]
    ]
    seen = web.get("/api/api-keys", headers=mine).json()["keys"]
    assert {(each["id"], each["mine"]) for each in seen} == {
        (key["id"], False),
        (adas["id"], True),
    }
    rotated = web.post(f"/api/api-keys/{key['id']}/rotate", json={}, headers=mine)
    assert code(rotated) == "not_found"
    assert code(web.delete(f"/api/api-keys/{adas['id']}", headers=his)) == "not_found"
    mallory = web.as_browser(new_tenant("mallory"))
    assert code(web.delete(f"/api/api-keys/{key['id']}", headers=mallory)) == "not_found"
    assert web.delete(f"/api/api-keys/{key['id']}", headers=mine).status_code == 204
    assert code(web.get("/api/alerts", headers=by(key))) == "token_invalid"


def test_a_key_found_in_the_open_is_ended_by_whoever_found_it(web, mine):
    key, other = made(web, mine), made(web, mine)
    real = web.post("/api/api-keys/leaked", json={"key": key["key"]})
    look_alike = web.post("/api/api-keys/leaked", json={"key": key["key"][:-1] + "!"})
    assert (real.status_code, real.json()) == (look_alike.status_code, look_alike.json())
    assert code(web.get("/api/alerts", headers=by(key))) == "token_invalid"
    assert web.get("/api/alerts", headers=by(other)).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["money:take"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 10**9}, "days"),
    ],
)
def test_what_is_wrong_is_named_and_makes_nothing(web, mine, wrong, field):
    refused = web.post("/api/api-keys", json=WANTED | wrong, headers=mine)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, [field])
    assert web.get("/api/api-keys", headers=mine).json()["keys"] == []


def test_a_workspace_has_so_many_keys_and_one_that_ended_makes_room(web, mine, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 1)
    key = made(web, mine)
    assert code(web.post("/api/api-keys", json=WANTED, headers=mine)) == "conflict"
    web.delete(f"/api/api-keys/{key['id']}", headers=mine)
    made(web, mine)


def test_nobody_has_more_than_their_share_and_what_expired_takes_no_room(
    web, ada, mine, monkeypatch
):
    monkeypatch.setattr(keeping, "MOST", 3)
    monkeypatch.setattr(keeping, "MOST_OWN", 2)
    ben = new_user("ben")
    add_member(ada, ben)
    his = web.as_browser(ada, ben)
    made(web, mine, days=1)
    made(web, mine)
    refused = web.post("/api/api-keys", json=WANTED, headers=mine)
    assert (refused.status_code, code(refused)) == (409, "conflict")
    assert "2 keys" in refused.text
    made(web, his)
    assert code(web.post("/api/api-keys", json=WANTED, headers=his)) == "conflict"
    with transaction() as session:
        first = select(ApiKey).where(ApiKey.user_id == ada.owner.id).order_by(col(ApiKey.id))
        session.exec(first).first().expires_at = clock.wall() - timedelta(seconds=1)
    made(web, mine)


def test_a_stale_proof_makes_and_rotates_no_key(web, mine):
    key = made(web, mine)
    with time_machine.travel(clock.wall() + timedelta(minutes=50), tick=True):
        for path, body in (
            ("/api/api-keys", WANTED),
            (f"/api/api-keys/{key['id']}/rotate", {}),
        ):
            assert code(web.post(path, json=body, headers=mine)) == "step_up_required"
