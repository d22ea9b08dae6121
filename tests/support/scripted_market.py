"""A market whose every tick is written down beforehand, behind the same port as any source."""

import functools
from datetime import UTC, datetime

from saas_app.market import bars as bar_columns
from saas_app.market.bars import Bar, Bars
from saas_app.market.candles import aggregate, closed
from saas_app.market.feeds.port import DataKind, Extremes, Quote
from saas_app.market.sessions import Calendar, bar_start
from saas_app.market.timeframes import BASE, Timeframe


class ScriptedSource:
    """Ticks are (Unix second, price, volume), ascending; nothing after `now` is ever shown."""

    name = "scripted"
    kind = DataKind.LIVE

    def __init__(self, ticks, symbol="BTCUSD"):
        self.ticks = list(ticks)
        self.symbols = (symbol,)
        self._base = functools.lru_cache(maxsize=8)(self._made)

    def calendar(self, _symbol):
        return Calendar.ALWAYS

    def history(self, symbol, timeframe, *, end, count):
        return self.since(symbol, timeframe, start=0, end=end).last(count)

    def since(self, symbol, timeframe, *, start, end) -> Bars:
        now = int(end.timestamp())
        made = aggregate(self._base(now), Calendar.ALWAYS, timeframe)
        return closed(made, Calendar.ALWAYS, timeframe, now=now).between(start, now)

    def forming_bar(self, symbol, timeframe, *, now) -> Bar | None:
        moment = int(now.timestamp())
        opening = bar_start(Calendar.ALWAYS, timeframe, moment)
        seen = self._base(moment).between(opening, moment + 1)
        return aggregate(seen, Calendar.ALWAYS, timeframe).at(-1) if len(seen) else None

    def extremes(self, symbol, *, after, until):
        seen = [price for moment, price, _ in self.ticks if after < moment <= until]
        return Extremes(min(seen), max(seen)) if seen else None

    def quote(self, symbol, *, now):
        seen = [tick for tick in self.ticks if tick[0] <= now.timestamp()]
        if not seen:
            return None
        return Quote(symbol, seen[-1][1], seen[-1][0], True, self.name, self.kind)

    def _made(self, moment: int) -> Bars:
        by_bar: dict[int, list] = {}
        for at, price, volume in self.ticks:
            if at <= moment:
                by_bar.setdefault(at - at % BASE.seconds, []).append((price, volume))
        return bar_columns.of(
            [
                Bar(
                    opening,
                    inside[0][0],
                    max(price for price, _ in inside),
                    min(price for price, _ in inside),
                    inside[-1][0],
                    sum(volume for _, volume in inside),
                )
                for opening, inside in sorted(by_bar.items())
            ]
        )


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def candles(closes, *, first: int, timeframe: Timeframe = Timeframe.H1, spread=0.0, volume=100):
    """Ticks that make one candle of `timeframe` for each close, from the close before."""
    before = closes[0]
    for number, close in enumerate(closes):
        opening = first + number * timeframe.seconds
        end = opening + timeframe.seconds - 1
        yield opening, before, 0
        yield opening + 60, max(before, close) + spread, 0
        yield opening + 120, min(before, close) - spread, 0
        yield end, close, volume
        before = close
