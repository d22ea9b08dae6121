"""Which news reaches one by which channel, lists that people leave, and letters that came back."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from saas_app.api.caller import RequestOrigin, SignedInCaller
from saas_app.core import rate_limit, tokens
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotSignedIn
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications import matrix, preferences, suppression, unsubscribe
from saas_app.notifications.matrix import Channel

router = APIRouter(prefix="/api", tags=["Notifications"])

_MOST = 500
_LONGEST_TOKEN = 200


class Message(BaseModel):
    message: str


class Cell(BaseModel):
    """One cell of the matrix; `fixed` ones always come."""

    event: str
    channel: str
    wanted: bool
    fixed: bool


class Matrix(BaseModel):
    cells: list[Cell]


class Choice(BaseModel):
    event: Annotated[str, Field(max_length=32)]
    channel: Annotated[str, Field(max_length=32)]
    wanted: bool


class MailEvent(BaseModel):
    """What became of a letter. `soft` troubles may pass, `hard` ones do not."""

    address: Annotated[str, Field(max_length=320)]
    kind: Literal["hard", "soft", "complaint"]
    detail: Annotated[str, Field(max_length=300)] = ""


class MailEvents(BaseModel):
    events: Annotated[list[MailEvent], Field(max_length=_MOST)]


class Taken(BaseModel):
    taken: int


_TOLD = {
    "hard": suppression.hard,
    "soft": suppression.soft,
    "complaint": suppression.complaint,
}


@router.post("/unsubscribe")
async def leave_list(request: Request, origin: RequestOrigin, token: str = "") -> Message:
    """Stop letters of one kind, by the signed `token` of a letter's own link; needs no log-in (RFC 8058).

    The token stands in the address for mail programs, and in a JSON body for our own page.
    """
    rate_limit.hit("unsubscribe", origin.place, limit=60, seconds=3600)
    given = token or _token_in(await request.body())
    return await run_in_threadpool(_left, given[:_LONGEST_TOKEN])


def _token_in(body: bytes) -> str:
    try:
        return str(json.loads(body).get("token", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _left(token: str) -> Message:
    with transaction() as session:
        unsubscribe.leave(session, token)
    return Message(message=text("channels.left"))


@router.get("/user/channels")
def read_matrix(caller: SignedInCaller) -> Matrix:
    """Which events reach you by which channel, and which of it is yours to choose."""
    with snapshot() as session:
        chosen = preferences.of(session, caller.user_id)
    return Matrix(
        cells=[
            Cell(
                event=event.id,
                channel=channel,
                wanted=chosen[event.id, channel],
                fixed=not matrix.may_choose(event, channel),
            )
            for event in matrix.EVENTS
            for channel in Channel
        ]
    )


@router.put("/user/channels", status_code=204)
def choose_channel(choice: Choice, caller: SignedInCaller) -> None:
    """Choose one cell. 422 for one that is not there or always comes."""
    with transaction() as session:
        preferences.choose(
            session, caller.user_id, choice.event, choice.channel, wanted=choice.wanted
        )


@router.post("/mail/events")
def take_mail_events(events: MailEvents, request: Request) -> Taken:
    """Bounces and complaints from the mail provider, told with MAIL_EVENTS_SECRET as bearer token."""
    _from_the_provider(request)
    with transaction() as session:
        for event in events.events:
            _TOLD[event.kind](session, event.address, event.detail)
    return Taken(taken=len(events.events))


def _from_the_provider(request: Request) -> None:
    """Raises NotSignedIn, also while no secret is set."""
    secret = settings().mail_events_secret.get_secret_value()
    given = request.headers.get("authorization", "")
    if not secret or not tokens.same(given, f"Bearer {secret}"):
        raise NotSignedIn(text("channels.not_the_provider"))
