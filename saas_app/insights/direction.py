"""Whether anything can be said about up or down. Mostly nothing can, and then that is what is said.

A signal is given only where forecasts walked through the past beat the base rate by more than chance
would: the lower bound of the Brier skill must lie above zero.
"""

from dataclasses import dataclass

import numpy as np

from saas_app.insights import past
from saas_app.market.bars import Bars, Floats, Ints
from saas_app.market.indicators import atr, oscillators

LEARNING = 300
LEAST_SCORED = 300
_AGAIN = 50
_PENALTY = 200.0
_STEPS = 6
_DRAWS = 1000
# A product with a hundred and thirty-five charts would find "an edge" on three or four of them at
# the usual 95 per cent by luck alone.
_BOUND = 0.005
_BINS = 5
_LAGS = (1, 2, 3, 6, 12, 24)
_WARM = 30
_NO_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Of the forecasts around `said`, how many came true."""

    said: float
    came: float
    n: int


@dataclass(frozen=True, slots=True)
class Direction:
    """`up` is the probability that the close lies higher after `horizon` candles; None without an edge."""

    horizon: int
    up: float | None
    base_rate: float
    brier: float
    base_brier: float
    skill: float
    skill_at_least: float
    n: int
    since: int
    until: int
    fitted_at: int
    calibration: tuple[Calibrated, ...]

    @property
    def edge(self) -> bool:
        return self.skill_at_least > 0.0


def of(bars: Bars, horizon: int) -> Direction | None:
    """None until enough forecasts can be held against what came, or where there is nothing to beat."""
    came = _came(bars, horizon)
    said, base, fitted = _walked(_facts(bars), came, horizon)
    scored = np.flatnonzero(~np.isnan(said) & ~np.isnan(came))
    if len(scored) < LEAST_SCORED:
        return None
    mine, usual = (said - came)[scored] ** 2, (base - came)[scored] ** 2
    if usual.mean() < _NO_ERROR:
        return None
    bound = _least_skill(mine, usual, horizon)
    return Direction(
        horizon=horizon,
        up=float(said[-1]) if bound > 0.0 else None,
        base_rate=float(came[scored].mean()),
        brier=float(mine.mean()),
        base_brier=float(usual.mean()),
        skill=float(1.0 - mine.mean() / usual.mean()),
        skill_at_least=bound,
        n=len(scored),
        since=int(bars.time[scored[0]]),
        until=int(bars.time[scored[-1]]),
        fitted_at=int(bars.time[fitted[-1]]),
        calibration=_calibration(said[scored], came[scored]),
    )


def _came(bars: Bars, horizon: int) -> Floats:
    found = np.full(len(bars), np.nan)
    found[:-horizon] = (bars.close[horizon:] > bars.close[:-horizon]).astype(np.float64)
    return found


def _facts(bars: Bars) -> Floats:
    """Free of the price's scale, so that a market quoted in cents is judged alike."""
    logs = np.log(bars.close)
    size = np.sqrt(past.average(past.variance(bars.high, bars.low), 24))
    moves = [_move(logs, lag) / (size * np.sqrt(lag)) for lag in _LAGS]
    spans = np.maximum(atr.wilder(bars) / bars.close, past.LEAST_RANGE)
    average = past.average(bars.close, 20)
    volume = np.log(np.maximum(bars.volume.astype(np.float64), 1.0))
    hour = 2.0 * np.pi * (bars.time // 3600 % 24) / 24.0
    columns = [
        *moves,
        oscillators.rsi(bars) / 100.0 - 0.5,
        (bars.close / average - 1.0) / spans,
        volume - past.average(volume, 24),
        np.log(size / np.sqrt(past.average(past.variance(bars.high, bars.low), 6))),
        np.sin(hour),
        np.cos(hour),
    ]
    return np.nan_to_num(np.column_stack(columns), nan=0.0, posinf=0.0, neginf=0.0)


def _move(logs: Floats, lag: int) -> Floats:
    found = np.zeros(len(logs))
    found[lag:] = logs[lag:] - logs[:-lag]
    return found


def _walked(facts: Floats, came: Floats, horizon: int) -> tuple[Floats, Floats, Ints]:
    count = len(came)
    said, base = np.full(count, np.nan), np.full(count, np.nan)
    fitted = np.zeros(count, dtype=np.int64)
    for start in range(LEARNING, count, _AGAIN):
        known = slice(_WARM, start - horizon + 1)
        block = slice(start, min(start + _AGAIN, count))
        said[block] = _logistic(facts[known], came[known], facts[block])
        base[block] = came[known].mean()
        fitted[block] = start
    return said, base, fitted


def _logistic(past_facts: Floats, came: Floats, now: Floats) -> Floats:
    """A few Newton steps with a penalty: the problem is convex and small."""
    middle, spread = past_facts.mean(axis=0), past_facts.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    inputs = np.column_stack([np.ones(len(came)), (past_facts - middle) / spread])
    penalty = np.full(inputs.shape[1], _PENALTY)
    penalty[0] = 1e-6
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        likely = _squash(inputs @ weights)
        slope = inputs.T @ (likely - came) + penalty * weights
        bend = (inputs * (likely * (1.0 - likely))[:, None]).T @ inputs + np.diag(penalty)
        weights -= np.linalg.solve(bend, slope)
    return _squash(np.column_stack([np.ones(len(now)), (now - middle) / spread]) @ weights)


def _squash(values: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))


def _least_skill(mine: Floats, usual: Floats, horizon: int) -> float:
    """The lower bound by drawing whole stretches again: forecasts that overlap are no independent witnesses."""
    count = len(mine)
    length = max(4 * horizon, round(count ** (1 / 3)))
    blocks = -(-count // length)
    starts = np.random.Generator(np.random.PCG64(count)).integers(0, count, (_DRAWS, blocks))
    sums = [_stretches(errors, length)[starts].sum(axis=1) for errors in (mine, usual)]
    return float(np.quantile(1.0 - sums[0] / np.maximum(sums[1], _NO_ERROR), _BOUND))


def _stretches(errors: Floats, length: int) -> Floats:
    """The sum of each stretch, which goes on at the beginning where it meets the end."""
    running = np.concatenate([[0.0], np.cumsum(np.concatenate([errors, errors[: length - 1]]))])
    return running[length:] - running[:-length]


def _calibration(said: Floats, came: Floats) -> tuple[Calibrated, ...]:
    parts = np.array_split(np.argsort(said, kind="stable"), _BINS)
    return tuple(
        Calibrated(float(said[part].mean()), float(came[part].mean()), len(part)) for part in parts
    )
