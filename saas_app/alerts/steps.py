"""What a market did since it was last judged, from its base candles. Works for a second and for a lost week."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from saas_app.alerts.crossing import Step
from saas_app.market.bars import Bar
from saas_app.market.feeds.port import Extremes, MarketSource
from saas_app.market.timeframes import BASE


class Reached(NamedTuple):
    """Where judging stopped: at this second, at this price, inside this base candle."""

    at: int
    bar: int
    price: float
    low: float
    high: float


def since(
    source: MarketSource, symbol: str, reached: Reached, *, now: datetime
) -> tuple[list[Step], Reached]:
    """Every base candle touched since then, in order, and where that leads."""
    bars = source.since(symbol, BASE, start=reached.bar, end=now)
    whole = [bars.at(index) for index in range(len(bars))]
    forming = source.forming_bar(symbol, BASE, now=now)
    moment = int(now.timestamp())
    steps: list[Step] = []
    for bar, end in _ends(whole, forming, moment):
        again = bar.time == reached.bar
        last = min(end, bar.time + BASE.seconds - 1)
        fresh = source.extremes(symbol, after=reached.at, until=last) if again else None
        step = _step(bar, reached, end, fresh)
        steps.append(step)
        reached = Reached(end, bar.time, bar.close, bar.low, bar.high)
    return steps, reached._replace(at=max(moment, reached.at))


def _ends(whole: list[Bar], forming: Bar | None, moment: int) -> Iterator[tuple[Bar, int]]:
    for bar in whole:
        yield bar, bar.time + BASE.seconds
    if forming is not None and (not whole or forming.time > whole[-1].time):
        yield forming, moment


def _step(bar: Bar, reached: Reached, end: int, fresh: Extremes | None) -> Step:
    """Of a candle that was judged in part only `fresh` is new, or else what it has gone beyond since."""
    again = bar.time == reached.bar
    low = bar.low if not again or bar.low < reached.low else bar.close
    high = bar.high if not again or bar.high > reached.high else bar.close
    if fresh is not None:
        low, high = fresh
    return Step(
        start=reached.at if again else bar.time,
        end=end,
        bar=bar.time,
        prev=reached.price,
        low=min(low, reached.price, bar.close),
        high=max(high, reached.price, bar.close),
        last=bar.close,
    )
