"""All that is said about one chart, worked out once per closed candle for whoever asks."""

from dataclasses import dataclass
from datetime import datetime

from saas_app.insights import anomaly, direction, expected_range
from saas_app.insights.anomaly import Anomaly
from saas_app.insights.direction import Direction
from saas_app.insights.expected_range import ExpectedRange
from saas_app.market.bars import Bars
from saas_app.market.board import Board
from saas_app.market.indicators import atr, regime
from saas_app.market.indicators.regime import Regime
from saas_app.market.shelf import Shelf
from saas_app.market.timeframes import Timeframe

_kept: Shelf["Outlook"] = Shelf(256)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`candle` is the opening of the last closed candle; None for what cannot be said yet."""

    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candle: int
    close: float
    range: ExpectedRange | None
    regime: Regime | None
    anomaly: Anomaly | None
    direction: Direction | None

    @property
    def made_at(self) -> int:
        """When the candle closed that all of this was said at."""
        return self.candle + Timeframe(self.timeframe).seconds


def of(board: Board, symbol: str, timeframe: str, *, now: datetime) -> Outlook | None:
    """None where there has never been a candle. Raises UnknownSymbol, UnknownTimeframe."""
    bars = board.studied(symbol, timeframe, now=now, use=lambda study: study.bars)
    if len(bars) == 0:
        return None
    key = (board, symbol, timeframe, int(bars.time[-1]))
    return _kept.get(key, lambda: _made(board, symbol, timeframe, bars))


def _made(board: Board, symbol: str, timeframe: str, bars: Bars) -> Outlook:
    source = board.source_of(symbol)
    horizon = expected_range.horizon_of(Timeframe(timeframe).seconds)
    return Outlook(
        symbol=symbol,
        timeframe=timeframe,
        source=source.name,
        data_kind=source.kind.value,
        candle=int(bars.time[-1]),
        close=float(bars.close[-1]),
        range=expected_range.of(bars, horizon),
        regime=regime.of(bars, atr.wilder(bars)),
        anomaly=anomaly.of(bars),
        direction=direction.of(bars, horizon),
    )
