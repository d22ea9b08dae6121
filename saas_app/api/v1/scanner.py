"""The scanner for programs: a row for each chart of the plan, filtered, with what the plan keeps shut."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from saas_app.api import quota
from saas_app.api.caller import Caller, SignedInCaller
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access
from saas_app.market import current, filters, scanner, scanning
from saas_app.market.filters import FARTHEST, MOST_NAMES, Filter
from saas_app.market.indicators.regime import Regime
from saas_app.market.scanner import Direction, Row
from saas_app.market.scanning import Scope
from saas_app.market.timeframes import Timeframe
from saas_app.plans.decide import Denied
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Market"])

Bound = Annotated[float, Field(ge=0, le=FARTHEST, allow_inf_nan=False)] | None
Name = Annotated[str, Field(max_length=32)]


class RowsWanted(BaseModel):
    """Conditions that must all hold; what is left out asks nothing."""

    model_config = ConfigDict(extra="ignore")

    symbol: Annotated[list[Name], Field(max_length=MOST_NAMES)] = []
    timeframe: Annotated[list[Timeframe], Field(max_length=MOST_NAMES)] = []
    direction: Direction | None = None
    regime: Regime | None = None
    min_volume: Bound = None
    min_multiple: Bound = None
    max_distance: Bound = None

    def as_filter(self) -> Filter:
        return Filter(
            symbols=tuple(self.symbol),
            timeframes=tuple(frame.value for frame in self.timeframe),
            direction=self.direction or "",
            regime=self.regime or "",
            min_volume=self.min_volume,
            min_multiple=self.min_multiple,
            max_distance=self.max_distance,
        )


class ScannerRow(BaseModel):
    """A column that the plan keeps shut, and one there is nothing in, are null.

    `distance` is in average true ranges, to the nearest level; `candle` the opening of the last
    closed candle in Unix seconds.
    """

    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candle: int
    priced_at: int | None
    price: float | None = None
    change: float | None = None
    volume: int | None = None
    direction: Literal["up", "down", "flat"] | None = None
    volume_multiple: float | None = None
    level: float | None = None
    side: str | None = None
    distance: float | None = None
    rsi: float | None = None
    regime: Literal["calm", "normal", "high"] | None = None
    open_interest: float | None = None
    liquidations: float | None = None


class Shut(BaseModel):
    """`item` is the market, the timeframe or the size of the scanner that the plan lacks."""

    column: str | None = None
    feature: str
    item: str | None
    upgrade_to: str | None


class ScannerAnswer(BaseModel):
    columns: list[str]
    refresh_seconds: int
    locked: list[Shut]
    rows: list[ScannerRow]


@router.get("/scanner")
def scan(
    caller: SignedInCaller, response: Response, wanted: Annotated[RowsWanted, Query()]
) -> ScannerAnswer:
    """Every market and timeframe of the plan in one answer, filtered. 403 names the plan that covers what was asked."""
    scope, found = scanned(caller, response, wanted.as_filter())
    facts: Any = scanning.shown(found, scope.columns)
    return ScannerAnswer(
        columns=list(scope.columns),
        refresh_seconds=scope.seconds,
        locked=[
            *(_shut(why, column) for column, why in scope.locked.items()),
            *(_shut(why) for why in scope.shut),
        ],
        rows=[ScannerRow.model_validate(row) for row in facts],
    )


def scanned(caller: Caller, response: Response, wanted: Filter) -> tuple[Scope, list[Row]]:
    """What the caller's plan covers, and its rows that pass. Raises NeedsUpgrade, UnknownSymbol."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        quota.count(session, caller, response)
        standing = access.of(session, caller.workspace_id, clock.now())
    scope = scanning.scope(standing, current.board().traded)
    scanning.require(scope, wanted, standing)
    charts = scanning.charts_of(scope, wanted)
    return scope, filters.rows(scanner.scan(current.board(), charts, now=clock.wall()), wanted)


def _shut(why: Denied, column: str | None = None) -> Shut:
    return Shut(column=column, feature=why.feature.value, item=why.item, upgrade_to=why.upgrade_to)
