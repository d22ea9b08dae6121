"""Where bridges push real prices. Believes nothing unsigned, takes each message once."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from saas_app.api.caller import RequestOrigin
from saas_app.core import clock, rate_limit
from saas_app.core.db import transaction
from saas_app.core.errors import Invalid
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.market.ingest import signature, taking
from saas_app.market.ingest.messages import BarsIn, LinesIn, StatusIn, TicksIn

router = APIRouter(prefix="/api/ingest", tags=["Ingest"])

M = TypeVar("M", bound=BaseModel)
_SIGNED = "Signed as Standard Webhooks are, with a secret of INGEST_SECRETS."


class BarsTaken(BaseModel):
    """`different` and `late` candles were not kept: what has been shown is never changed."""

    repeated: bool = False
    added: int = 0
    known: int = 0
    different: int = 0
    late: int = 0


class Taken(BaseModel):
    """`repeated`: the message had been taken before, so nothing was done."""

    repeated: bool = False
    taken: int = 0


def _body(model: type[BaseModel]) -> dict[str, Any]:
    """The raw body is what was signed, so the framework may not read it first."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _inlined(schema, schema.pop("$defs", {}))}},
        },
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        ],
    }


def _inlined(part: Any, known: dict[str, Any]) -> Any:
    """The schema without references: its parts are nobody else's."""
    if isinstance(part, list):
        return [_inlined(each, known) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(known[part["$ref"].rsplit("/", 1)[1]], known)
    return {key: _inlined(value, known) for key, value in part.items()}


class _Door(Generic[M]):
    """One kind of message, from the raw request to what is done with it."""

    def __init__(self, kind: str, model: type[M], take: Callable[[Session, M], BaseModel]) -> None:
        self.kind = kind
        self.model = model
        self.take = take

    async def open(self, request: Request, origin: RequestOrigin) -> BaseModel | None:
        """What came of it, or None where the message was taken before."""
        rate_limit.hit("ingest", origin.address, limit=1200, seconds=60)
        body = await request.body()
        message = signature.checked(
            request.headers, body, settings().ingest_secrets, now=clock.wall()
        )
        return await run_in_threadpool(self._taken, message, body)

    def _taken(self, message: str, body: bytes) -> BaseModel | None:
        try:
            given = self._read(body)
            with transaction() as session:
                if not taking.first_time(session, message, clock.wall()):
                    return None
                return self.take(session, given)
        except Invalid as refused:
            with transaction() as session:
                taking.quarantine(session, self.kind, body, refused.message, clock.wall())
            raise

    def _read(self, body: bytes) -> M:
        try:
            return self.model.model_validate_json(body)
        except ValidationError as wrong:
            fields = {
                ".".join(str(part) for part in fault["loc"]) or "body": fault["msg"]
                for fault in wrong.errors(include_url=False, include_input=False)[:10]
            }
            raise Invalid(text("api.invalid", fields=", ".join(fields)), fields=fields) from wrong


def _bars(session: Session, given: BarsIn) -> BaseModel:
    kept = taking.bars(session, given, clock.wall())
    return BarsTaken(
        added=kept.added, known=kept.repeated, different=kept.different, late=kept.late
    )


def _ticks(session: Session, given: TicksIn) -> BaseModel:
    return Taken(taken=taking.ticks(session, given, clock.wall()))


def _lines(session: Session, given: LinesIn) -> BaseModel:
    return Taken(taken=taking.lines(session, given, clock.wall()))


def _status(session: Session, given: StatusIn) -> BaseModel:
    taking.status(session, given, clock.wall())
    return Taken(taken=1)


_BARS = _Door("bars", BarsIn, _bars)
_TICKS = _Door("ticks", TicksIn, _ticks)
_LINES = _Door("indicators", LinesIn, _lines)
_STATUS = _Door("status", StatusIn, _status)


@router.post(
    "/bars",
    openapi_extra=_body(BarsIn),
    summary="Push closed candles",
    description=f"{_SIGNED} Candles carry on where the last message ended: 409 `gap` names in `until` where the next must begin. What is told twice is counted and not changed.",
)
async def take_bars(request: Request, origin: RequestOrigin) -> BarsTaken:
    found = await _BARS.open(request, origin)
    return found if isinstance(found, BarsTaken) else BarsTaken(repeated=True)


@router.post(
    "/ticks",
    openapi_extra=_body(TicksIn),
    summary="Push prices",
    description=f"{_SIGNED} They make the forming candle; those of a candle that has closed come too late and are left out.",
)
async def take_ticks(request: Request, origin: RequestOrigin) -> Taken:
    found = await _TICKS.open(request, origin)
    return found if isinstance(found, Taken) else Taken(repeated=True)


@router.post(
    "/indicators",
    openapi_extra=_body(LinesIn),
    summary="Push an indicator's buffer",
    description=f"{_SIGNED} Values of an indicator of your own at closed candles. Ours stay what is shown; yours are kept beside them.",
)
async def take_indicators(request: Request, origin: RequestOrigin) -> Taken:
    found = await _LINES.open(request, origin)
    return found if isinstance(found, Taken) else Taken(repeated=True)


@router.post(
    "/status",
    openapi_extra=_body(StatusIn),
    summary="Say how the bridge is",
    description=f"{_SIGNED} Send it every half minute: staff see since when it is silent.",
)
async def take_status(request: Request, origin: RequestOrigin) -> Taken:
    found = await _STATUS.open(request, origin)
    return found if isinstance(found, Taken) else Taken(repeated=True)
