"""The team page: what each role sees and does there, and the switch in the frame."""

import asyncio

import pytest

from saas_app import wiring
from saas_app.core import tasks
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.teams import invitations, members
from saas_app.ui.pages.settings.team.state import Team
from saas_app.ui.state.shell import Shell
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost, add_member, new_tenant
from tests.support.grants import grant
from tests.support.states import logged_in, tab

PATH = "/settings/team"


@pytest.fixture
def ada(database):
    wiring.install()
    tasks.install(NoPost())
    return new_tenant()


@pytest.fixture
def ben(ada):
    grant(ada, "seats", 3)
    grant(ada, "team_roles", ["admin", "analyst", "viewer"])
    made = new_tenant("ben")
    add_member(ada, made.owner, Role.ANALYST)
    return made


def opened(tenant, *calls, user=None, path=PATH):
    async def play():
        page = tab(path, logged_in(tenant, user))
        await page.call(Team, "load")
        for name, *arguments in calls:
            await page.call(Team, name, *arguments)
        return page, await page.of(Team)

    return asyncio.run(play())


def said(page):
    return asyncio.run(page.notice())


def test_alone_on_a_plan_for_one_it_says_which_plan_has_seats(ada):
    _, shown = opened(ada)
    assert shown.seen.locked
    assert shown.seen.lifted_by == "Enterprise"
    assert shown.seen.meter.state == "none"
    assert [(row.name, row.mine) for row in shown.seen.members] == [("Ada", True)]


def test_asked_in_again_and_taken_back(ada, ben):
    form = {"email": "mo@example.com", "role": "viewer"}
    _, shown = opened(ada, ("invite", form))
    assert (shown.refused, shown.problems) == (False, {})
    (row,) = shown.seen.asked
    assert row.email == "mo@example.com"
    assert shown.seen.meter.used == "3 of 3, 1 of them held for open invitations"
    page, _ = opened(ada, ("resend", row.key))
    assert said(page) == text("team.sent_again", email="mo@example.com")
    page, shown = opened(ada, ("revoke", row.key))
    assert said(page) == text("team.revoked")
    assert shown.seen.asked == []
    assert shown.seen.meter.used == "2 of 3"
    assert shown.seen.roles[0].id == "viewer"
    assert [deed.what for deed in shown.seen.deeds] == [
        "Ada took an invitation back.",
        "Ada sent an invitation again.",
        "Ada invited somebody as Viewer.",
    ]


def test_a_refusal_stands_beside_its_field(ada, ben):
    _, shown = opened(ada, ("invite", {"email": "no address", "role": "king"}))
    assert shown.refused
    assert set(shown.problems) == {"email", "role"}
    assert shown.seen.asked == []


def test_a_role_is_changed_and_somebody_removed_after_a_question(ada, ben):
    _, shown = opened(ada, ("set_role", ben.owner.id, "admin"), ("ask", ben.owner.id))
    assert shown.asking == ben.owner.id
    assert shown.seen.members[1].role == "admin"
    _, shown = opened(ada, ("remove", ben.owner.id))
    assert [row.name for row in shown.seen.members] == ["Ada"]


def test_an_analyst_sees_names_without_addresses_and_changes_nothing(ada, ben):
    form = {"email": "mo@example.com", "role": "viewer"}
    page, shown = opened(
        ada,
        ("invite", form),
        ("remove", ada.owner.id),
        ("rename", {"name": "Mine"}),
        user=ben.owner,
    )
    assert "Your role here is analyst" in said(page)
    seen = shown.seen
    assert not any((seen.manages, seen.renames, seen.looks_back, seen.asked, seen.deeds))
    assert [(row.email, row.may_move, row.may_remove) for row in seen.members] == [
        ("", False, False),
        ("ben@example.com", False, False),
    ]
    with snapshot() as session:
        assert invitations.waiting(session, ada.id) == []
        assert len(members.of(session, ada.id)) == 2


def test_the_frame_leads_to_ones_other_workspaces_and_tells_of_an_invitation(ada, ben):
    opened(ada, ("invite", {"email": "mo@example.com", "role": "viewer"}))
    mo = new_tenant("mo")

    async def frame(tenant):
        page = tab("/dashboard", logged_in(tenant))
        await page.call(Shell, "load")
        return await page.of(Shell)

    bens = asyncio.run(frame(ben))
    assert bens.workspace == ben.workspace.name
    assert [place.name for place in bens.elsewhere] == [ada.workspace.name]
    mos = asyncio.run(frame(mo))
    assert mos.elsewhere == []
    assert mos.banner.text == text("banner.asked_into", workspace=ada.workspace.name)
    _, shown = opened(mo)
    assert [row.name for row in shown.seen.invited] == [ada.workspace.name]
