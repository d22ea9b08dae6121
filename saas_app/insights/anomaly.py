"""How unusual the last candle was, given the hour and the candles before it."""

from dataclasses import dataclass

import numpy as np

from saas_app.insights import past, walk
from saas_app.market.bars import Bars, Floats

UNUSUAL = 0.98


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Each score is the share of earlier candles that surprised less; None where it cannot be said."""

    at: int
    range_score: float | None
    volume_score: float | None
    n: int

    @property
    def unusual(self) -> bool:
        return any((score or 0.0) >= UNUSUAL for score in (self.range_score, self.volume_score))


def of(bars: Bars) -> Anomaly | None:
    """None until there is something to compare the last candle with."""
    if len(bars) <= walk.LEARNING:
        return None
    misses = _misses(past.by_ranges(bars), past.next_log_variance(bars, 1))
    ranged = walk.rank(misses)
    if ranged is None:
        return None
    traded = None
    if len(np.unique(bars.volume[-walk.LEARNING :])) > 1:
        traded = walk.rank(_misses(past.by_volumes(bars), past.next_log_volume(bars)))
    return Anomaly(int(bars.time[-1]), ranged, traded, int(np.count_nonzero(~np.isnan(misses))) - 1)


def _misses(known: Floats, outcome: Floats) -> Floats:
    return walk.forward(known, outcome, 1).missed
