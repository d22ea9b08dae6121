"""How lively a market is by its own standards: its usual range today beside that of the months before."""

from enum import StrEnum

import numpy as np

from saas_app.market.bars import Bars, Floats

WINDOW = 250  # candles it is compared with
LEAST = 50  # of them, or nothing is said
CALM, HIGH = 0.25, 0.75


class Regime(StrEnum):
    CALM = "calm"
    NORMAL = "normal"
    HIGH = "high"


def of(bars: Bars, ranges: Floats) -> Regime | None:
    """By the rank of the last average true range, as a share of its close, among the last 250.

    Calm is the lowest quarter, high the highest; None until there are fifty to rank it among.
    """
    relative = (ranges / bars.close)[-WINDOW:]
    known = relative[~np.isnan(relative)]
    if len(known) < LEAST:
        return None
    rank = float(np.mean(known < known[-1]))
    return Regime.CALM if rank < CALM else Regime.HIGH if rank >= HIGH else Regime.NORMAL
