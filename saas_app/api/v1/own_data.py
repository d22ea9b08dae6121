"""A person's own data: an archive of everything, and the closing of the account."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from saas_app.accounts import email_address, people
from saas_app.accounts.own_data import deletion, export
from saas_app.api.caller import BrowserCaller, FreshCaller, RequestOrigin
from saas_app.api.entry import Next
from saas_app.audit import trail
from saas_app.core import dates, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.core.texts import text

router = APIRouter(prefix="/api/user", tags=["Own data"])

_ACCOUNT = "/settings/account"
_PRIVACY = "/settings/privacy"


class Confirmation(BaseModel):
    """The account's address, typed once more: nobody closes an account by a slip of the finger."""

    confirm: Annotated[str, Field(max_length=1024)] = ""


@router.post("/exports", status_code=202)
def request_export(caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Ask for an archive of everything we hold of you; a letter tells when it is ready."""
    rate_limit.hit("export", str(caller.user_id), limit=5, seconds=86400)
    with transaction() as session:
        export.request(session, caller.user_id)
        trail.record(session, "account.export_asked", actor_id=caller.user_id, origin=origin)
    return Next(message=text("own_data.requested"), next=f"{_PRIVACY}?notice=export_requested")


_ZIP = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/exports/{key}", response_class=Response, responses={200: _ZIP})
def fetch_export(key: str, caller: FreshCaller, origin: RequestOrigin) -> Response:
    """The archive, a zip of JSON and CSV. 404 for an expired one."""
    with snapshot() as session:
        archive = export.opened(session, caller.user_id, key)
    with transaction() as session:
        trail.record(session, "account.export_fetched", actor_id=caller.user_id, origin=origin)
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return Response(archive, media_type="application/zip", headers=headers)


@router.delete("/account")
def close_account(confirmation: Confirmation, caller: FreshCaller, origin: RequestOrigin) -> Next:
    """Close the account in fourteen days. A running plan is not charged again."""
    with transaction() as session:
        user = people.by_id(session, caller.user_id)
        _confirmed(confirmation.confirm, user.email_key)
        row = deletion.request(session, caller.user_id)
        trail.record(session, "account.closing_asked", actor_id=caller.user_id, origin=origin)
    deletion.follow(caller.user_id)
    message = text("own_data.closing", day=dates.day(row.due_at, user.time_zone))
    return Next(message=message, next=f"{_ACCOUNT}?notice=closing")


@router.post("/account/keep")
def keep_account(caller: BrowserCaller, origin: RequestOrigin) -> Next:
    """Change one's mind: the account stays. Harmless where it was not about to close."""
    with transaction() as session:
        if deletion.take_back(session, caller.user_id):
            trail.record(session, "account.kept", actor_id=caller.user_id, origin=origin)
    return Next(message=text("own_data.kept"), next=f"{_ACCOUNT}?notice=kept")


def _confirmed(typed: str, key: str) -> None:
    """Raises Invalid (field `confirm`) unless the address is this account's."""
    wrong = Invalid(
        text("own_data.not_closed"), fields={"confirm": text("own_data.confirm_differs")}
    )
    try:
        given = email_address.parse(typed)
    except Invalid as no_address:
        raise wrong from no_address
    if given.key != key:
        raise wrong
