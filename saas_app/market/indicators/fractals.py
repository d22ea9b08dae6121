"""The five-candle fractal of MetaTrader, on closed candles only."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saas_app.market.bars import Bars, Floats

LEFT = 2
RIGHT = 2

Direction = Literal["up", "down"]


class Fractal(NamedTuple):
    """A turn at candle number `bar`, not known before candle `confirmed` has closed."""

    bar: int
    direction: Direction
    price: float

    @property
    def confirmed(self) -> int:
        return self.bar + RIGHT


def find(bars: Bars) -> list[Fractal]:
    """In the order they are confirmed; of two on one candle the upper comes first."""
    ups, downs = tops(bars.high), tops(-bars.low)
    found: list[Fractal] = []
    for index in np.flatnonzero(ups | downs).tolist():
        if ups[index]:
            found.append(Fractal(index, "up", float(bars.high[index])))
        if downs[index]:
            found.append(Fractal(index, "down", float(bars.low[index])))
    return found


def tops(values: Floats) -> NDArray[np.bool_]:
    """Where a value passes the two after it and is not passed by the two before it.

    Strict only to the right, so that of a plateau the last candle counts, as in MetaTrader.
    """
    count = len(values) - LEFT - RIGHT
    marked = np.zeros(len(values), dtype=np.bool_)
    if count <= 0:
        return marked
    middle = values[LEFT : LEFT + count]
    holds = np.ones(count, dtype=np.bool_)
    for step in range(1, LEFT + 1):
        holds &= middle >= values[LEFT - step : LEFT - step + count]
    for step in range(1, RIGHT + 1):
        holds &= middle > values[LEFT + step : LEFT + step + count]
    marked[LEFT : LEFT + count] = holds
    return marked
