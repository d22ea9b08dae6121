"""The members of a workspace: their roles, sending somebody away, leaving."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.billing import seats as paid_seats
from saas_app.core import clock, ids, live
from saas_app.core.errors import Invalid, NotAllowed, NotFound
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import access, seating
from saas_app.entitlements.errors import refusal
from saas_app.notifications.dispatch import notify
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.teams import invitations
from saas_app.teams.accepting import TEAM
from saas_app.teams.errors import OwnerStays
from saas_app.workspaces import memberships, way_out
from saas_app.workspaces.api_keys import keeping as api_keys
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Permission, Role, may_change, may_remove


@dataclass(frozen=True, slots=True)
class Member:
    membership: Membership
    user: User

    @property
    def role(self) -> Role:
        return Role(self.membership.role)


def of(session: Session, workspace_id: int) -> list[Member]:
    """Everybody, the owner first, then the oldest."""
    rows = (
        select(Membership, User)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(Membership.workspace_id == workspace_id)
        .order_by(
            (col(Membership.role) == Role.OWNER).desc(),
            col(Membership.created_at),
            col(Membership.user_id),
        )
    )
    return [Member(row, user) for row, user in session.exec(rows)]


def shown_name(user: User) -> str:
    """What fellow members are shown; whoever hides their name is a member like any other."""
    return (user.name if user.shows_name else "") or text("privacy.nameless")


def change_role(
    session: Session, workspace_id: int, actor_id: int, user_id: int, wanted: str, origin: Origin
) -> None:
    """Raises NotAllowed, NotFound, Invalid (field `role`), NeedsUpgrade for a role the plan has not."""
    workspace = memberships.require(session, workspace_id, actor_id, Permission.MANAGE_MEMBERS)
    if wanted not in set(Role) - {Role.OWNER}:
        raise Invalid(text("team.nothing_changed"), fields={"role": text("team.unknown_role")})
    memberships.locked(session, workspace_id)
    row, role = _member(session, workspace_id, user_id), Role(wanted)
    if not may_change(_role(session, workspace_id, actor_id), Role(row.role), role):
        raise NotAllowed(text("team.may_not_change"))
    if row.role == role:
        return
    standing = access.of(session, workspace_id, clock.now())
    answer = decide(standing, Feature.TEAM_ROLES, item=role.value)
    if isinstance(answer, Denied):
        raise refusal(answer, standing)
    before, row.role = row.role, role.value
    session.add(row)
    invitations.revoke_of(session, workspace_id, user_id, role)
    trail.record(
        session,
        "team.role_changed",
        actor_id=actor_id,
        workspace_id=workspace_id,
        origin=origin,
        member=user_id,
        before=before,
        role=role.value,
    )
    _tell(session, workspace, user_id, "team.role_changed", role=text(f"team.role.{role.value}"))
    live.publish(session, live.workspace_topic(workspace_id))


def remove(
    session: Session, workspace_id: int, actor_id: int, user_id: int, origin: Origin
) -> None:
    """Send somebody away: their open pages and keys of this workspace end at once, what they made stays.

    Raises NotAllowed, NotFound; and for oneself, who leaves instead, NotAllowed.
    """
    workspace = memberships.require(session, workspace_id, actor_id, Permission.MANAGE_MEMBERS)
    memberships.locked(session, workspace_id)
    row = _member(session, workspace_id, user_id)
    if not may_remove(_role(session, workspace_id, actor_id), Role(row.role)):
        raise NotAllowed(text("team.may_not_remove"))
    _gone(session, row, "team.removed", actor_id, origin)
    _tell(session, workspace, user_id, "team.removed", by_mail=True)


def leave(session: Session, workspace_id: int, user_id: int, origin: Origin) -> None:
    """Go by oneself. Raises NotFound, and OwnerStays for the owner."""
    memberships.locked(session, workspace_id)
    row = _member(session, workspace_id, user_id)
    if row.role == Role.OWNER:
        raise OwnerStays(text("team.owner_stays"))
    _gone(session, row, "team.left", user_id, origin)


def _gone(session: Session, row: Membership, event: str, actor_id: int, origin: Origin) -> None:
    workspace_id, user_id = row.workspace_id, row.user_id
    session.delete(row)
    invitations.revoke_of(session, workspace_id, user_id, None)
    api_keys.end_all(session, workspace_id, user_id, actor_id, origin)
    way_out.show(session, workspace_id, user_id)
    trail.record(
        session,
        event,
        actor_id=actor_id,
        workspace_id=workspace_id,
        origin=origin,
        member=user_id,
    )
    paid_seats.members_changed(session, workspace_id)
    seating.members_changed(session, workspace_id, user_id)


def _member(session: Session, workspace_id: int, user_id: int) -> Membership:
    row = session.get(Membership, (workspace_id, user_id), populate_existing=True)
    if row is None:
        raise NotFound(text("team.no_such_member"))
    return row


def _role(session: Session, workspace_id: int, user_id: int) -> Role:
    """Looked up again under the lock: who was demoted this moment acts no more. Raises NotAllowed."""
    role = memberships.role_of(session, workspace_id, user_id, anew=True)
    if role is None:
        raise NotAllowed(text("team.nothing_changed"))
    return role


def _tell(
    session: Session,
    workspace: Workspace,
    user_id: int,
    kind: str,
    *,
    by_mail: bool = False,
    **facts: str,
) -> None:
    notify(
        session,
        addressee(people.by_id(session, user_id)),
        key=ids.new(kind),
        kind=kind,
        workspace_id=None,  # they may not be in it any more: it is told to the person
        link=f"{settings().origin}{TEAM}",
        by_mail=by_mail,
        workspace=workspace.name,
        **facts,
    )
