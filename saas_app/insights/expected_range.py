"""How far a market is expected to go over the next candles, with a band that has been held against what came."""

from dataclasses import dataclass

import numpy as np

from saas_app.insights import past, walk
from saas_app.insights.walk import Walk
from saas_app.market.bars import Bars

_DAILY = 86400
_DRAWN = 60  # forecasts of the past on the picture


@dataclass(frozen=True, slots=True)
class Judged:
    """A forecast of the past beside what came; all as a distance from low to high."""

    at: int
    low: float
    expected: float
    high: float
    came: float


@dataclass(frozen=True, slots=True)
class ExpectedRange:
    """Over the next `horizon` candles, in money. `skill` is the error saved against the usual range.

    `covered` is the share of the `n` forecasts from `since` to `until` whose band held what came.
    """

    horizon: int
    low: float
    expected: float
    high: float
    promised: float
    covered: float
    skill: float
    n: int
    since: int
    until: int
    fitted_at: int
    judged: tuple[Judged, ...]


def horizon_of(seconds: int) -> int:
    """Six candles, or a week of days."""
    return 5 if seconds >= _DAILY else 6


def of(bars: Bars, horizon: int) -> ExpectedRange | None:
    """None until enough forecasts can be held against what came."""
    if len(bars) <= walk.LEARNING:
        return None
    walked = walk.forward(past.by_ranges(bars), past.next_log_variance(bars, horizon), horizon)
    scored = walked.scored
    if len(scored) == 0 or np.isnan(walked.low[-1]):
        return None
    inside = (walked.low <= walked.outcome) & (walked.outcome <= walked.high)
    close = float(bars.close[-1])
    return ExpectedRange(
        horizon=horizon,
        low=float(past.range_of(walked.low[-1], close)),
        expected=float(past.range_of(walked.expected[-1], close)),
        high=float(past.range_of(walked.high[-1], close)),
        promised=walk.COVERED,
        covered=float(np.mean(inside[scored])),
        skill=_skill(walked, scored),
        n=len(scored),
        since=int(bars.time[scored[0]]),
        until=int(bars.time[scored[-1]]),
        fitted_at=int(bars.time[walked.fitted[-1]]),
        judged=tuple(_judged(bars, walked, int(at)) for at in scored[-_DRAWN:]),
    )


def _skill(walked: Walk, scored: np.ndarray) -> float:
    said = np.mean((walked.expected - walked.outcome)[scored] ** 2)
    usual = np.mean((walked.usual - walked.outcome)[scored] ** 2)
    return float(1.0 - said / usual) if usual > 0 else 0.0


def _judged(bars: Bars, walked: Walk, at: int) -> Judged:
    close = float(bars.close[at])
    lines = (walked.low, walked.expected, walked.high, walked.outcome)
    low, expected, high, came = (float(past.range_of(line[at], close)) for line in lines)
    return Judged(int(bars.time[at]), low, expected, high, came)
