"""Every pair of recent fractals that makes an envelope: nothing confirmed since lies beyond it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saas_app.market.bars import Floats
from saas_app.market.indicators.fractals import Fractal

KEEP = 20  # fractals of a side that are looked at
WINDOW = 300  # candles back to which they are looked at
APART = 10  # candles between the two of a pair
NEAR = 0.25  # of ATR: a touch
BREAK = 0.25  # of ATR beyond the line, at the close


@dataclass(frozen=True, slots=True)
class Candidate:
    start: Fractal
    end: Fractal
    touches: tuple[int, ...]
    misses: tuple[float, ...]  # each touch's distance from the line, in ATR
    rank: float


def candidates(
    fractals: Sequence[Fractal], sign: int, closes: Floats, *, index: int, atr: float
) -> list[Candidate]:
    """Best first, at the close of candle `index`. `sign` is 1 for resistances, -1 for supports.

    The tightest envelope over points passes through two of them, so pairs are enough.
    """
    if len(fractals) < 2:
        return []
    x = np.array([fractal.bar for fractal in fractals], dtype=np.int64)
    y = sign * np.array([fractal.price for fractal in fractals], dtype=np.float64)
    first, second = np.triu_indices(len(fractals), 1)
    apart = x[second] - x[first] >= APART
    first, second = first[apart], second[apart]
    slope = (y[second] - y[first]) / (x[second] - x[first])
    above = y - (y[first, None] + slope[:, None] * (x - x[first, None]))
    since = x >= x[first, None]
    fits = ~np.any(since & (above > NEAR * atr), axis=1)
    found: list[Candidate] = []
    for pair in np.flatnonzero(fits).tolist():
        start, end = fractals[int(first[pair])], fractals[int(second[pair])]
        line = sign * start.price + slope[pair] * np.arange(index + 1 - start.bar)
        if np.any(sign * closes[start.bar : index + 1] - line > BREAK * atr):
            continue
        touching = since[pair] & (np.abs(above[pair]) <= NEAR * atr)
        touches = tuple(x[touching].tolist())
        misses = tuple((np.abs(above[pair][touching]) / atr).tolist())
        rank = score(touches, misses, length=end.bar - start.bar, now=index)
        found.append(Candidate(start, end, touches, misses, rank))
    return sorted(found, key=lambda one: (-one.rank, one.start.bar, one.end.bar))


def score(touches: Sequence[int], misses: Sequence[float], *, length: int, now: int) -> float:
    """More touches and a longer base are better; loose touches and long silence are worse."""
    loose = 2.0 * sum(misses) / len(misses)
    return len(touches) + math.log1p(length / 20) - loose - (now - touches[-1]) / 200
