"""Keys for programs: made and rotated by people in a browser, shown once, revoked at once."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.accounts import letters, people
from saas_app.api.caller import BrowserCaller, FreshCaller, RequestOrigin
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.workspaces import memberships
from saas_app.workspaces.api_keys import keeping, use
from saas_app.workspaces.api_keys.keeping import LONGEST_DAYS, Made, Wanted
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["API keys"])

_PAGE = "/settings/api-keys"
Name = Annotated[str, Field(max_length=200)]


class NewKey(BaseModel):
    """`days` until it expires; null never does."""

    name: Name
    scopes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]
    days: Annotated[int | None, Field(ge=1, le=LONGEST_DAYS)] = 90


class Naming(BaseModel):
    name: Name


class Rotation(BaseModel):
    """For so many hours the secret of before opens as well."""

    overlap_hours: Annotated[int, Field(ge=0, le=keeping.LONGEST_OVERLAP_HOURS)] = 24


class Found(BaseModel):
    key: Annotated[str, Field(max_length=200)]


class Sent(BaseModel):
    message: str


class KeyAnswer(BaseModel):
    """What may be shown of a key at any time: never its secret."""

    id: str
    name: str
    scopes: list[str]
    mine: bool
    created_at: datetime
    expires_at: datetime | None
    expired: bool
    last_used_at: datetime | None
    last_used_from: str


class KeyList(BaseModel):
    keys: list[KeyAnswer]


class KeyWithSecret(KeyAnswer):
    """`key` is shown this once and kept nowhere."""

    key: str


@router.get("/api-keys")
def list_keys(caller: BrowserCaller) -> KeyList:
    """One's own keys in this workspace, newest first; everybody's for its owner and admins."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        rows = keeping.of(session, caller.workspace_id, caller.user_id)
    return KeyList(keys=[_answer(row, caller.user_id) for row in rows])


@router.post("/api-keys", status_code=201)
def make_key(form: NewKey, caller: FreshCaller, origin: RequestOrigin) -> KeyWithSecret:
    """Make a key that acts as you, in this workspace, within these scopes. 409 for one too many."""
    wanted = Wanted(form.name, tuple(form.scopes), form.days)
    with transaction() as session:
        made = keeping.make(session, caller.workspace_id, caller.user_id, wanted, origin)
        owner = people.by_id(session, caller.user_id)
        letters.write(session, "api_key_made", owner, path=_PAGE, key_name=made.key.name)
    return _with_secret(made, caller.user_id)


@router.put("/api-keys/{key_id}")
def rename_key(key_id: str, form: Naming, caller: BrowserCaller) -> KeyAnswer:
    """Give one of your keys another name. 404 for one that is not yours."""
    with transaction() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        row = keeping.rename(session, caller.workspace_id, caller.user_id, key_id, form.name)
    return _answer(row, caller.user_id)


@router.post("/api-keys/{key_id}/rotate")
def rotate_key(
    key_id: str, form: Rotation, caller: FreshCaller, origin: RequestOrigin
) -> KeyWithSecret:
    """A new secret for one of your keys; the one of before opens a while longer, as you choose."""
    with transaction() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        made = keeping.rotate(
            session,
            caller.workspace_id,
            caller.user_id,
            key_id,
            overlap_hours=form.overlap_hours,
            origin=origin,
        )
    return _with_secret(made, caller.user_id)


@router.delete("/api-keys/{key_id}", status_code=204)
def revoke_key(key_id: str, caller: BrowserCaller, origin: RequestOrigin) -> None:
    """End a key of yours, or anybody's for an owner or admin. Its next call is refused."""
    with transaction() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        keeping.revoke(session, caller.workspace_id, caller.user_id, key_id, origin)


@router.post("/api-keys/leaked", status_code=202)
def report_leaked_key(form: Found, origin: RequestOrigin) -> Sent:
    """End a key that was found where it should not be. Anybody may; the answer is always the same."""
    rate_limit.hit("api_key.leaked", origin.place, limit=60, seconds=300)
    with transaction() as session:
        row = use.leaked(session, form.key.strip(), origin)
        if row is not None:
            owner = people.by_id(session, row.user_id)
            letters.write(session, "api_key_leaked", owner, path=_PAGE, key_name=row.name)
    return Sent(message=text("api_keys.leak_heard"))


def _answer(row: ApiKey, user_id: int) -> KeyAnswer:
    return KeyAnswer(
        id=row.name_outside,
        name=row.name,
        scopes=row.scopes.split(),
        mine=row.user_id == user_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at is not None and row.expires_at <= clock.wall(),
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
    )


def _with_secret(made: Made, user_id: int) -> KeyWithSecret:
    return KeyWithSecret(**_answer(made.key, user_id).model_dump(), key=made.plain)
