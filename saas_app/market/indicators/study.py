"""Runs fractals, levels and lines over closed candles, whole or one more at a time, with one result."""

from dataclasses import dataclass, field

import numpy as np

from saas_app.market.bars import Bars, joined
from saas_app.market.indicators import atr, fractals, horizontal
from saas_app.market.indicators.fractals import Fractal
from saas_app.market.indicators.later import LaterLines


@dataclass(slots=True)
class Study:
    """What is known at the close of the last candle fed. Feeding in parts or at once is the same."""

    tick: float
    bars: Bars
    levels: horizontal.Levels
    lines: LaterLines
    fractals: list[Fractal] = field(default_factory=list[Fractal])

    @property
    def last(self) -> int:
        return len(self.bars) - 1

    def time(self, bar: int) -> int:
        """When that candle opened, in Unix seconds."""
        return int(self.bars.time[bar])


def begin(bars: Bars, tick: float) -> Study:
    study = Study(tick, bars[:0], horizontal.Levels(tick), LaterLines())
    feed(study, bars)
    return study


def feed(study: Study, more: Bars) -> None:
    """Take the candles that follow those already seen."""
    seen = len(study.bars)
    study.bars = joined([study.bars, more])
    ranges = atr.wilder(study.bars)
    # A fractal reaches two candles to each side, so only the last few can be new.
    overlap = max(0, seen - fractals.LEFT - 2 * fractals.RIGHT)
    found = [
        f._replace(bar=f.bar + overlap)
        for f in fractals.find(study.bars[overlap:])
        if f.bar + overlap + fractals.RIGHT >= seen
    ]
    study.fractals.extend(found)
    by_close: dict[int, list[Fractal]] = {}
    for fractal in found:
        by_close.setdefault(fractal.confirmed, []).append(fractal)
    for index in range(seen, len(study.bars)):
        span = float(ranges[index])
        # Without a yardstick (the first candles, or a market that has not moved) nothing is near.
        if np.isnan(span) or span <= 0.0:
            continue
        confirmed = by_close.get(index, [])
        study.levels.step(index, float(study.bars.close[index]), span, confirmed)
        study.lines.step(index, study.bars.close, span, confirmed)
