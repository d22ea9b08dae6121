"""The seconds inside one five-minute demo candle: they touch its high and low and end on its close."""

import numpy as np

from saas_app.market.bars import Bar, Floats
from saas_app.market.feeds.demo_paths import stream
from saas_app.market.timeframes import BASE

SECONDS = BASE.seconds
_TICKS = 5  # the stream of random numbers for the way through a candle


def way(seed: int, symbol: str, bar: Bar, digits: int) -> Floats:
    """The price in each second of the candle, the same for every process that asks."""
    noise = stream(seed, symbol, _TICKS, bar.time // SECONDS)
    first, second = np.sort(noise.choice(np.arange(1, SECONDS - 1), size=2, replace=False))
    rising = (bar.close >= bar.open) == bool(noise.random() < 0.7)
    turns = (bar.low, bar.high) if rising else (bar.high, bar.low)
    knots = np.array([0, first, second, SECONDS - 1])
    seconds = np.arange(SECONDS)
    line = np.interp(seconds, knots, [bar.open, *turns, bar.close])
    walk = np.cumsum(noise.standard_normal(SECONDS)) * (bar.high - bar.low) * 0.03
    wander = walk - np.interp(seconds, knots, walk[knots])
    return np.round(np.clip(line + wander, bar.low, bar.high), digits)


def until(bar: Bar, path: Floats, elapsed: int) -> Bar:
    """The candle as it looks when `elapsed` of its seconds have begun to count (at least one)."""
    seen = path[: max(1, min(elapsed + 1, SECONDS))]
    return Bar(
        bar.time,
        bar.open,
        float(seen.max()),
        float(seen.min()),
        float(seen[-1]),
        bar.volume * len(seen) // SECONDS,
    )
