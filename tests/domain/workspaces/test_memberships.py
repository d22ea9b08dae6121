import pytest

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotAllowed, NotFound
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import (
    Permission,
    Role,
    appointed_by,
    may,
    may_appoint,
    may_change,
    may_remove,
)
from tests.support.billing_world import add_member, new_tenant, new_user

# The whole table, as a person would read it aloud.
GRANTS = {
    Role.OWNER: {
        "view",
        "edit",
        "view_members",
        "manage_members",
        "manage_settings",
        "view_activity",
        "view_billing",
        "manage_billing",
        "hand_over",
    },
    Role.ADMIN: {
        "view",
        "edit",
        "view_members",
        "manage_members",
        "manage_settings",
        "view_activity",
        "view_billing",
        "manage_billing",
    },
    Role.ANALYST: {"view", "edit", "view_members"},
    Role.VIEWER: {"view", "view_members"},
}
# Who may make somebody what, and send away whom: by each role, the roles it reaches.
REACHES = {
    Role.OWNER: {Role.ADMIN, Role.ANALYST, Role.VIEWER},
    Role.ADMIN: {Role.ANALYST, Role.VIEWER},
    Role.ANALYST: set(),
    Role.VIEWER: set(),
}
ALL = [(role, permission) for role in Role for permission in Permission]


@pytest.mark.parametrize(("role", "permission"), ALL)
def test_what_each_role_may_do(role, permission):
    assert may(role, permission) == (permission.value in GRANTS[role])


def test_every_role_is_in_the_table():
    assert set(GRANTS) == set(REACHES) == set(Role)


@pytest.mark.parametrize(("by", "whom"), [(by, whom) for by in Role for whom in Role])
def test_whom_each_role_may_appoint_move_and_send_away(by, whom):
    reached = whom in REACHES[by]
    assert may_appoint(by, whom) == may_remove(by, whom) == reached
    assert (whom in appointed_by(by)) == reached
    for wanted in Role:
        assert may_change(by, whom, wanted) == (reached and wanted in REACHES[by])


def require(workspace_id, user_id, permission):
    with snapshot() as session:
        return memberships.require(session, workspace_id, user_id, permission)


@pytest.mark.parametrize(("role", "permission"), ALL)
def test_a_member_is_let_in_as_far_as_the_role_goes(database, role, permission):
    ada, ben = new_tenant(), new_user("ben")
    add_member(ada, ben, role)
    if may(role, permission):
        assert require(ada.id, ben.id, permission).id == ada.id
    else:
        with pytest.raises(NotAllowed, match=f"Your role here is {role.value}"):
            require(ada.id, ben.id, permission)


def test_a_strangers_workspace_and_a_missing_one_look_alike(database):
    ada, mallory = new_tenant(), new_tenant("mallory")
    said = set()
    for workspace_id in (ada.id, 987_654):
        with pytest.raises(NotFound) as refused:
            require(workspace_id, mallory.owner.id, Permission.VIEW)
        said.add(refused.value.message)
    assert len(said) == 1


def test_staff_have_no_way_in_by_being_staff(database):
    ada, sam = new_tenant(), new_user("sam", is_staff=True)
    with pytest.raises(NotFound):
        require(ada.id, sam.id, Permission.VIEW)


def test_a_deleted_workspace_is_not_there_even_for_its_owner(database):
    ada = new_tenant()
    with transaction() as session:
        stored = session.merge(ada.workspace)
        stored.deleted_at = clock.now()
        session.add(stored)
    with pytest.raises(NotFound):
        require(ada.id, ada.owner.id, Permission.VIEW)
    with snapshot() as session, pytest.raises(NotFound):
        memberships.personal_of(session, ada.owner.id)


def test_without_a_seat_nothing_is_open(database):
    ada, ben = new_tenant(), new_tenant("ben")
    add_member(ada, ben.owner, Role.ADMIN)
    with transaction() as session:
        row = session.get_one(Membership, (ada.id, ben.owner.id))
        row.suspended_at = clock.now()
        session.add(row)
    with pytest.raises(NotFound):
        require(ada.id, ben.owner.id, Permission.VIEW)
    with snapshot() as session:
        assert memberships.able(session, ada.id, Permission.MANAGE_MEMBERS) == [ada.owner]
        assert not memberships.share_one(session, ben.owner.id, ada.owner.id)
        places = memberships.places_of(session, ben.owner.id)
    assert [(place.workspace.id, place.suspended) for place in places] == [
        (ben.id, False),
        (ada.id, True),
    ]


def test_one_lands_in_ones_own_workspace_though_anothers_is_older(database):
    ada, ben = new_tenant(), new_tenant("ben")
    add_member(ada, ben.owner, Role.ADMIN)
    with snapshot() as session:
        assert memberships.personal_of(session, ben.owner.id).id == ben.id


def test_one_lands_in_ones_own_workspace_and_not_in_the_team_joined_before(database):
    team, ben = new_tenant(), new_user("ben")
    with transaction() as session:
        stored = session.merge(team.workspace)
        stored.personal = False
        session.add(stored)
    add_member(team, ben)
    with transaction() as session:
        assert memberships.personal_of(session, ben.id).id == team.id
        own = memberships.create_personal(session, ben.id, "Ben")
        assert memberships.personal_of(session, ben.id).id == own.id
