"""One row for each market on each timeframe: what its last closed candle says, and the price of now.

What a closed candle says is worked out once, whoever asks. Decides nothing about who may look.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from saas_app.market import movement
from saas_app.market.bars import Bars, Floats
from saas_app.market.board import Board
from saas_app.market.feeds.port import Derivatives
from saas_app.market.indicators import atr, horizontal, oscillators, regime
from saas_app.market.indicators.horizontal import Side
from saas_app.market.indicators.regime import Regime
from saas_app.market.indicators.study import Study
from saas_app.market.shelf import Shelf
from saas_app.market.symbols import Symbol

_AVERAGE = 20  # candles
_FLAT = 0.25  # of the average true range: nearer than that to its average a market has no direction
_closed: Shelf["Closed"] = Shelf(1024)


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Place(NamedTuple):
    """A level that stands."""

    price: float
    side: Side


@dataclass(frozen=True, slots=True)
class Closed:
    """What one closed candle says; None for what it cannot say yet."""

    at: int  # its opening in Unix seconds; 0 where there has never been a candle
    volume: int | None = None
    volume_multiple: float | None = None
    span: float | None = None  # the average true range
    rsi: float | None = None
    direction: Direction | None = None
    regime: Regime | None = None
    levels: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """`distance` is in average true ranges, from the price of now to the nearest level.

    `open_interest` and `liquidations` are None where the source has none.
    """

    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candle: int
    price: float | None = None
    priced_at: int | None = None
    change: float | None = None
    volume: int | None = None
    direction: Direction | None = None
    volume_multiple: float | None = None
    level: float | None = None
    side: Side | None = None
    distance: float | None = None
    rsi: float | None = None
    regime: Regime | None = None
    open_interest: float | None = None
    liquidations: float | None = None


Column = Literal[
    "price",
    "change",
    "volume",
    "direction",
    "volume_multiple",
    "level",
    "distance",
    "rsi",
    "regime",
    "open_interest",
    "liquidations",
]
BASIC: Sequence[Column] = ("price", "change", "volume", "direction")
FULL: Sequence[Column] = (
    *BASIC,
    "volume_multiple",
    "level",
    "distance",
    "rsi",
    "regime",
    "open_interest",
    "liquidations",
)


def scan(board: Board, charts: Iterable[tuple[str, str]], *, now: datetime) -> list[Row]:
    """A row for each symbol and timeframe, in their order. Raises UnknownSymbol, UnknownTimeframe."""
    return [row(board, symbol, timeframe, now=now) for symbol, timeframe in charts]


def row(board: Board, symbol: str, timeframe: str, *, now: datetime) -> Row:
    source = board.source_of(symbol)
    said = closed(board, symbol, timeframe, now=now)
    moved = movement.of(board, symbol, now=now)
    price = moved.quote.price if moved else None
    near = _nearest(said.levels, price)
    futures = source if isinstance(source, Derivatives) else None
    return Row(
        symbol=symbol,
        timeframe=timeframe,
        source=source.name,
        data_kind=source.kind.value,
        candle=said.at,
        price=price,
        priced_at=moved.quote.at if moved else None,
        change=moved.change if moved else None,
        volume=said.volume,
        direction=said.direction,
        volume_multiple=said.volume_multiple,
        level=near.price if near else None,
        side=near.side if near else None,
        distance=_distance(near, price, said.span),
        rsi=said.rsi,
        regime=said.regime,
        open_interest=futures.open_interest(symbol, now=now) if futures else None,
        liquidations=futures.liquidations(symbol, now=now) if futures else None,
    )


def closed(board: Board, symbol: str, timeframe: str, *, now: datetime) -> Closed:
    """Kept for as long as the candle is its source's last: some arrive a while after they closed."""
    last = board.last(symbol, timeframe, now=now)
    return _closed.get(
        (board, symbol, timeframe, last),
        lambda: board.studied(symbol, timeframe, now=now, use=said_by),
    )


def charts(markets: Iterable[Symbol]) -> list[tuple[str, str]]:
    """Each market on each of its timeframes."""
    return [(market.id, frame.value) for market in markets for frame in market.timeframes]


def said_by(study: Study) -> Closed:
    """What the last candle of a study says."""
    bars = study.bars
    if len(bars) == 0:
        return Closed(0)
    ranges = atr.wilder(bars)
    span = _number(ranges)
    close = float(bars.close[-1])
    volume = int(bars.volume[-1])
    usual = _number(oscillators.usual_volume(bars)) if len(bars) > 1 else None
    standing = horizontal.shown(study.levels.alive, index=study.last, close=close)
    return Closed(
        at=study.time(-1),
        volume=volume,
        volume_multiple=volume / usual if usual else None,
        span=span,
        rsi=_number(oscillators.rsi(bars)),
        direction=_direction(bars, span),
        regime=regime.of(bars, ranges),
        levels=tuple(Place(level.price, level.side) for level in standing),
    )


def _direction(bars: Bars, span: float | None) -> Direction | None:
    """Where the last close lies beside the average of the last twenty."""
    mean = _number(oscillators.sma(bars, _AVERAGE))
    if mean is None or not span:
        return None
    away = (float(bars.close[-1]) - mean) / span
    return Direction.FLAT if abs(away) < _FLAT else Direction.UP if away > 0 else Direction.DOWN


def _nearest(levels: Sequence[Place], price: float | None) -> Place | None:
    if price is None or not levels:
        return None
    return min(levels, key=lambda level: abs(level.price - price))


def _distance(near: Place | None, price: float | None, span: float | None) -> float | None:
    if near is None or price is None or not span:
        return None
    return abs(near.price - price) / span


def _number(column: Floats) -> float | None:
    value = float(column[-1]) if len(column) else math.nan
    return None if math.isnan(value) else value


def ready(board: Board, symbol: str, timeframe: str, *, now: datetime) -> bool:
    """Whether the last candle has been read, so that a row takes no time."""
    last = board.last(symbol, timeframe, now=now)
    try:
        _closed.get((board, symbol, timeframe, last), _unread)
    except _Unread:
        return False
    return True


class _Unread(Exception):
    """Nobody has asked since the candle closed."""


def _unread() -> Closed:
    raise _Unread
