"""How far a price has come in a day. Draws nothing, and asks nobody whether they may look."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from saas_app.market import symbols
from saas_app.market.board import Board
from saas_app.market.feeds.port import Quote
from saas_app.market.sessions import Calendar, is_open
from saas_app.market.shelf import Shelf
from saas_app.market.timeframes import BASE, Timeframe

_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 6 * 86400  # seconds: a weekend with a holiday at either end
# Every open page asks each second for the same few markets: worked out once for all of them.
_this_second: Shelf["Movement | None"] = Shelf(512)
_yesterdays: Shelf[float | None] = Shelf(512)


@dataclass(frozen=True, slots=True)
class Movement:
    """The last price beside the one a day earlier; None where there was none."""

    quote: Quote
    before: float | None

    @property
    def change(self) -> float | None:
        """As a share: 0.01 is one per cent up."""
        return self.quote.price / self.before - 1 if self.before else None


def of(board: Board, symbol: str, *, now: datetime) -> Movement | None:
    """Against the price 24 hours before the last trade; for daily history against the day before.

    Raises UnknownSymbol. None where there has never been a price.
    """
    return _this_second.get(
        (board, symbol, int(now.timestamp())), lambda: _made(board, symbol, now)
    )


def largest(board: Board, names: list[str], *, now: datetime, count: int) -> list[Movement]:
    """The markets that moved most, in either direction, the liveliest first."""
    found = [of(board, name, now=now) for name in names]
    moved = [movement for movement in found if movement and movement.change is not None]
    return sorted(moved, key=lambda movement: -abs(movement.change or 0))[:count]


def next_opening(calendar: Calendar, now: datetime) -> datetime | None:
    """When a market that is shut opens again; None for one that never does, or is open."""
    step = BASE.seconds
    first = int(now.timestamp()) // step * step
    moments = np.arange(first, first + _LONGEST_CLOSURE, step)
    trading = is_open(calendar, moments)
    if trading[0] or not trading.any():
        return None
    return datetime.fromtimestamp(int(moments[int(np.argmax(trading))]), UTC)


def _made(board: Board, symbol: str, now: datetime) -> Movement | None:
    quote = board.quote(symbol, now=now)
    if quote is None:
        return None
    minute = quote.at // 60
    before = _yesterdays.get((board, symbol, minute), lambda: _before(board, quote))
    return Movement(quote, before)


def _before(board: Board, quote: Quote) -> float | None:
    market = symbols.everything()[quote.symbol]
    at = datetime.fromtimestamp(quote.at, UTC)
    frame = Timeframe.D1 if market.archived else Timeframe.M5
    end = at if market.archived else at - _DAY
    bars = board.source_of(quote.symbol).history(quote.symbol, frame, end=end, count=1)
    return bars.at(-1).close if len(bars) else None
