"""Made-up markets that behave like markets, and say that they are made up. Keeps nothing but a cache."""

from datetime import datetime
from functools import lru_cache

from saas_app.market import symbols
from saas_app.market.bars import NONE, Bar, Bars, Floats, joined, of
from saas_app.market.candles import aggregate, closed
from saas_app.market.feeds import demo_bars, demo_ticks
from saas_app.market.feeds.demo_paths import BLOCK, DAYS
from saas_app.market.feeds.port import DataKind, Extremes, Quote
from saas_app.market.sessions import DAY, Calendar, bar_start
from saas_app.market.symbols import Recipe, Symbol
from saas_app.market.timeframes import BASE, Timeframe

_LONGEST_CLOSURE = 5 * DAY  # a weekend with a holiday at either end
_BLOCKS = 384  # about 90 MB when full: a year of every market, or sixteen of one

# Whoever looks at a demo on a Sunday wants to see it move: it trades through the weekend, keeps
# the day's beginning, and is shut just long enough each day for every face of a chart to exist.
_REHEARSED = {
    Calendar.FX_WEEK: Calendar.EVERY_DAY,
    Calendar.DAILY_BREAK: Calendar.EVERY_DAY_BREAK,
}


class DemoSource:
    """Everything follows from the seed and the clock: a restart or another process changes nothing."""

    name = "demo"
    kind = DataKind.DEMO

    def __init__(self, seed: int = 20260101) -> None:
        self._seed = seed
        self._markets: dict[str, tuple[Symbol, Recipe]] = {
            symbol.id: (symbol, symbol.recipe) for symbol in symbols.traded() if symbol.recipe
        }
        self._block = lru_cache(maxsize=_BLOCKS)(self._make_block)
        self._way = lru_cache(maxsize=256)(self._make_way)

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self._markets)

    def calendar(self, symbol: str) -> Calendar:
        market, _ = self._markets[symbol]
        return _REHEARSED.get(market.calendar, market.calendar)

    def history(self, symbol: str, timeframe: Timeframe, *, end: datetime, count: int) -> Bars:
        now = _seconds(end)
        reach = count * timeframe.seconds
        while True:
            start = now - reach * 3 // 2 - _LONGEST_CLOSURE
            bars = self.since(symbol, timeframe, start=start, end=end)
            if len(bars) >= count or start <= demo_bars.FIRST_MOMENT:
                return bars.last(count)
            reach *= 2

    def since(self, symbol: str, timeframe: Timeframe, *, start: int, end: datetime) -> Bars:
        now = _seconds(end)
        start = max(start, demo_bars.FIRST_MOMENT)
        opening = bar_start(self.calendar(symbol), timeframe, start)
        bars = aggregate(self._base(symbol, opening, now), self.calendar(symbol), timeframe)
        # What has not closed is dropped last: until here its end lies after now.
        bars = closed(bars, self.calendar(symbol), timeframe, now=now)
        return bars.between(start, now)

    def forming_bar(self, symbol: str, timeframe: Timeframe, *, now: datetime) -> Bar | None:
        moment = _seconds(now)
        opening = bar_start(self.calendar(symbol), timeframe, moment)
        seen = self._seen(symbol, opening, moment)
        if len(seen) == 0:
            return None
        return aggregate(seen, self.calendar(symbol), timeframe).at(-1)

    def extremes(self, symbol: str, *, after: int, until: int) -> Extremes | None:
        opening = until - until % BASE.seconds
        base = self._base(symbol, opening, opening + 1)
        if len(base) == 0:
            return None
        bar = base.at(0)
        way = self._way(symbol, bar, self._markets[symbol][0].digits)
        seen = way[max(0, after - opening + 1) : until - opening + 1]
        return Extremes(float(seen.min()), float(seen.max())) if len(seen) else None

    def quote(self, symbol: str, *, now: datetime) -> Quote | None:
        moment = _seconds(now)
        seen = self._seen(symbol, moment - _LONGEST_CLOSURE, moment)
        if len(seen) == 0:
            return None
        last = seen.at(-1)
        is_open = moment < last.time + BASE.seconds
        at = moment if is_open else last.time + BASE.seconds - 1
        return Quote(symbol, last.close, at, is_open, self.name, self.kind)

    def _seen(self, symbol: str, start: int, moment: int) -> Bars:
        """The five-minute candles from `start` on, the last one only as far as it has come."""
        market, _ = self._markets[symbol]
        base = self._base(symbol, start, moment + 1)
        if len(base) == 0 or moment >= int(base.time[-1]) + BASE.seconds:
            return base
        bar = base.at(-1)
        elapsed = moment - bar.time
        forming = demo_ticks.until(bar, self._way(symbol, bar, market.digits), elapsed)
        return joined([base[:-1], of([forming])])

    def _base(self, symbol: str, start: int, end: int) -> Bars:
        """The five-minute candles that open in [start, end), whole: not to be shown unclosed."""
        last_block = DAYS // BLOCK - 1
        first = max(0, demo_bars.block_of(start))
        last = min(last_block, demo_bars.block_of(end - 1))
        parts = [self._block(symbol, number) for number in range(first, last + 1)]
        return joined(parts).between(start, end) if parts else NONE

    def _make_block(self, symbol: str, number: int) -> Bars:
        market, recipe = self._markets[symbol]
        return demo_bars.block(self._seed, market, recipe, number, self.calendar(symbol))

    def _make_way(self, symbol: str, bar: Bar, digits: int) -> Floats:
        return demo_ticks.way(self._seed, symbol, bar, digits)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
