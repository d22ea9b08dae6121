"""One's workspaces: which there are, going into another, and being asked into more."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlmodel import Session

from saas_app.accounts import sessions
from saas_app.api.caller import AnyCaller, BrowserCaller, Caller, RequestOrigin, SignedInCaller
from saas_app.api.entry import Next
from saas_app.audit.trail import Origin
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.teams import accepting
from saas_app.teams.errors import NoSeatFree
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

router = APIRouter(prefix="/api", tags=["Team"])

_HOUR = 3600
_HOME = "/dashboard"
Key = Annotated[str, Path(max_length=64)]
# Looked up where it is answered: one read a moment earlier may have been taken back since.
Asked: TypeAlias = Callable[[Session], Invitation]


class PlaceAnswer(BaseModel):
    """`suspended`: the plan there has no seat for you just now."""

    key: str
    name: str
    role: str
    current: bool
    suspended: bool


class Places(BaseModel):
    workspaces: list[PlaceAnswer]


class AskedInto(BaseModel):
    key: str
    workspace: str
    role: str


class AskedIntoList(BaseModel):
    invitations: list[AskedInto]


class MailedToken(BaseModel):
    token: Annotated[str, Field(max_length=1024)]


@router.get("/workspaces")
def list_workspaces(caller: SignedInCaller) -> Places:
    """Every workspace you belong to, your own first."""
    with snapshot() as session:
        places = memberships.places_of(session, caller.user_id)
    return Places(
        workspaces=[
            PlaceAnswer(
                key=place.workspace.key,
                name=place.workspace.name,
                role=place.role,
                current=place.workspace.id == caller.workspace_id,
                suspended=place.suspended,
            )
            for place in places
        ]
    )


@router.post("/workspaces/{workspace_key}/switch")
def switch_workspace(workspace_key: Key, caller: BrowserCaller) -> Next:
    """Act in another of your workspaces from here on, in every tab of this browser."""
    with transaction() as session:
        workspace = memberships.by_key(session, workspace_key)
        workspace_id = memberships.ident(workspace)
        if memberships.role_of(session, workspace_id, caller.user_id) is None:
            raise NotFound("That workspace is not there.")
        sessions.move(session, caller.session, workspace_id)
    return Next(message=text("team.switched", workspace=workspace.name), next=_HOME)


@router.get("/user/invitations")
def asked_into(caller: SignedInCaller) -> AskedIntoList:
    """The workspaces you are asked into, by your confirmed address."""
    with snapshot() as session:
        found = accepting.to_person(session, caller.user_id)
    return AskedIntoList(
        invitations=[
            AskedInto(key=row.key, workspace=workspace.name, role=row.role)
            for row, workspace in found
        ]
    )


@router.post("/user/invitations/{invitation_key}/accept")
def accept_invitation(invitation_key: Key, caller: SignedInCaller, origin: RequestOrigin) -> Next:
    """Join, without the letter. 409 `no_seat_free` keeps the invitation open."""
    return _accepted(
        lambda session: accepting.of_person(session, caller.user_id, invitation_key),
        caller,
        origin,
    )


@router.post("/user/invitations/{invitation_key}/decline")
def decline_invitation(invitation_key: Key, caller: SignedInCaller, origin: RequestOrigin) -> Next:
    """Say no: its seat is free, and nobody is told more than that it is gone."""
    with transaction() as session:
        row = accepting.of_person(session, caller.user_id, invitation_key)
        accepting.decline(session, row, caller.user_id, origin)
    return Next(message=text("team.declined"), next="/settings/team?notice=declined")


@router.post("/invitations/accept")
def accept_by_link(form: MailedToken, caller: AnyCaller, origin: RequestOrigin) -> Next:
    """Join by the token of a letter.

    401 `invitation_log_in` or `invitation_sign_up` for whoever is not signed in: the invitation
    waits. 403 `invitation_other_address` for whoever is signed in as somebody else.
    """
    rate_limit.hit("link", origin.place, limit=60, seconds=_HOUR)
    if caller is None:
        with snapshot() as session:
            raise accepting.turn_away(session, accepting.by_token(session, form.token))
    return _accepted(lambda session: accepting.by_token(session, form.token), caller, origin)


def _accepted(asked: Asked, caller: Caller, origin: Origin) -> Next:
    try:
        workspace = _join(asked, caller, origin)
    except NoSeatFree:
        with transaction() as session:
            accepting.tell_no_seat(session, asked(session))
        raise
    return Next(message=text("team.joined", workspace=workspace.name), next=_HOME)


def _join(asked: Asked, caller: Caller, origin: Origin) -> Workspace:
    with transaction() as session:
        workspace = accepting.accept(session, asked(session), caller.user_id, origin)
        if caller.session:
            sessions.move(session, caller.session, memberships.ident(workspace))
        return workspace
