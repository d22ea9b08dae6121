"""A person's picture: taken from its owner, shown to whom the owner lets see it."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel
from sqlmodel import Session

from saas_app.accounts import people, picture
from saas_app.api.caller import SignedInCaller
from saas_app.api.row_id import RowId
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.workspaces import memberships

router = APIRouter(prefix="/api", tags=["User"])

_IMAGES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _IMAGES},
    }
}
_SHOWN = {"content": {picture.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
# Its address changes with it; `private`, since who may see it is decided for each person.
_KEPT = "private, max-age=86400"


class Shown(BaseModel):
    picture: str


@router.post("/user/picture", openapi_extra=_UPLOAD)
async def upload(request: Request, caller: SignedInCaller) -> Shown:
    """Take an image of at most 5 MB, as the bare body. It is drawn anew; where it was taken is forgotten."""
    rate_limit.hit("picture", str(caller.user_id), limit=20, seconds=3600)
    body = await request.body()
    return await run_in_threadpool(_stored, caller.user_id, body)


@router.delete("/user/picture", status_code=204)
def remove(caller: SignedInCaller) -> None:
    """Take the picture away. Harmless where there is none."""
    with transaction() as session:
        picture.remove(session, caller.user_id)


@router.get("/people/{person_id}/picture", response_class=Response, responses={200: _SHOWN})
def show(person_id: RowId, caller: SignedInCaller) -> Response:
    """One's own picture, or a fellow member's who shows it. 404 for everything else alike."""
    with snapshot() as session:
        row = picture.of(session, person_id)
        if row is None or not _may_see(session, caller.user_id, person_id):
            raise NotFound(text("picture.not_there"))
    headers = {"Cache-Control": _KEPT, "ETag": f'"{row.digest}"'}
    return Response(row.image, media_type=picture.MEDIA_TYPE, headers=headers)


def _stored(user_id: int, body: bytes) -> Shown:
    drawn = picture.drawn(body)
    with transaction() as session:
        return Shown(picture=picture.path(picture.store(session, user_id, drawn)))


def _may_see(session: Session, viewer: int, person_id: int) -> bool:
    if viewer == person_id:
        return True
    owner = people.by_id(session, person_id)
    return owner.shows_picture and memberships.share_one(session, viewer, person_id)
