"""The shapes in which candles and levels leave the house. Outside scripts rely on every name here."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from typing_extensions import TypedDict

from saas_app.market.bars import Bars, Floats
from saas_app.market.feeds.port import DataKind
from saas_app.market.indicators import horizontal
from saas_app.market.indicators.diagonal import Line
from saas_app.market.indicators.fractals import Fractal
from saas_app.market.indicators.horizontal import Level
from saas_app.market.indicators.study import Study
from saas_app.market.indicators.table import Indicator
from saas_app.market.symbols import Symbol
from saas_app.market.timeframes import Timeframe


class Candle(TypedDict):
    """`time` is the opening in Unix seconds."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: int


class Candles(TypedDict):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candles: list[Candle]


class FractalMark(TypedDict):
    """`confirmed_at` is the opening of the candle whose close made the fractal known."""

    time: int
    kind: Literal["up", "down"]
    price: float
    confirmed_at: int


class PricePoint(TypedDict):
    time: int
    price: float


class LevelVersion(TypedDict):
    valid_from: int
    price: float


class HorizontalLevel(TypedDict):
    """`price` holds since `valid_from`; `versions` says where the level lay before."""

    id: str
    side: Literal["resistance", "support"]
    price: float
    touches: int
    valid_from: int
    state: str
    strength: float
    versions: list[LevelVersion]


class DiagonalLine(TypedDict):
    """Straight over candle numbers, not over time: draw it from candle to candle."""

    id: str
    side: Literal["resistance", "support"]
    anchors: list[PricePoint]
    touches: int
    valid_from: int
    state: str


class Indicators(TypedDict):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    fractals: list[FractalMark]
    horizontal: list[HorizontalLevel]
    diagonal: list[DiagonalLine]


class SeriesLine(TypedDict):
    """One value for each `time` of the answer; null while the indicator warms up."""

    name: str
    values: list[float | None]


class OneSeries(TypedDict):
    name: str
    pane: Literal["price", "own"]
    lines: list[SeriesLine]


class Series(TypedDict):
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    time: list[int]
    series: list[OneSeries]


def candles_answer(
    symbol: Symbol, timeframe: Timeframe, *, source: str, kind: DataKind, bars: Bars
) -> Candles:
    rows = zip(*(column.tolist() for column in bars.columns), strict=True)
    return Candles(
        symbol=symbol.id,
        timeframe=timeframe.value,
        source=source,
        data_kind=kind.value,
        candles=[
            Candle(time=t, open=o, high=h, low=low, close=c, volume=v)
            for t, o, h, low, c, v in rows
        ],
    )


def indicators_answer(
    symbol: Symbol, timeframe: Timeframe, *, source: str, kind: DataKind, study: Study, count: int
) -> Indicators:
    """The fractals of the last `count` candles and the levels and lines that stand at the last."""
    since = len(study.bars) - count
    prefix = f"{symbol.id}-{timeframe}"
    levels = _shown(study)
    return Indicators(
        symbol=symbol.id,
        timeframe=timeframe.value,
        source=source,
        data_kind=kind.value,
        fractals=[_fractal(study, fractal) for fractal in study.fractals if fractal.bar >= since],
        horizontal=[_level(study, level, prefix, symbol.digits) for level in levels],
        diagonal=[
            _line(study, line, prefix, symbol.digits)
            for line in (*study.lines.drawn, *study.lines.past)
        ],
    )


def series_answer(
    symbol: Symbol,
    timeframe: Timeframe,
    *,
    source: str,
    kind: DataKind,
    bars: Bars,
    columns: Mapping[Indicator, tuple[Floats, ...]],
) -> Series:
    """Two decimals finer than the price: nobody reads more, and no script compares less."""
    return Series(
        symbol=symbol.id,
        timeframe=timeframe.value,
        source=source,
        data_kind=kind.value,
        time=bars.time.tolist(),
        series=[
            OneSeries(
                name=one.name,
                pane=one.pane,
                lines=[
                    SeriesLine(name=name, values=_values(column, symbol.digits + 2))
                    for name, column in zip(one.lines, lines, strict=True)
                ],
            )
            for one, lines in columns.items()
        ],
    )


def _values(column: Floats, digits: int) -> list[float | None]:
    rounded = np.round(column, digits)
    return [None if np.isnan(value) else value for value in rounded.tolist()]


def _shown(study: Study) -> list[Level]:
    if len(study.bars) == 0:
        return []
    close = float(study.bars.close[-1])
    return horizontal.shown(study.levels.alive, index=study.last, close=close)


def _fractal(study: Study, fractal: Fractal) -> FractalMark:
    return FractalMark(
        time=study.time(fractal.bar),
        kind=fractal.direction,
        price=fractal.price,
        confirmed_at=study.time(fractal.confirmed),
    )


def _level(study: Study, level: Level, prefix: str, digits: int) -> HorizontalLevel:
    return HorizontalLevel(
        id=f"{prefix}-{level.born}-{study.time(level.touches[0].bar)}",
        side=level.side,
        price=round(level.price, digits),
        touches=len(level.touches),
        valid_from=study.time(level.versions[-1].valid_from),
        state=level.state,
        strength=round(level.strength(study.last), 3),
        versions=[
            LevelVersion(valid_from=study.time(v.valid_from), price=round(v.price, digits))
            for v in level.versions
        ],
    )


def _line(study: Study, line: Line, prefix: str, digits: int) -> DiagonalLine:
    start, end = study.time(line.start.bar), study.time(line.end.bar)
    return DiagonalLine(
        id=f"{prefix}-{line.side}-{start}-{end}",
        side=line.side,
        anchors=[
            PricePoint(time=start, price=round(line.start.price, digits)),
            PricePoint(time=end, price=round(line.end.price, digits)),
        ],
        touches=len(line.touches),
        valid_from=study.time(line.valid_from),
        state=line.state,
    )
