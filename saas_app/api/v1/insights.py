"""What is expected of a chart, with how well such forecasts did, and a summary of it."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from saas_app.api import quota
from saas_app.api.caller import Caller, SignedInCaller
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.insights import looking, summary
from saas_app.insights.looking import Look
from saas_app.market import current
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api/insights", tags=["Market"])


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RangeAnswer(_Shown):
    """Distances from low to high over the next `horizon` candles. `fitted_at` is the model's date."""

    horizon: int
    low: float
    expected: float
    high: float
    promised: float
    covered: float
    skill: float
    n: int
    since: int
    until: int
    fitted_at: int


class AnomalyAnswer(_Shown):
    """The share of earlier candles that surprised less; null where it cannot be said."""

    at: int
    range_score: float | None
    volume_score: float | None
    n: int
    unusual: bool


class CalibratedAnswer(_Shown):
    said: float
    came: float
    n: int


class DirectionAnswer(_Shown):
    """`up` is null without an edge: the lower bound of the skill must lie above zero."""

    horizon: int
    edge: bool
    up: float | None
    base_rate: float
    brier: float
    base_brier: float
    skill: float
    skill_at_least: float
    n: int
    since: int
    until: int
    fitted_at: int
    calibration: list[CalibratedAnswer]


class ForecastAnswer(_Shown):
    """`came` is null until its candles are over."""

    candle: int
    horizon: int
    close: float
    low: float
    expected: float
    high: float
    came: float | None
    data_kind: str
    fitted_at: int
    published_at: datetime
    settled_at: datetime | None


class RecordAnswer(_Shown):
    settled: int
    inside: int
    waiting: int
    covered: float | None
    newest: list[ForecastAnswer]


class LockedPart(BaseModel):
    part: str
    upgrade_to: str | None


class InsightsAnswer(BaseModel):
    """A part that the plan keeps shut, or that cannot be said yet, is null."""

    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candle: int
    close: float
    range: RangeAnswer | None = None
    regime: Literal["calm", "normal", "high"] | None = None
    anomaly: AnomalyAnswer | None = None
    direction: DirectionAnswer | None = None
    record: RecordAnswer
    locked: list[LockedPart]


class SummaryAsked(BaseModel):
    """`reword` asks a language model, where there is one, and counts a prompt."""

    reword: bool = False


class SummaryAnswer(BaseModel):
    """`outcome` says how the words came about; `added` has the numbers a model's answer was refused for."""

    summary: str
    outcome: Literal["plain", "reworded", "no_model", "unavailable", "numbers", "unfit"]
    facts: dict[str, str]
    added: list[str]


@router.get("/{symbol}/{timeframe}")
def insights(
    symbol: str, timeframe: str, caller: SignedInCaller, response: Response
) -> InsightsAnswer:
    """Range, regime and, on bigger plans, what is unusual and whether a direction can be given.

    Every figure comes with how many forecasts it rests on and how they did. Not investment advice.
    """
    look = _looked(caller, response, symbol, timeframe)
    seen = look.outlook
    if seen is None:
        raise NotFound(text("insights.no_candles"))
    parts: dict[str, Any] = {part: getattr(seen, part) for part in look.scope.opened}
    return InsightsAnswer(
        symbol=seen.symbol,
        timeframe=seen.timeframe,
        source=seen.source,
        data_kind=seen.data_kind,
        candle=seen.candle,
        close=seen.close,
        record=RecordAnswer.model_validate(look.record),
        locked=[
            LockedPart(part=part, upgrade_to=why.upgrade_to)
            for part, why in look.scope.locked.items()
        ],
        **parts,
    )


@router.post("/{symbol}/{timeframe}/summary")
def summarize(
    symbol: str, timeframe: str, asked: SummaryAsked, caller: SignedInCaller, response: Response
) -> SummaryAnswer:
    """The facts in sentences; reworded on request. A number that is not among the facts is never let through."""
    look = _looked(caller, response, symbol, timeframe, edits=asked.reword)
    if look.facts is None:
        raise NotFound(text("insights.no_candles"))
    if asked.reword:
        rate_limit.hit("reword", str(caller.user_id), limit=20, seconds=60)
        found = summary.reworded(caller.workspace_id, caller.user_id, look.facts)
    else:
        found = summary.plain(look.facts)
    return SummaryAnswer(
        summary=found.words,
        outcome=found.outcome.value,
        facts=dict(found.facts),
        added=list(found.added),
    )


def _looked(
    caller: Caller, response: Response, symbol: str, timeframe: str, *, edits: bool = False
) -> Look:
    """Who only looks on uses up nothing of the workspace's."""
    current.board().check(symbol, timeframe)
    with snapshot() as session:
        memberships.require(
            session,
            caller.workspace_id,
            caller.user_id,
            Permission.EDIT if edits else Permission.VIEW,
        )
        quota.count(session, caller, response)
        standing = access.of(session, caller.workspace_id, clock.now())
    return looking.look(current.board(), standing, symbol, timeframe, now=clock.wall())
