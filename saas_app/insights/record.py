"""The forward record: each forecast as it was published, held against what came, never improved afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import Session, col, delete, func, select, update

from saas_app.core import clock, upsert
from saas_app.core.db import snapshot, transaction
from saas_app.insights.models import Forecast
from saas_app.insights.outlook import Outlook
from saas_app.market import bars as bars_of
from saas_app.market.bars import Bars
from saas_app.market.board import Board
from saas_app.market.errors import UnknownSymbol, UnknownTimeframe
from saas_app.market.timeframes import Timeframe

_SHOWN = 12
_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Record:
    """`settled` forecasts are over, `inside` of them held what came; `newest` come first."""

    settled: int
    inside: int
    waiting: int
    newest: tuple[Forecast, ...]

    @property
    def covered(self) -> float | None:
        return self.inside / self.settled if self.settled else None


def kept(board: Board, seen: Outlook, *, now: datetime) -> Record:
    """The chart's record, with this outlook in it and everything closed that is over.

    What is written is decided by closed candles alone, so it does not matter who looks first or how often.
    """
    with snapshot() as session:
        open_ones = _open(session, seen.symbol, seen.timeframe, seen.source)
        published = _published(session, seen)
    outcomes = _outcomes(board, open_ones, now)
    if outcomes or not published:
        with transaction() as session:
            _publish(session, seen)
            for row_id, came in outcomes.items():
                _settle(session, row_id, came)
    with snapshot() as session:
        return of(session, seen.symbol, seen.timeframe, seen.source)


def of(session: Session, symbol: str, timeframe: str, source: str) -> Record:
    mine = (
        col(Forecast.symbol) == symbol,
        col(Forecast.timeframe) == timeframe,
        col(Forecast.source) == source,
    )
    inside = (col(Forecast.came) >= col(Forecast.low)) & (col(Forecast.came) <= col(Forecast.high))
    over = col(Forecast.settled_at).is_not(None)
    count = func.count(col(Forecast.id))
    settled, held, everything = session.exec(
        select(count.filter(over), count.filter(over, inside), count).where(*mine)
    ).one()
    newest = session.exec(
        select(Forecast).where(*mine).order_by(col(Forecast.candle).desc()).limit(_SHOWN)
    ).all()
    for row in newest:
        session.expunge(row)
    return Record(settled, held, everything - settled, tuple(newest))


def settle_due(board: Board, *, now: datetime) -> int:
    """Close what is over, on every chart: also on those that nobody looks at any more."""
    with snapshot() as session:
        charts = session.exec(
            select(Forecast.symbol, Forecast.timeframe, Forecast.source)
            .where(col(Forecast.settled_at).is_(None))
            .distinct()
        ).all()
    closed = 0
    for symbol, timeframe, source in charts:
        with snapshot() as session:
            open_ones = _open(session, symbol, timeframe, source)
        outcomes = _outcomes(board, open_ones, now)
        with transaction() as session:
            closed += sum(_settle(session, row_id, came) for row_id, came in outcomes.items())
    return closed


def purge(session: Session) -> int:
    """Forget what is older than a year and a month: the models of then are nobody's any more."""
    old = col(Forecast.published_at) < clock.wall() - _KEPT
    return session.exec(delete(Forecast).where(old)).rowcount


@dataclass(frozen=True, slots=True)
class _Came:
    span: float
    rose: bool


def _open(session: Session, symbol: str, timeframe: str, source: str) -> list[Forecast]:
    rows = session.exec(
        select(Forecast).where(
            Forecast.symbol == symbol,
            Forecast.timeframe == timeframe,
            Forecast.source == source,
            col(Forecast.settled_at).is_(None),
        )
    ).all()
    for row in rows:
        session.expunge(row)
    return list(rows)


def _published(session: Session, seen: Outlook) -> bool:
    found = select(Forecast.id).where(
        Forecast.symbol == seen.symbol,
        Forecast.timeframe == seen.timeframe,
        Forecast.source == seen.source,
        Forecast.candle == seen.candle,
    )
    return seen.range is None or session.exec(found).first() is not None


def _publish(session: Session, seen: Outlook) -> None:
    if seen.range is None:
        return
    row = {
        "symbol": seen.symbol,
        "timeframe": seen.timeframe,
        "source": seen.source,
        "data_kind": seen.data_kind,
        "candle": seen.candle,
        "fitted_at": seen.range.fitted_at,
        "horizon": seen.range.horizon,
        "close": seen.close,
        "low": seen.range.low,
        "expected": seen.range.expected,
        "high": seen.range.high,
        "up": seen.direction.up if seen.direction else None,
        "published_at": clock.wall(),
    }
    upsert.added(session, Forecast, row)


def _settle(session: Session, row_id: int, came: _Came) -> bool:
    closing = (
        update(Forecast)
        .where(col(Forecast.id) == row_id, col(Forecast.settled_at).is_(None))
        .values(settled_at=clock.wall(), came=came.span, rose=came.rose)
        .returning(col(Forecast.id))
    )
    return session.connection().execute(closing).first() is not None


def _outcomes(board: Board, rows: Sequence[Forecast], now: datetime) -> dict[int, _Came]:
    """Of the forecasts whose candles have all closed, by their id."""
    found: dict[int, _Came] = {}
    if not rows:
        return found
    bars = _since(board, rows[0], min(row.candle for row in rows), now)
    for row in rows:
        at = int(np.searchsorted(bars.time, row.candle))
        after = bars[at + 1 : at + 1 + row.horizon]
        if row.id is None or len(after) < row.horizon or bars.time[at] != row.candle:
            continue
        came = float(after.high.max() - after.low.min())
        found[row.id] = _Came(came, bool(after.close[-1] > row.close))
    return found


def _since(board: Board, row: Forecast, start: int, now: datetime) -> Bars:
    """Nothing where the market or its source has left the product: those forecasts stay open."""
    try:
        board.check(row.symbol, row.timeframe)
    except (UnknownSymbol, UnknownTimeframe):
        return bars_of.NONE
    source = board.source_of(row.symbol)
    if source.name != row.source:
        return bars_of.NONE
    return source.since(row.symbol, Timeframe(row.timeframe), start=start, end=now)
