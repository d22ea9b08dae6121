"""Reads the tape and remembers a bounded part of it. What lies before the end of the tape never changes."""

import time
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import select as columns
from sqlmodel import col, func, select

from saas_app.core.db import snapshot
from saas_app.market.bars import NONE, Bar, Bars, joined, of
from saas_app.market.sessions import DAY
from saas_app.market.shelf import Shelf
from saas_app.market.tape.models import TapeBar, TapeHead, TapeLiquidation

_BLOCK = 16 * DAY
_BLOCKS = 384  # about 90 MB when full
_FRESH_SECONDS = 0.2  # every open page asks for the same rows each second
_COLUMNS = tuple(col(getattr(TapeBar, name)) for name in Bar._fields)


class Tape:
    """One source's tape. Safe to share between threads; another process reads the same."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._blocks: Shelf[Bars] = Shelf(_BLOCKS)
        self._lock = Lock()
        self._heads: Mapping[str, TapeHead] = {}
        self._read_at = float("-inf")
        self._owed: Shelf[float | None] = Shelf(256)

    def head(self, symbol: str) -> TapeHead | None:
        """Where the market stands; None where the source has never spoken of it."""
        with self._lock:
            if time.monotonic() - self._read_at > _FRESH_SECONDS:
                with snapshot() as session:
                    rows = session.exec(select(TapeHead).where(TapeHead.source == self._source))
                    self._heads = {row.symbol: row for row in rows}
                self._read_at = time.monotonic()
            return self._heads.get(symbol)

    def base(self, head: TapeHead, start: int, end: int) -> Bars:
        """The base candles that open in [start, end) and have closed by the tape's end."""
        start, end = max(start, head.since), min(end, head.until)
        if end <= start:
            return NONE
        numbers = range(start // _BLOCK, (end - 1) // _BLOCK + 1)
        return joined([self._block(head, number) for number in numbers]).between(start, end)

    def liquidations(self, symbol: str, now: int) -> float | None:
        """The sum of a day up to now; None where the source never told of any."""
        return self._owed.get((symbol, now // 5), lambda: self._summed(symbol, now))

    def _block(self, head: TapeHead, number: int) -> Bars:
        """Whole blocks stay for as long as there is room; the last one is read on as it grows."""
        start, end = number * _BLOCK, (number + 1) * _BLOCK
        # A tape that grew into the past has other candles at its beginning.
        key = (head.symbol, number, max(head.since, start), min(head.until, end))
        return self._blocks.get(key, lambda: self._read(head, start, end))

    def _read(self, head: TapeHead, start: int, end: int) -> Bars:
        wanted = (
            columns(*_COLUMNS)
            .where(
                col(TapeBar.source) == self._source,
                col(TapeBar.symbol) == head.symbol,
                col(TapeBar.time) >= max(start, head.since),
                col(TapeBar.time) < min(end, head.until),
            )
            .order_by(col(TapeBar.time))
        )
        with snapshot() as session:
            return of([Bar(*row) for row in session.connection().execute(wanted)])

    def _summed(self, symbol: str, now: int) -> float | None:
        told = select(func.count(), func.sum(TapeLiquidation.amount)).where(
            TapeLiquidation.source == self._source, TapeLiquidation.symbol == symbol
        )
        with snapshot() as session:
            ever, _ = session.exec(told).one()
            _, amount = session.exec(told.where(col(TapeLiquidation.time) > now - DAY)).one()
        return float(amount or 0.0) if ever else None


def forming(head: TapeHead) -> Bar:
    """The base candle in progress, as far as prices have come."""
    price = head.price if head.price is not None else head.open
    return Bar(head.opened, head.open, head.high, head.low, price, int(head.volume))
