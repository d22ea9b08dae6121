"""A team over REST: asked in, joined, switched, sent away; what is wrong is named by its field."""

from contextlib import contextmanager
from functools import partial

import pytest
from sqlmodel import select

from saas_app import wiring
from saas_app.accounts import sessions
from saas_app.api.v1 import workspaces
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Role
from tests.domain.teams.team import letters
from tests.support.billing_world import NoPost, add_member, new_tenant, new_user
from tests.support.grants import grant

ASK = {"email": "mo@example.com", "role": "analyst"}


@pytest.fixture
def ada(web):
    wiring.install()
    tasks.install(NoPost())
    made = new_tenant()
    grant(made, "seats", 3)
    grant(made, "team_roles", ["admin", "analyst", "viewer"])
    return made


@contextmanager
def taken_back_first(invited):
    """The owner is a moment faster than whoever answers."""
    with transaction() as session:
        session.get_one(Invitation, invited.id).revoked_at = clock.wall()
    with transaction() as session:
        yield session


@pytest.mark.parametrize("way", ["link", "key"])
def test_what_is_taken_back_while_it_is_accepted_stays_taken_back(web, ada, monkeypatch, way):
    mine, theirs = web.as_browser(ada), web.as_browser(new_tenant("mo"))
    web.post("/api/workspace/invitations", json=ASK, headers=mine)
    with snapshot() as session:
        invited = session.exec(select(Invitation)).one()
    path, body = {
        "link": ("/api/invitations/accept", {"token": letters("mo")[0]}),
        "key": (f"/api/user/invitations/{invited.key}/accept", None),
    }[way]
    monkeypatch.setattr(workspaces, "transaction", partial(taken_back_first, invited))
    answer = web.post(path, json=body, headers=theirs)
    assert answer.status_code in {404, 409, 410}, answer.text
    with snapshot() as session:
        assert session.get_one(Invitation, invited.id).revoked_at
        assert memberships.count(session, ada.id) == 1


def where(headers):
    plain = headers["Cookie"].partition("=")[2]
    with snapshot() as session:
        return sessions.lookup(session, plain).workspace_id


def test_asked_in_as_somebody_new_and_joined_with_the_letter(web, ada):
    mine = web.as_browser(ada)
    asked = web.post("/api/workspace/invitations", json=ASK, headers=mine)
    assert asked.status_code == 201, asked.text
    (token,) = letters("mo")
    stranger = web.post("/api/invitations/accept", json={"token": token})
    assert (stranger.status_code, stranger.json()["code"]) == (401, "invitation_sign_up")
    zoe = web.as_browser(new_tenant("zoe"))
    other = web.post("/api/invitations/accept", json={"token": token}, headers=zoe)
    assert (other.status_code, other.json()["code"]) == (403, "invitation_other_address")
    mo = new_tenant("mo")
    theirs = web.as_browser(mo)
    assert web.post("/api/invitations/accept", json={"token": token}).json()["code"] == (
        "invitation_log_in"
    )
    (waiting,) = web.get("/api/user/invitations", headers=theirs).json()["invitations"]
    assert waiting["workspace"] == ada.workspace.name
    joined = web.post("/api/invitations/accept", json={"token": token}, headers=theirs)
    assert joined.json()["next"] == "/dashboard"
    assert where(theirs) == ada.id
    assert web.get("/api/workspace", headers=theirs).json()["role"] == "analyst"
    assert web.get("/api/workspace/members", headers=theirs).json()["members"][0]["email"] is None
    done = web.get("/api/workspace/activity", headers=mine).json()["activity"]
    assert [entry["sentence"] for entry in done] == [
        "Mo joined as Analyst.",
        "Ada invited somebody as Analyst.",
    ]


def test_going_to_another_workspace_and_back(web, ada):
    ben = new_tenant("ben")
    add_member(ada, ben.owner, Role.VIEWER)
    theirs = web.as_browser(ben)
    places = web.get("/api/workspaces", headers=theirs).json()["workspaces"]
    assert [place["current"] for place in places] == [True, False]
    for place, home in ((places[1], ada.id), (places[0], ben.id)):
        assert web.post(f"/api/workspaces/{place['key']}/switch", headers=theirs).is_success
        assert where(theirs) == home


def test_sent_away_the_next_request_is_ones_own_workspace_and_the_token_is_void(web, ada):
    ben = new_tenant("ben")
    add_member(ada, ben.owner, Role.ANALYST)
    page, program = web.as_browser(ada, ben.owner), web.as_program(ada, ben.owner)
    assert web.get("/api/workspace", headers=page).json()["key"] == ada.workspace.key
    gone = web.delete(f"/api/workspace/members/{ben.owner.id}", headers=web.as_browser(ada))
    assert gone.status_code == 204
    assert web.get("/api/workspace", headers=page).json()["key"] == ben.workspace.key
    assert web.get("/api/workspace", headers=program).json()["code"] == "token_invalid"


def test_the_last_seat_is_the_last_and_says_which_plan_has_more(web, ada):
    mine = web.as_browser(ada)
    for name in ("mo", "zoe"):
        body = {"email": f"{name}@example.com", "role": "viewer"}
        assert web.post("/api/workspace/invitations", json=body, headers=mine).status_code == 201
    refused = web.post(
        "/api/workspace/invitations", json=ASK | {"email": "lou@example.com"}, headers=mine
    )
    assert refused.status_code == 403
    problem = refused.json()
    assert (problem["code"], problem["feature"]) == ("limit_reached", "seats")
    assert (problem["limit"], problem["used"], problem["upgrade_to"]) == (3, 3, "enterprise")
    shown = web.get("/api/workspace", headers=mine).json()
    assert (shown["seats"], shown["seats_taken"], shown["seats_reserved"]) == (3, 3, 2)


BAD = [
    (
        "POST",
        "/api/workspace/invitations",
        {"email": "no address", "role": "king"},
        {"email", "role"},
    ),
    ("POST", "/api/workspace/invitations", {}, {"email"}),
    ("POST", "/api/workspace/invitations", {"email": "mo@example.com", "role": "owner"}, {"role"}),
    ("PUT", "/api/workspace/members/{ben}", {"role": "king"}, {"role"}),
    ("PUT", "/api/workspace/members/{ben}", {"role": None}, {"role"}),
    ("PUT", "/api/workspace/members/99999999999", {"role": "viewer"}, {"member_id"}),
    ("DELETE", "/api/workspace/members/0", None, {"member_id"}),
    ("POST", "/api/workspace/hand-over", {"member_id": "ben"}, {"member_id"}),
    ("PUT", "/api/workspace", {"name": " "}, {"name"}),
    ("PUT", "/api/workspace", {"name": "n" * 61}, {"name"}),
    ("PUT", "/api/workspace", {"name": "see https://evil.example"}, {"name"}),
    ("POST", "/api/invitations/accept", {"token": 7}, {"token"}),
    ("GET", "/api/workspace/activity?before=-1", None, {"before"}),
]


def test_what_is_wrong_is_named_and_nothing_is_half_done(web, ada):
    ben = new_user("ben")
    add_member(ada, ben, Role.ANALYST)
    mine = web.as_browser(ada)
    for verb, path, body, fields in BAD:
        answer = web.request(verb, path.format(ben=ben.id), json=body, headers=mine)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()["fields"]) == fields, (path, body, answer.text)
    assert web.get("/api/workspace/activity", headers=mine).json() == {"activity": []}
    roles = web.get("/api/workspace/members", headers=mine).json()["members"]
    assert [member["role"] for member in roles] == ["owner", "analyst"]
