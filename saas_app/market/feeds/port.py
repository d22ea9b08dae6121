"""What every source of prices promises. Closed candles and the moving one are kept apart throughout."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from saas_app.market.bars import Bar, Bars
from saas_app.market.sessions import Calendar
from saas_app.market.timeframes import Timeframe


class DataKind(StrEnum):
    """What the numbers are. It travels with each of them, to the chart, the mail and the API."""

    DEMO = "demo"
    REPLAY = "replay"
    LIVE = "live"


class Extremes(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quote:
    """The last price, when it was made, and whether the market trades now."""

    symbol: str
    price: float
    at: int  # Unix seconds of the trade; behind the clock when the market is shut
    is_open: bool
    source: str
    kind: DataKind


class MarketSource(Protocol):
    """A source answers from what it already has; a live one is filled by the feed process.

    `now` is wall time and comes in, so that every process gives the same answer at the same
    moment and no answer holds a price from after it.
    """

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> DataKind: ...

    @property
    def symbols(self) -> tuple[str, ...]: ...

    def calendar(self, symbol: str) -> Calendar:
        """When this source's prices of the symbol are made; brokers differ, and a demo rehearses."""
        ...

    def history(self, symbol: str, timeframe: Timeframe, *, end: datetime, count: int) -> Bars:
        """The last `count` candles that had closed at `end`, ascending."""
        ...

    def since(self, symbol: str, timeframe: Timeframe, *, start: int, end: datetime) -> Bars:
        """All candles opening at `start` (Unix seconds) or later that had closed at `end`."""
        ...

    def forming_bar(self, symbol: str, timeframe: Timeframe, *, now: datetime) -> Bar | None:
        """The candle in progress; None while the market is shut and nothing has traded in it."""
        ...

    def extremes(self, symbol: str, *, after: int, until: int) -> Extremes | None:
        """How far the price went in the seconds after `after` up to `until`, of one base candle.

        None where nothing traded then or the source does not remember: a candle's own high and low
        say less, for they may be older.
        """
        ...

    def quote(self, symbol: str, *, now: datetime) -> Quote | None:
        """The last price; None where there has never been one."""
        ...


@runtime_checkable
class Derivatives(Protocol):
    """What a source of futures knows besides prices; other sources are not this."""

    def open_interest(self, symbol: str, *, now: datetime) -> float | None:
        """Contracts held open; None where it is not known."""
        ...

    def liquidations(self, symbol: str, *, now: datetime) -> float | None:
        """Closed by force within 24 hours, in the quote currency; None where it is not known."""
        ...
