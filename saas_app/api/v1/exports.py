"""Files to take away: the scanner, candles and alerts as CSV or JSON, for plans that export.

Every row carries `source` and `data_kind`, and no file is longer than what fits into memory.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from saas_app.alerts import history, rules, words
from saas_app.alerts.history import Silence
from saas_app.api import quota
from saas_app.api.caller import Caller, SignedInCaller
from saas_app.api.v1.market import Count
from saas_app.api.v1.scanner import Name, RowsWanted, scanned
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access
from saas_app.entitlements.errors import refusal
from saas_app.market import current, exported, filters, permitted, scanning
from saas_app.market.exported import MEDIA, Format
from saas_app.market.filters import MOST_NAMES, Filter
from saas_app.market.timeframes import Timeframe
from saas_app.plans.access import Access
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api/exports", tags=["Exports"])

_CANDLES = ("time", "open", "high", "low", "close", "volume")
_ALERTS = (
    "key",
    "symbol",
    "timeframe",
    "kind",
    "condition",
    "figures",
    "frequency",
    "channels",
    "note",
    "silence",
    "created_at",
    "expires_at",
    "fired_count",
)
_FROM = ("source", "data_kind")


class AlertsWanted(BaseModel):
    """Conditions that must all hold; what is left out asks nothing."""

    model_config = ConfigDict(extra="ignore")

    symbol: Annotated[list[Name], Field(max_length=MOST_NAMES)] = []
    timeframe: Annotated[list[Timeframe], Field(max_length=MOST_NAMES)] = []
    direction: Literal["up", "down"] | None = None
    kind: Annotated[str, Field(max_length=32)] = ""
    channel: Annotated[str, Field(max_length=32)] = ""
    state: Silence | None = None

    def as_filter(self) -> Filter:
        return Filter(
            symbols=tuple(self.symbol),
            timeframes=tuple(frame.value for frame in self.timeframe),
            direction=self.direction or "",
            kind=self.kind,
            channel=self.channel,
            state=self.state or "",
        )


_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}


@router.get("/scanner.{form}", response_class=Response, responses=_FILE)
def export_scanner(
    form: Format, caller: SignedInCaller, wanted: Annotated[RowsWanted, Query()]
) -> Response:
    """The scanner's rows as they stand now, filtered, with the columns of the plan."""
    answer = Response(media_type=MEDIA[form])
    with snapshot() as session:
        exported.require(_admitted(session, caller), form)
    scope, found = scanned(caller, answer, wanted.as_filter())
    facts = scanning.shown(found, scope.columns)
    names = scanning.names(scope.columns)
    return _file(answer, form, names, facts, "scanner")


@router.get("/candles.{form}", response_class=Response, responses=_FILE)
def export_candles(
    form: Format,
    caller: SignedInCaller,
    symbol: Annotated[str, Query(max_length=32)],
    timeframe: Annotated[str, Query(max_length=8)],
    limit: Count = 1000,
) -> Response:
    """The last closed candles of one chart, ascending; `time` is the opening in Unix seconds."""
    answer = Response(media_type=MEDIA[form])
    current.board().check(symbol, timeframe)
    with snapshot() as session:
        exported.require(_admitted(session, caller), form)
        quota.count(session, caller, answer)
        permitted.require(session, caller.workspace_id, symbol, timeframe)
    found = current.board().candles(symbol, timeframe, now=clock.wall(), count=limit)
    about = {name: found[name] for name in ("symbol", "timeframe", "source", "data_kind")}
    rows = [{**about, **candle} for candle in found["candles"]]
    return _file(answer, form, (*about, *_CANDLES), rows, symbol, timeframe)


@router.get("/alerts.{form}", response_class=Response, responses=_FILE)
def export_alerts(
    form: Format, caller: SignedInCaller, wanted: Annotated[AlertsWanted, Query()]
) -> Response:
    """The workspace's alerts, filtered, each with the source that its market is judged by."""
    answer = Response(media_type=MEDIA[form])
    asked = wanted.as_filter()
    with snapshot() as session:
        standing = _admitted(session, caller)
        exported.require(standing, form)
        quota.count(session, caller, answer)
        if asked.asks and (denied := scanning.alert_filters(standing)):
            raise refusal(denied, standing)
        scene = history.scene(session, caller.workspace_id, clock.wall())
        mine = [
            (alert, history.silence(alert, scene))
            for alert in rules.of(session, caller.workspace_id)
        ]
        rows = [
            {
                **alert.model_dump(mode="json", include=set(_ALERTS)),
                "condition": words.condition(alert),
                "figures": [f"{name}={value}" for name, value in alert.figures.items()],
                "silence": state.value,
                "source": current.board().source_of(alert.symbol).name,
                "data_kind": current.board().source_of(alert.symbol).kind.value,
            }
            for alert, state in mine
            if filters.alert_passes(alert, state, asked)
        ]
    return _file(answer, form, (*_ALERTS, *_FROM), rows, "alerts")


def _admitted(session: Session, caller: Caller) -> Access:
    memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
    return access.of(session, caller.workspace_id, clock.now())


def _file(
    answer: Response, form: Format, columns: tuple[str, ...], rows: list[Any], *parts: str
) -> Response:
    name = exported.file_name(form, *parts, f"{clock.now():%Y-%m-%d}")
    answer.body = exported.written(form, columns, rows).encode()
    answer.headers["content-length"] = str(len(answer.body))
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    answer.headers["cache-control"] = "no-store"
    return answer
