"""A linear forecast walked forward: each candle is judged by a model that had seen only what was over by then.

The band is conformal: what the forecast missed by lately is added to it, so it covers what it says it
covers whether or not the model is any good.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from saas_app.market.bars import Floats, Ints

COVERED = 0.8
LEARNING = 250  # candles before the first forecast
_AGAIN = 25  # candles between two fits
_REMEMBERED = 400  # misses a band is made of
_LEAST_MISSES = 60
_PENALTY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A value for each candle, NaN where there was none yet.

    `usual` is the mean of all that was over by then: the forecast of somebody who looks at nothing.
    `fitted` is the number of the candle at which the model was made, `missed` what came less what
    the model said.
    """

    low: Floats
    expected: Floats
    high: Floats
    outcome: Floats
    usual: Floats
    missed: Floats
    fitted: Ints

    @property
    def scored(self) -> np.ndarray:
        """The numbers of the candles whose band can be held against what came."""
        return np.flatnonzero(~np.isnan(self.low) & ~np.isnan(self.outcome))


def forward(known: Floats, outcome: Floats, horizon: int) -> Walk:
    """`outcome[t]` is over `horizon` candles after t; nothing that happens at t knows of it."""
    count = len(outcome)
    said = np.full(count, np.nan)
    usual = np.full(count, np.nan)
    fitted = np.zeros(count, dtype=np.int64)
    for start in range(LEARNING, count, _AGAIN):
        past = start - horizon + 1
        block = slice(start, min(start + _AGAIN, count))
        said[block] = _ridge(known[:past], outcome[:past], known[block])
        usual[block] = outcome[:past].mean()
        fitted[block] = start
    missed = outcome - said
    low, middle, high = _bands(missed, horizon)
    return Walk(said + low, said + middle, said + high, outcome, usual, missed, fitted)


def rank(misses: Floats) -> float | None:
    """The share of the misses before it that the last one exceeds; None while there are too few."""
    known = misses[~np.isnan(misses)][-_REMEMBERED - 1 :]
    if len(known) <= _LEAST_MISSES:
        return None
    return float(np.mean(known[:-1] < known[-1]))


def _ridge(past: Floats, outcome: Floats, now: Floats) -> Floats:
    middle, level = past.mean(axis=0), outcome.mean()
    centred = past - middle
    gram = centred.T @ centred + _PENALTY * np.eye(past.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (outcome - level))
    return level + (now - middle) @ weights


def _bands(missed: Floats, horizon: int) -> tuple[Floats, Floats, Floats]:
    """The lower, the middle and the upper of the misses that were known at each candle."""
    count = len(missed)
    known = np.concatenate([np.full(_REMEMBERED + horizon - 1, np.nan), missed])[: -horizon or None]
    ordered = np.sort(sliding_window_view(known, _REMEMBERED), axis=1)[:count]  # NaN goes last
    there = np.count_nonzero(~np.isnan(ordered), axis=1)
    tail = (1.0 - COVERED) / 2.0
    places = (
        np.floor((there + 1) * tail) - 1,
        there // 2,
        np.ceil((there + 1) * (1.0 - tail)) - 1,
    )
    low, middle, high = (
        np.where(
            there >= _LEAST_MISSES,
            np.take_along_axis(ordered, np.clip(place, 0, None).astype(np.int64)[:, None], axis=1)[
                :, 0
            ],
            np.nan,
        )
        for place in places
    )
    return low, middle, high
