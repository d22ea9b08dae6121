"""Who may not give a role any more asks nobody into it, and has asked nobody into it either."""

import pytest
from sqlmodel import col, update

from saas_app.audit.trail import NOWHERE
from saas_app.core.db import transaction
from saas_app.core.errors import NotAllowed
from saas_app.teams import invitations, members, ownership
from saas_app.teams.errors import InvitationOver
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership
from tests.domain.teams.team import letters


def test_who_was_demoted_while_they_waited_for_their_turn_asks_nobody_in(team, monkeypatch):
    sent = team.invite("zoe")
    eve, lock = team.id_of("eve"), memberships.locked

    def others_first(session, workspace_id):
        locked = lock(session, workspace_id)
        hers = update(Membership).where(col(Membership.user_id) == eve)
        session.exec(hers.values(role="viewer"), execution_options={"synchronize_session": False})
        return locked

    monkeypatch.setattr(memberships, "locked", others_first)
    with pytest.raises(NotAllowed):
        team.invite("mo", by="eve")
    with transaction() as session, pytest.raises(NotAllowed):
        invitations.resend(session, team.home.id, eve, sent.key, NOWHERE)
    assert (letters("mo"), len(letters("zoe"))) == ([], 1)


def test_who_may_not_invite_any_more_has_not_invited_anybody_either(team):
    team.invite("mo", "viewer", by="eve")
    with transaction() as session:
        eve = team.id_of("eve")
        members.change_role(session, team.home.id, team.home.owner.id, eve, "analyst", NOWHERE)
    with pytest.raises(InvitationOver):
        team.accept(letters("mo")[0], "mo")


def test_who_hands_over_takes_back_what_an_admin_could_not_ask(team):
    team.invite("mo", "admin")
    team.invite("zoe", "viewer")
    with transaction() as session:
        ownership.hand_over(session, team.home.id, team.id_of("ada"), team.id_of("ben"), NOWHERE)
    with pytest.raises(InvitationOver):
        team.accept(letters("mo")[0], "mo")
    team.accept(letters("zoe")[0], "zoe")
    assert team.roles()["zoe"] == "viewer"
