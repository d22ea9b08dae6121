"""Handing a workspace over: there is one owner before, at every moment, and after."""

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import ids, live
from saas_app.core.errors import Conflict, NotFound
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import seating
from saas_app.notifications.dispatch import notify
from saas_app.teams import invitations
from saas_app.teams.accepting import TEAM
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership
from saas_app.workspaces.roles import Permission, Role


def hand_over(
    session: Session, workspace_id: int, actor_id: int, heir_id: int, origin: Origin
) -> None:
    """Make another member the owner; whoever it was stays as an admin.

    Where this was their own workspace they get a new one, so that everybody has one. What they
    asked people into and an admin could not is taken back.
    Raises NotAllowed for everybody but the owner, NotFound, Conflict for somebody without a seat.
    """
    workspace = memberships.require(session, workspace_id, actor_id, Permission.HAND_OVER)
    memberships.locked(session, workspace_id)
    mine = session.get(Membership, (workspace_id, actor_id), populate_existing=True)
    theirs = session.get(Membership, (workspace_id, heir_id), populate_existing=True)
    if theirs is None or mine is None or mine.role != Role.OWNER or heir_id == actor_id:
        raise NotFound(text("team.no_such_member"))
    if theirs.suspended_at is not None:
        raise Conflict(text("team.heir_waits"))
    mine.role, theirs.role = Role.ADMIN.value, Role.OWNER.value
    session.add_all([mine, theirs])
    invitations.revoke_of(session, workspace_id, actor_id, Role.ADMIN)
    former, heir = people.by_id(session, actor_id), people.by_id(session, heir_id)
    if workspace.personal:
        workspace.personal = False
        session.add(workspace)
        memberships.create_personal(session, actor_id, former.name or former.email.split("@")[0])
    trail.record(
        session,
        "team.handed_over",
        actor_id=actor_id,
        workspace_id=workspace_id,
        origin=origin,
        member=heir_id,
    )
    for person in (former, heir):
        notify(
            session,
            addressee(person),
            key=ids.new("team.handed_over"),
            kind="team.handed_over",
            workspace_id=workspace_id,
            link=f"{settings().origin}{TEAM}",
            by_mail=True,
            workspace=workspace.name,
            who=heir.name or heir.email,
        )
    seating.members_changed(session, workspace_id, actor_id, heir_id)
    live.publish(session, live.workspace_topic(workspace_id))
