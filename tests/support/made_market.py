"""Hourly candles with volatility that comes in waves and by the hour, and a drift only where one is asked for."""

from datetime import UTC, datetime

import numpy as np

from saas_app.market.bars import Bars
from saas_app.market.feeds.port import DataKind
from saas_app.market.sessions import Calendar

_TICKS = 20
_HOUR = 3600


def candles(seed: int, count: int = 1200, *, drift: float = 0.0) -> Bars:
    """Without `drift` closes are a random walk; with it the past says which way they go."""
    noise = np.random.default_rng(seed)
    times = np.arange(count, dtype=np.int64) * _HOUR + 1_700_000_000 // _HOUR * _HOUR
    lively = _slow(noise.standard_normal(count) * 0.15)
    size = 0.001 * np.exp(lively + 0.5 * np.sin(times // _HOUR % 24 * np.pi / 12))
    steps = noise.standard_normal((count, _TICKS)) / np.sqrt(_TICKS)
    steps += _slow(noise.standard_normal(count) * drift)[:, None] / _TICKS
    path = np.cumsum((steps * size[:, None]).ravel()).reshape(count, _TICKS)
    opened = np.concatenate([[0.0], path[:-1, -1]])
    high, low = np.maximum(opened, path.max(axis=1)), np.minimum(opened, path.min(axis=1))
    prices = (100.0 * np.exp(line) for line in (opened, high, low, path[:, -1]))
    traded = 1000 * np.exp(lively + 0.3 * noise.standard_normal(count))
    return Bars(times, *prices, np.maximum(traded, 1).astype(np.int64))


def _slow(shocks: np.ndarray) -> np.ndarray:
    found = np.zeros(len(shocks))
    for at in range(1, len(shocks)):
        found[at] = 0.97 * found[at - 1] + shocks[at]
    return found


class MadeSource:
    """These hourly candles as a source; nothing that had not closed by `now` is shown."""

    name = "made"
    kind = DataKind.DEMO

    def __init__(self, bars: Bars, symbol: str = "BTCUSD"):
        self.bars = bars
        self.symbols = (symbol,)

    def calendar(self, _symbol):
        return Calendar.ALWAYS

    def history(self, symbol, timeframe, *, end, count):
        return self.since(symbol, timeframe, start=0, end=end).last(count)

    def since(self, _symbol, _timeframe, *, start, end):
        return self.bars.between(start, int(end.timestamp()) - _HOUR + 1)

    def quote(self, _symbol, *, now):
        """Nobody trades it now."""

    def closed(self, count: int) -> datetime:
        """The moment at which so many candles have closed."""
        return datetime.fromtimestamp(int(self.bars.time[count - 1]) + _HOUR, UTC)
