"""Candles, levels and the watchlist. Each answer is what the caller's plan covers, or says why not."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from saas_app.api import quota
from saas_app.api.caller import Caller, SignedInCaller
from saas_app.api.row_id import RowId
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.market import current, permitted, watchlist
from saas_app.market.indicators.table import INDICATORS
from saas_app.market.models import WatchlistItem
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Market"])

Count = Annotated[int, Query(ge=1, le=5000, description="How many closed candles, newest last.")]
Before = Annotated[
    int | None,
    Query(
        ge=0, le=2**40, description="Only candles that end before this opening, in Unix seconds."
    ),
]

Names = Annotated[
    str,
    Query(
        max_length=200,
        description=f"Which indicators, with commas between them: {', '.join(INDICATORS)}. All without it.",
        examples=["sma_20,rsi_14"],
    ),
]


class Candle(BaseModel):
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class CandlesAnswer(BaseModel):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candles: list[Candle]


class Fractal(BaseModel):
    time: int
    kind: str
    price: float
    confirmed_at: int


class LevelVersion(BaseModel):
    valid_from: int
    price: float


class HorizontalLevel(BaseModel):
    id: str
    side: str
    price: float
    touches: int
    valid_from: int
    state: str
    strength: float
    versions: list[LevelVersion]


class Anchor(BaseModel):
    time: int
    price: float


class DiagonalLine(BaseModel):
    id: str
    side: str
    anchors: list[Anchor]
    touches: int
    valid_from: int
    state: str


class IndicatorsAnswer(BaseModel):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    fractals: list[Fractal]
    horizontal: list[HorizontalLevel]
    diagonal: list[DiagonalLine]


class SeriesLine(BaseModel):
    name: str
    values: list[float | None]


class OneSeries(BaseModel):
    name: str
    pane: str
    lines: list[SeriesLine]


class SeriesAnswer(BaseModel):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    time: list[int]
    series: list[OneSeries]


class WatchlistEntry(BaseModel):
    id: int
    symbol: str
    timeframe: str
    position: int


class Watchlist(BaseModel):
    items: list[WatchlistEntry]


class NewEntry(BaseModel):
    symbol: Annotated[str, Field(max_length=32)]
    timeframe: Annotated[str, Field(max_length=8)]


class Order(BaseModel):
    ids: Annotated[list[int], Field(max_length=5000)]


@router.get("/candles/{symbol}/{timeframe}")
def candles(
    symbol: str,
    timeframe: str,
    caller: SignedInCaller,
    response: Response,
    limit: Count = 300,
    before: Before = None,
) -> CandlesAnswer:
    """Closed candles, ascending. 403 with the limit and the plan where yours does not cover it."""
    _admit(caller, response, symbol, timeframe)
    answer: Any = current.board().candles(
        symbol, timeframe, now=clock.wall(), count=limit, before=before
    )
    return CandlesAnswer.model_validate(answer)


@router.get("/indicators/{symbol}/{timeframe}")
def indicators(
    symbol: str, timeframe: str, caller: SignedInCaller, response: Response, limit: Count = 300
) -> IndicatorsAnswer:
    """Fractals, horizontal levels and diagonal lines. Nothing in it is ever moved afterwards."""
    _admit(caller, response, symbol, timeframe)
    answer: Any = current.board().indicators(symbol, timeframe, now=clock.wall(), count=limit)
    return IndicatorsAnswer.model_validate(answer)


@router.get("/indicators/{symbol}/{timeframe}/series")
def series(
    symbol: str,
    timeframe: str,
    caller: SignedInCaller,
    response: Response,
    names: Names = "",
    limit: Count = 300,
    before: Before = None,
) -> SeriesAnswer:
    """Averages, bands and oscillators at the candles of the same question, in columns.

    A value is null while its indicator warms up, and is never moved afterwards. 403 where the plan's
    charts are basic.
    """
    _admit(caller, response, symbol, timeframe, charts=permitted.ADVANCED)
    asked = [name.strip() for name in names.split(",")] if names else list(INDICATORS)
    answer: Any = current.board().series(
        symbol, timeframe, asked, now=clock.wall(), count=limit, before=before
    )
    return SeriesAnswer.model_validate(answer)


@router.get("/watchlist")
def read_watchlist(caller: SignedInCaller) -> Watchlist:
    """The workspace's watchlist in its order, also what a smaller plan no longer covers."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        return Watchlist(
            items=[_entry(item) for item in watchlist.of(session, caller.workspace_id)]
        )


@router.post("/watchlist", status_code=201)
def add_to_watchlist(entry: NewEntry, caller: SignedInCaller) -> WatchlistEntry:
    """Put a market on the watchlist. 403 `limit_reached` when it is full, with what lifts it."""
    with transaction() as session:
        _may_edit(session, caller)
        return _entry(
            watchlist.add(
                session, caller.workspace_id, caller.user_id, entry.symbol, entry.timeframe
            )
        )


@router.put("/watchlist", status_code=204)
def reorder_watchlist(order: Order, caller: SignedInCaller) -> None:
    """Put the watchlist in this order; the ids are those of the items that are there."""
    with transaction() as session:
        _may_edit(session, caller)
        watchlist.reorder(session, caller.workspace_id, order.ids)


@router.delete("/watchlist/{item_id}", status_code=204)
def remove_from_watchlist(item_id: RowId, caller: SignedInCaller) -> None:
    """Take one item off the watchlist. 404 for what is not on this workspace's list."""
    with transaction() as session:
        _may_edit(session, caller)
        watchlist.remove(session, caller.workspace_id, item_id)


def _admit(
    caller: Caller,
    response: Response,
    symbol: str,
    timeframe: str,
    *,
    charts: str = permitted.BASIC,
) -> None:
    current.board().check(symbol, timeframe)
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        quota.count(session, caller, response)
        permitted.require(session, caller.workspace_id, symbol, timeframe, charts=charts)


def _may_edit(session: Session, caller: Caller) -> None:
    memberships.require(session, caller.workspace_id, caller.user_id, Permission.EDIT)


def _entry(item: WatchlistItem) -> WatchlistEntry:
    return WatchlistEntry.model_validate(item, from_attributes=True)
