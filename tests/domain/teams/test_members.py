"""Roles, sending away, leaving, handing over: who may, and what becomes of open log-ins."""

import pytest
from sqlmodel import select

from saas_app.accounts import refresh, sessions
from saas_app.accounts.models import User
from saas_app.audit.trail import NOWHERE
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from saas_app.entitlements import keeping, seating
from saas_app.plans.features import Feature
from saas_app.teams import members, ownership
from saas_app.teams.errors import OwnerStays
from saas_app.workspaces import memberships
from saas_app.workspaces.api_keys import keeping as api_keys
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.models import Workspace
from tests.support.billing_world import told
from tests.support.grants import grant


def role_set(team, by, whom, role):
    actor, member = team.id_of(by), team.id_of(whom)
    with transaction() as session:
        members.change_role(session, team.home.id, actor, member, role, NOWHERE)


def removed(team, by, whom):
    with transaction() as session:
        members.remove(session, team.home.id, team.id_of(by), team.id_of(whom), NOWHERE)


def logged_in(team, name):
    with transaction() as session:
        user = session.get_one(User, team.id_of(name))
        plain = sessions.start(session, user, team.home.id, remember=False, origin=NOWHERE)
        return plain, refresh.start(session, team.id_of(name), team.home.id).family


def where(plain):
    with snapshot() as session:
        found = sessions.lookup(session, plain)
        return found.workspace_id if found else None


def test_the_owner_makes_an_admin_and_an_admin_does_not(team):
    role_set(team, "ada", "ben", "admin")
    assert team.roles()["ben"] == "admin"
    assert told(team.people["ben"].owner) == ["team.role_changed"]
    for by, whom, role in [
        ("eve", "vera", "admin"),
        ("eve", "ben", "viewer"),
        ("vera", "ben", "viewer"),
    ]:
        with pytest.raises(NotAllowed):
            role_set(team, by, whom, role)
    with pytest.raises(NotAllowed):
        role_set(team, "eve", "ada", "viewer")
    with pytest.raises(Invalid) as wrong:
        role_set(team, "ada", "ben", "owner")
    assert set(wrong.value.fields) == {"role"}
    with pytest.raises(NotFound):
        role_set(team, "ada", "mallory", "viewer")
    assert team.roles() == {"ada": "owner", "eve": "admin", "ben": "admin", "vera": "viewer"}


@pytest.mark.db
def test_who_is_sent_away_is_in_their_own_workspace_from_that_moment(team):
    plain, family = logged_in(team, "ben")
    ben = team.people["ben"]
    removed(team, "eve", "ben")
    assert where(plain) == ben.id
    with snapshot() as session:
        assert memberships.role_of(session, team.home.id, ben.owner.id) is None
        assert not refresh.is_open(session, family)
    assert told(ben.owner) == ["team.removed"]


@pytest.mark.parametrize(
    ("by", "whom"), [("eve", "ada"), ("ben", "vera"), ("eve", "eve"), ("ada", "ada")]
)
def test_who_may_not_send_whom_away(team, by, whom):
    with pytest.raises(NotAllowed):
        removed(team, by, whom)
    assert whom in team.roles()


def test_anybody_leaves_but_the_owner(team):
    plain, _ = logged_in(team, "vera")
    with transaction() as session:
        members.leave(session, team.home.id, team.id_of("vera"), NOWHERE)
    assert where(plain) == team.people["vera"].id
    with transaction() as session, pytest.raises(OwnerStays):
        members.leave(session, team.home.id, team.home.owner.id, NOWHERE)
    assert set(team.roles()) == {"ada", "eve", "ben"}


@pytest.mark.parametrize("goes", ["removed", "left"])
def test_whose_membership_ends_loses_their_keys_here_and_no_others(team, goes):
    ben = team.id_of("ben")
    wanted = api_keys.Wanted("Nightly", ("market:read",), None)
    with transaction() as session:
        here, own, eves = (
            api_keys.make(session, place, person, wanted, NOWHERE).key.name_outside
            for place, person in (
                (team.home.id, ben),
                (team.people["ben"].id, ben),
                (team.home.id, team.id_of("eve")),
            )
        )
    if goes == "removed":
        removed(team, "ada", "ben")
    else:
        with transaction() as session:
            members.leave(session, team.home.id, ben, NOWHERE)
    with snapshot() as session:
        rows = session.exec(select(ApiKey)).all()
    assert {row.name_outside: row.revoked_at is None for row in rows} == {
        here: False,
        own: True,
        eves: True,
    }


@pytest.mark.db
def test_the_ownership_is_handed_over_by_the_owner_alone(team):
    team.id_of("mallory")
    for by in ("eve", "ben", "vera"):
        with transaction() as session, pytest.raises(NotAllowed):
            ownership.hand_over(session, team.home.id, team.id_of(by), team.id_of("ben"), NOWHERE)
    for heir in ("ada", "mallory"):
        with transaction() as session, pytest.raises(NotFound):
            ownership.hand_over(session, team.home.id, team.id_of("ada"), team.id_of(heir), NOWHERE)
    with transaction() as session:
        ownership.hand_over(session, team.home.id, team.id_of("ada"), team.id_of("ben"), NOWHERE)
    assert team.roles() == {"ada": "admin", "eve": "admin", "ben": "owner", "vera": "viewer"}
    with snapshot() as session:
        mine = memberships.personal_of(session, team.id_of("ada"))
        assert mine.id != team.home.id
        assert not session.get_one(Workspace, team.home.id).personal
        assert memberships.personal_of(session, team.id_of("ben")).id == team.people["ben"].id
    assert "team.handed_over" in told(team.home.owner)
    assert "team.handed_over" in told(team.people["ben"].owner)


@pytest.mark.db
def test_where_seats_get_fewer_the_newest_wait_and_come_back_by_themselves(team):
    plain, _ = logged_in(team, "vera")
    grant(team.home, "seats", 2)
    assert seating.follow_all() == 2
    assert set(team.roles()) == {"ada", "eve"}
    assert where(plain) == team.people["vera"].id
    assert told(team.people["vera"].owner) == ["team.suspended"]
    with transaction() as session, pytest.raises(Conflict):
        ownership.hand_over(session, team.home.id, team.id_of("ada"), team.id_of("vera"), NOWHERE)
    assert seating.follow_all() == 0
    removed(team, "ada", "eve")
    assert set(team.roles()) == {"ada", "ben"}
    grant(team.home, "seats", 6)
    assert seating.follow_all() == 1
    assert told(team.people["vera"].owner) == ["team.suspended", "team.restored"]


def test_whom_the_payer_chose_keeps_the_seat_and_the_owner_always(team):
    with transaction() as session:
        keeping.choose(
            session, team.home.id, Feature.SEATS, {team.id_of("vera")}, by=team.home.owner.id
        )
    grant(team.home, "seats", 2)
    seating.follow(team.home.id)
    assert set(team.roles()) == {"ada", "vera"}


def test_a_change_of_the_plan_seats_people_once_it_is_written(team):
    grant(team.home, "seats", 3)
    with transaction() as session:
        seating.plan_changed(session, team.home.id, team.home.workspace.created_at)
    assert set(team.roles()) == {"ada", "eve", "ben"}
