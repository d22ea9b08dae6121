"""The workspace one is in: its name, its members, its invitations, what happened in it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from saas_app.api.caller import BrowserCaller, FreshCaller, RequestOrigin, SignedInCaller
from saas_app.api.entry import Next
from saas_app.api.row_id import RowId
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.plans.features import Feature
from saas_app.teams import activity, invitations, members, ownership, seats
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships, settings
from saas_app.workspaces.roles import Permission, may

router = APIRouter(prefix="/api/workspace", tags=["Team"])

_TEAM = "/settings/team"
_LONGEST = 1024
Key = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Field(max_length=_LONGEST)]


class WorkspaceAnswer(BaseModel):
    """`seats_taken` counts members and open invitations; `seats` is null where there is no limit."""

    key: str
    name: str
    role: str
    time_zone: str
    seats: int | None
    seats_taken: int
    seats_reserved: int


class Name(BaseModel):
    name: Text


class MemberAnswer(BaseModel):
    """`email` is null for those who may not manage members. `suspended_at`: waits for a seat."""

    id: int
    name: str
    email: str | None
    role: str
    joined_at: datetime
    suspended_at: datetime | None


class Members(BaseModel):
    members: list[MemberAnswer]


class RoleForm(BaseModel):
    role: Text


class InvitationForm(BaseModel):
    email: Text
    role: Text = "viewer"


class InvitationAnswer(BaseModel):
    key: str
    email: str
    role: str
    sent_at: datetime
    expires_at: datetime
    expired: bool


class Invitations(BaseModel):
    invitations: list[InvitationAnswer]


class HeirForm(BaseModel):
    member_id: Annotated[int, Field(ge=1, le=2**31 - 1)]


class EntryAnswer(BaseModel):
    id: int
    at: datetime
    event: str
    sentence: str


class Activity(BaseModel):
    activity: list[EntryAnswer]


@router.get("")
def read_workspace(caller: SignedInCaller) -> WorkspaceAnswer:
    """The workspace one is in, with its seats."""
    with snapshot() as session:
        workspace = memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.VIEW
        )
        role = memberships.role_of(session, caller.workspace_id, caller.user_id)
        limit = access.of(session, caller.workspace_id, clock.now()).limits.get(Feature.SEATS, 1)
        return WorkspaceAnswer(
            key=workspace.key,
            name=workspace.name,
            role=role or "",
            time_zone=workspace.time_zone,
            seats=limit if isinstance(limit, int) else None,
            seats_taken=seats.taken(session, caller.workspace_id),
            seats_reserved=seats.reserved(session, caller.workspace_id),
        )


@router.put("", status_code=204)
def rename_workspace(form: Name, caller: SignedInCaller, origin: RequestOrigin) -> None:
    """Call it something else; everybody in it sees it at once."""
    with transaction() as session:
        settings.rename(session, caller.workspace_id, caller.user_id, form.name, origin)


@router.get("/members")
def list_members(caller: SignedInCaller) -> Members:
    """Everybody in the workspace, the owner first."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW_MEMBERS)
        role = memberships.role_of(session, caller.workspace_id, caller.user_id)
        manages = role is not None and may(role, Permission.MANAGE_MEMBERS)
        found = members.of(session, caller.workspace_id)
    return Members(
        members=[
            MemberAnswer(
                id=one.membership.user_id,
                name=members.shown_name(one.user),
                email=one.user.email if manages else None,
                role=one.role,
                joined_at=one.membership.created_at,
                suspended_at=one.membership.suspended_at,
            )
            for one in found
        ]
    )


@router.put("/members/{member_id}", status_code=204)
def change_role(
    member_id: RowId, form: RoleForm, caller: SignedInCaller, origin: RequestOrigin
) -> None:
    """Give somebody another role; what they see follows at once."""
    with transaction() as session:
        members.change_role(
            session, caller.workspace_id, caller.user_id, member_id, form.role, origin
        )


@router.delete("/members/{member_id}", status_code=204)
def remove_member(member_id: RowId, caller: SignedInCaller, origin: RequestOrigin) -> None:
    """Send somebody away. Their access ends at once; what they made stays."""
    with transaction() as session:
        members.remove(session, caller.workspace_id, caller.user_id, member_id, origin)


@router.post("/leave")
def leave_workspace(caller: BrowserCaller, origin: RequestOrigin) -> Next:
    """Leave the workspace one is in. 409 `owner_stays` for its owner."""
    with transaction() as session:
        workspace = memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.VIEW
        )
        members.leave(session, caller.workspace_id, caller.user_id, origin)
    return Next(message=text("team.left", workspace=workspace.name), next=f"{_TEAM}?notice=left")


@router.post("/hand-over")
def hand_over(form: HeirForm, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Make another member the owner; you stay as an admin. Asks for a fresh proof of who you are."""
    with transaction() as session:
        ownership.hand_over(session, caller.workspace_id, caller.user_id, form.member_id, origin)
    return Next(message=text("team.handed_over"), next=f"{_TEAM}?notice=handed_over")


@router.get("/invitations")
def list_invitations(caller: SignedInCaller) -> Invitations:
    """Who was asked and has not answered, expired ones too."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.MANAGE_MEMBERS)
        found = invitations.waiting(session, caller.workspace_id)
    return Invitations(invitations=[_invitation(row) for row in found])


@router.post("/invitations", status_code=201)
def invite(form: InvitationForm, caller: SignedInCaller, origin: RequestOrigin) -> InvitationAnswer:
    """Ask somebody in by letter. 403 `limit_reached` when every seat is taken or reserved."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.MANAGE_MEMBERS)
    address, role = invitations.parsed(form.email, form.role)
    invitations.count(caller.workspace_id, address)
    with transaction() as session:
        return _invitation(
            invitations.invite(session, caller.workspace_id, caller.user_id, address, role, origin)
        )


@router.post("/invitations/{invitation_key}/resend")
def send_again(
    invitation_key: Key, caller: SignedInCaller, origin: RequestOrigin
) -> InvitationAnswer:
    """Another letter with another link, good for as long again; the link before it ends."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.MANAGE_MEMBERS)
        row = invitations.find(session, caller.workspace_id, invitation_key)
    invitations.count(caller.workspace_id, invitations.address_of(row))
    with transaction() as session:
        return _invitation(
            invitations.resend(session, caller.workspace_id, caller.user_id, invitation_key, origin)
        )


@router.delete("/invitations/{invitation_key}", status_code=204)
def revoke_invitation(invitation_key: Key, caller: SignedInCaller, origin: RequestOrigin) -> None:
    """Take it back: its link opens nothing more, its seat is free."""
    with transaction() as session:
        invitations.revoke(session, caller.workspace_id, caller.user_id, invitation_key, origin)


@router.get("/activity")
def read_activity(
    caller: SignedInCaller, before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> Activity:
    """Who did what in the workspace, the latest first; `before` is the id to go on from."""
    with snapshot() as session:
        found = activity.of(session, caller.workspace_id, caller.user_id, before=before)
    return Activity(
        activity=[EntryAnswer.model_validate(one, from_attributes=True) for one in found]
    )


def _invitation(row: Invitation) -> InvitationAnswer:
    return InvitationAnswer(
        key=row.key,
        email=row.email,
        role=row.role,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        expired=row.expires_at <= clock.wall(),
    )
