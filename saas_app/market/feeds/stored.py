"""Real prices, answered from the tape. Every timeframe is made from the one base; fetches nothing itself."""

from datetime import datetime

from saas_app.market import symbols
from saas_app.market.bars import NONE, Bar, Bars, joined, of
from saas_app.market.candles import aggregate, closed
from saas_app.market.feeds.port import DataKind, Extremes, Quote
from saas_app.market.sessions import DAY, Calendar, bar_start, is_open
from saas_app.market.tape.reading import Tape, forming
from saas_app.market.timeframes import BASE, Timeframe

_LONGEST_CLOSURE = 5 * DAY  # a weekend with a holiday at either end
_QUIET_SECONDS = 900  # without a price for so long, nobody calls a market open


class StoredSource:
    """A candle has closed when the clock says so *and* the tape is complete to its end.

    So a feed that was away shows old candles, never wrong ones, and nothing is judged on a gap:
    while candles are missing before the forming one, there is no forming one.
    """

    kind = DataKind.LIVE

    def __init__(self, name: str) -> None:
        self.name = name
        self._tape = Tape(name)
        self._served = tuple(each.id for each in symbols.traded() if name in each.sources)

    @property
    def symbols(self) -> tuple[str, ...]:
        return self._served

    def calendar(self, symbol: str) -> Calendar:
        return symbols.everything()[symbol].calendar

    def history(self, symbol: str, timeframe: Timeframe, *, end: datetime, count: int) -> Bars:
        head = self._tape.head(symbol)
        if head is None:
            return NONE
        now = min(int(end.timestamp()), head.until)
        reach = count * timeframe.seconds
        while True:
            start = now - reach * 3 // 2 - _LONGEST_CLOSURE
            bars = self.since(symbol, timeframe, start=start, end=end)
            if len(bars) >= count or start <= head.since:
                return bars.last(count)
            reach *= 2

    def since(self, symbol: str, timeframe: Timeframe, *, start: int, end: datetime) -> Bars:
        head = self._tape.head(symbol)
        if head is None or head.until == 0:
            return NONE
        now = min(int(end.timestamp()), head.until)
        calendar = self.calendar(symbol)
        opening = bar_start(calendar, timeframe, max(start, head.since))
        bars = aggregate(self._tape.base(head, opening, now), calendar, timeframe)
        bars = closed(bars, calendar, timeframe, now=now)
        # The tape begins somewhere inside its first long candle, which is therefore not whole.
        return bars.between(max(start, head.since), now)

    def forming_bar(self, symbol: str, timeframe: Timeframe, *, now: datetime) -> Bar | None:
        moment = int(now.timestamp())
        head = self._tape.head(symbol)
        if head is None or head.price is None or head.until < head.opened:
            return None
        calendar = self.calendar(symbol)
        opening = bar_start(calendar, timeframe, moment)
        # Every candle before it is there, and it is the one that the clock is in.
        if head.until < moment - moment % BASE.seconds:
            return None
        seen = self._tape.base(head, opening, moment)
        if opening <= head.opened <= moment and head.opened >= head.until:
            seen = joined([seen, of([forming(head)])])
        if len(seen) == 0:
            return None
        return aggregate(seen, calendar, timeframe).at(-1)

    def extremes(self, symbol: str, *, after: int, until: int) -> Extremes | None:
        """The tape keeps no single prices: what a candle has gone beyond since is what is new."""
        del symbol, after, until

    def quote(self, symbol: str, *, now: datetime) -> Quote | None:
        moment = int(now.timestamp())
        head = self._tape.head(symbol)
        if head is None:
            return None
        price, at = head.price, head.priced_at
        if price is None or at > moment or at < head.until - BASE.seconds:
            last = self.history(symbol, BASE, end=now, count=1)
            if len(last) == 0:
                return None
            price, at = last.at(-1).close, int(last.time[-1]) + BASE.seconds - 1
        trading = is_open(self.calendar(symbol), of([Bar(moment, 0, 0, 0, 0, 0)]).time)
        fresh = moment - at < _QUIET_SECONDS
        return Quote(symbol, price, at, bool(trading[0]) and fresh, self.name, self.kind)

    def open_interest(self, symbol: str, *, now: datetime) -> float | None:
        head = self._tape.head(symbol)
        if head is None or head.open_interest is None:
            return None
        stale = int(now.timestamp()) - head.open_interest_at > DAY
        return None if stale else head.open_interest

    def liquidations(self, symbol: str, *, now: datetime) -> float | None:
        return self._tape.liquidations(symbol, int(now.timestamp()))
