"""Candles for the properties: on a coarse grid, so that ties happen, and exact in binary."""

import numpy as np
from hypothesis import strategies as st

from saas_app.market.bars import Bars

TICK = 0.25
_STEPS = st.tuples(st.integers(-6, 6), st.integers(0, 3), st.integers(0, 3))


def candles(least: int = 0, most: int = 160) -> st.SearchStrategy[Bars]:
    return st.lists(_STEPS, min_size=least, max_size=most).map(built)


def walk(seed: int, count: int) -> Bars:
    """A long random walk without Hypothesis, for what needs length more than variety."""
    noise = np.random.default_rng(seed)
    steps = zip(
        noise.integers(-6, 7, count).tolist(),
        noise.integers(0, 4, count).tolist(),
        noise.integers(0, 4, count).tolist(),
        strict=True,
    )
    return built(list(steps))


def built(steps: list[tuple[int, int, int]]) -> Bars:
    moves = np.array(steps, dtype=np.int64).reshape(-1, 3)
    close = 400 + np.cumsum(moves[:, 0])
    opened = close - moves[:, 0]
    high = np.maximum(opened, close) + moves[:, 1]
    low = np.minimum(opened, close) - moves[:, 2]
    columns = (np.asarray(column * TICK, dtype=np.float64) for column in (opened, high, low, close))
    return Bars(np.arange(len(moves)) * 3600, *columns, np.ones(len(moves), dtype=np.int64))


def mirrored(bars: Bars) -> Bars:
    return Bars(bars.time, -bars.open, -bars.low, -bars.high, -bars.close, bars.volume)


def scaled(bars: Bars, factor: float) -> Bars:
    prices = (column * factor for column in (bars.open, bars.high, bars.low, bars.close))
    return Bars(bars.time, *prices, bars.volume)
