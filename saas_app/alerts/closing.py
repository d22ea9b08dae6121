"""Conditions on closed candles: one table of what each kind asks of a candle. Pure; no candle sees a later one."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from saas_app.alerts.conditions import Figures, Kind, number
from saas_app.market.bars import Bars, Floats
from saas_app.market.indicators import atr, diagonal, horizontal, oscillators
from saas_app.market.indicators.study import Study

Facts: TypeAlias = dict[str, float | str]


@dataclass(slots=True)
class Seen:
    """The candles of one market on one timeframe with everything that was worked out from them, once."""

    study: Study
    _kept: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def bars(self) -> Bars:
        return self.study.bars

    def of(self, name: str, make: Callable[[Bars], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = make(self.bars)
        return self._kept[name]

    def level_events(self) -> dict[int, list[horizontal.Event]]:
        return self.of("level_events", lambda _: _by_bar(self.study.levels.events))

    def line_events(self) -> dict[int, list[diagonal.Event]]:
        return self.of("line_events", lambda _: _by_bar(self.study.lines.events))

    def touches(self) -> dict[tuple[tuple[horizontal.Side, int], int], int]:
        """How often a level had been touched when that candle closed, by level and candle of change."""
        return self.of("touches", lambda _: _touch_counts(self.study.levels.events))


def fires(kind: Kind, figures: Figures, seen: Seen, index: int) -> Facts | None:
    """The facts of why this candle fires the condition, or None. Raises KeyError for one judged on ticks."""
    return _ASKED[kind](figures, seen, index)


def _moves(figures: Figures, seen: Seen, index: int) -> Facts | None:
    bars = int(number(figures, "bars"))
    if index < bars:
        return None
    before, now = float(seen.bars.close[index - bars]), float(seen.bars.close[index])
    percent = (now / before - 1) * 100
    wanted = figures["direction"] in {"any", "up" if percent > 0 else "down"}
    if not wanted or abs(percent) < number(figures, "percent"):
        return None
    return {"percent": round(percent, 2), "bars": bars, "before": before}


def _volume(figures: Figures, seen: Seen, index: int) -> Facts | None:
    usual = float(seen.of("volume", oscillators.usual_volume)[index])
    volume = float(seen.bars.volume[index])
    if not usual > 0 or volume < number(figures, "minimum"):
        return None
    multiple = volume / usual
    if multiple < number(figures, "multiple"):
        return None
    return {"volume": volume, "usual": round(usual), "multiple": round(multiple, 2)}


def _fractal(figures: Figures, seen: Seen, index: int) -> Facts | None:
    wanted = figures["direction"]
    found = seen.of("fractals", lambda _: _confirmed(seen.study))
    for fractal in found.get(index, []):
        if wanted in {"any", fractal.direction}:
            return {"direction": fractal.direction, "level": fractal.price}
    return None


def _near_level(figures: Figures, seen: Seen, index: int) -> Facts | None:
    """From further away than the distance into it; levels as they were known at that close."""
    if index == 0:
        return None
    span = float(seen.of("atr", atr.wilder)[index])
    if math.isnan(span):
        return None
    reach = number(figures, "distance") * span
    close, before = float(seen.bars.close[index]), float(seen.bars.close[index - 1])
    for level in seen.of(f"known{index}", lambda _: _known(seen, index)):
        price, side, touches = level
        if touches < number(figures, "touches") or figures["side"] not in {"any", side}:
            continue
        if abs(close - price) <= reach < abs(before - price):
            return {"level": price, "side": side, "touches": touches, "atr": round(span, 8)}
    return None


def _level(what: frozenset[str]) -> "Asked":
    def asked(figures: Figures, seen: Seen, index: int) -> Facts | None:
        counts = seen.touches()
        for event in seen.level_events().get(index, []):
            side = event.key[0]
            touches = counts[event.key, index]
            if event.what not in what or figures["side"] not in {"any", side}:
                continue
            if touches >= number(figures, "touches"):
                return {"level": event.price, "side": side, "touches": touches}
        return None

    return asked


def _line(what: frozenset[str]) -> "Asked":
    def asked(figures: Figures, seen: Seen, index: int) -> Facts | None:
        for event in seen.line_events().get(index, []):
            side, start, end = event.key
            if event.what not in what or figures["side"] not in {"any", side}:
                continue
            return {"side": side, "from": seen.study.time(start), "through": seen.study.time(end)}
        return None

    return asked


def _rsi(figures: Figures, seen: Seen, index: int) -> Facts | None:
    values = seen.of("rsi", oscillators.rsi)
    level = number(figures, "level")
    way = _crossed(values - level, index)
    if way is None or figures["direction"] not in {"any", way}:
        return None
    return {"rsi": round(float(values[index]), 1), "level": level, "direction": way}


def _macd(figures: Figures, seen: Seen, index: int) -> Facts | None:
    line, signal, gap = seen.of("macd", oscillators.macd)
    way = _crossed(gap, index)
    if way is None or figures["direction"] not in {"any", way}:
        return None
    return {"macd": float(line[index]), "signal": float(signal[index]), "direction": way}


def _averages(figures: Figures, seen: Seen, index: int) -> Facts | None:
    fast, slow = int(number(figures, "fast")), int(number(figures, "slow"))
    quick = seen.of(f"sma{fast}", lambda bars: oscillators.sma(bars, fast))
    calm = seen.of(f"sma{slow}", lambda bars: oscillators.sma(bars, slow))
    way = _crossed(quick - calm, index)
    if way is None or figures["direction"] not in {"any", way}:
        return None
    return {"fast": float(quick[index]), "slow": float(calm[index]), "direction": way}


def _crossed(gap: Floats, index: int) -> str | None:
    """Which way the gap changed its sign at this candle; nought belongs to neither side."""
    if index == 0 or math.isnan(float(gap[index - 1])) or math.isnan(float(gap[index])):
        return None
    now = float(gap[index])
    earlier = gap[:index]
    told = np.flatnonzero(~np.isnan(earlier) & (earlier != 0))
    if now == 0 or len(told) == 0:
        return None
    before = float(earlier[told[-1]])
    if before < 0 < now:
        return "up"
    return "down" if now < 0 < before else None


def _known(seen: Seen, index: int) -> list[tuple[float, str, int]]:
    """The levels that stood at the close of this candle, from what was told until then."""
    standing: dict[tuple[horizontal.Side, int], tuple[float, str, int]] = {}
    for event in seen.study.levels.events:
        if event.bar > index:
            break
        price, side, touches = standing.get(event.key, (event.price, event.key[0], 0))
        if event.what in {"break", "expire"}:
            standing.pop(event.key, None)
        elif event.what == "flip":
            other = "support" if side == "resistance" else "resistance"
            standing[event.key] = (price, other, touches)
        else:
            standing[event.key] = (event.price, side, touches + 1)
    return list(standing.values())


def _touch_counts(
    events: list[horizontal.Event],
) -> dict[tuple[tuple[horizontal.Side, int], int], int]:
    counts: dict[tuple[horizontal.Side, int], int] = {}
    found: dict[tuple[tuple[horizontal.Side, int], int], int] = {}
    for event in events:
        if event.what in {"born", "touch"}:
            counts[event.key] = counts.get(event.key, 0) + 1
        found[event.key, event.bar] = counts.get(event.key, 0)
    return found


def _confirmed(study: Study) -> dict[int, list[Any]]:
    by_bar: dict[int, list[Any]] = {}
    for fractal in study.fractals:
        by_bar.setdefault(fractal.confirmed, []).append(fractal)
    return by_bar


def _by_bar(events: list[Any]) -> dict[int, list[Any]]:
    by_bar: dict[int, list[Any]] = {}
    for event in events:
        by_bar.setdefault(event.bar, []).append(event)
    return by_bar


Asked: TypeAlias = Callable[[Figures, Seen, int], Facts | None]

_ASKED: Mapping[Kind, Asked] = {
    Kind.MOVES: _moves,
    Kind.VOLUME: _volume,
    Kind.FRACTAL: _fractal,
    Kind.NEAR_LEVEL: _near_level,
    Kind.LEVEL_TOUCH: _level(frozenset({"touch"})),
    Kind.LEVEL_BREAK: _level(frozenset({"flip", "break"})),
    Kind.LINE_TOUCH: _line(frozenset({"touch"})),
    Kind.LINE_BREAK: _line(frozenset({"broken"})),
    Kind.LINE_RETEST: _line(frozenset({"retested"})),
    Kind.RSI_CROSSES: _rsi,
    Kind.MACD_CROSSES: _macd,
    Kind.AVERAGES_CROSS: _averages,
}
