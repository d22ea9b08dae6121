"""Prices the market turned at more than once. Knows a level's whole past, and never rewrites it."""

from dataclasses import dataclass, field
from statistics import median
from typing import Literal, NamedTuple

from saas_app.market.indicators.fractals import Fractal

Side = Literal["resistance", "support"]
State = Literal["active", "flipped", "broken", "expired"]

BREAK = 0.25  # of ATR beyond the level, at the close
NEAR = 0.25  # of ATR: the same level
APART = 3  # candles between two touches of one level
LIFE = 500  # candles without a touch
HALF_LIFE = 200  # candles after which a touch counts half

_SIDE: dict[str, Side] = {"up": "resistance", "down": "support"}
_OTHER: dict[Side, Side] = {"resistance": "support", "support": "resistance"}


class Touch(NamedTuple):
    bar: int
    price: float


class Version(NamedTuple):
    """From the close of candle `valid_from` on, the level lay at `price`."""

    valid_from: int
    price: float


@dataclass(slots=True)
class Level:
    born: Side
    side: Side
    touches: list[Touch]
    versions: list[Version]
    state: State = "active"
    ended: int | None = None  # the candle whose close broke or expired it

    @property
    def key(self) -> tuple[Side, int]:
        """Who it is, for ever: what kind of fractal began it, and on which candle."""
        return self.born, self.touches[0].bar

    @property
    def price(self) -> float:
        return self.versions[-1].price

    @property
    def alive(self) -> bool:
        return self.ended is None

    def price_at(self, index: int) -> float | None:
        """Where it lay at the close of that candle; None before it was known."""
        known = [version.price for version in self.versions if version.valid_from <= index]
        return known[-1] if known else None

    def strength(self, now: int) -> float:
        return sum(2.0 ** (-(now - touch.bar) / HALF_LIFE) for touch in self.touches)


class Event(NamedTuple):
    bar: int
    what: Literal["born", "touch", "flip", "break", "expire"]
    key: tuple[Side, int]
    price: float


@dataclass(slots=True)
class Levels:
    """Fed one closed candle at a time; what a longer history adds never changes what was said."""

    tick: float
    alive: list[Level] = field(default_factory=list[Level])
    events: list[Event] = field(default_factory=list[Event])

    def step(self, index: int, close: float, atr: float, confirmed: list[Fractal]) -> None:
        """The close of candle `index`: breaks first, then the fractals it confirms, then old age."""
        for level in self.alive:
            self._test(level, index, close, BREAK * atr)
        self.alive = [level for level in self.alive if level.alive]
        self._take(index, confirmed, max(NEAR * atr, 2.0 * self.tick))
        for level in self.alive:
            if index - level.touches[-1].bar > LIFE:
                level.state, level.ended = "expired", index
                self._tell(index, "expire", level)
        self.alive = [level for level in self.alive if level.alive]

    def _test(self, level: Level, index: int, close: float, margin: float) -> None:
        beyond = close - level.price if level.side == "resistance" else level.price - close
        if beyond <= margin:
            return
        if level.state == "flipped":
            level.state, level.ended = "broken", index
            self._tell(index, "break", level)
        else:
            # Broken once, a resistance tends to hold from above: it changes its role.
            level.side, level.state = _OTHER[level.side], "flipped"
            self._tell(index, "flip", level)

    def _take(self, index: int, confirmed: list[Fractal], near: float) -> None:
        """Match every fractal against the levels as they were, so that none goes before another."""
        matched = [(fractal, self._nearest(fractal, near)) for fractal in confirmed]
        for fractal, level in matched:
            if level is None:
                self._bear(index, fractal)
                continue
            rivals = [f.price for f, other in matched if other is level]
            closest = min(abs(price - level.price) for price in rivals)
            if abs(fractal.price - level.price) == closest:
                self._touch(level, index, fractal)

    def _nearest(self, fractal: Fractal, near: float) -> Level | None:
        """The closest level; of equals the more touched, the older, the one of the fractal's side."""
        side = _SIDE[fractal.direction]
        within = [level for level in self.alive if abs(level.price - fractal.price) <= near]
        return min(
            within,
            key=lambda level: (
                abs(level.price - fractal.price),
                -len(level.touches),
                level.touches[0].bar,
                level.side != side,
            ),
            default=None,
        )

    def _bear(self, index: int, fractal: Fractal) -> None:
        side = _SIDE[fractal.direction]
        level = Level(
            born=side,
            side=side,
            touches=[Touch(fractal.bar, fractal.price)],
            versions=[Version(index, fractal.price)],
        )
        self.alive.append(level)
        self._tell(index, "born", level)

    def _touch(self, level: Level, index: int, fractal: Fractal) -> None:
        if fractal.bar - level.touches[-1].bar < APART:
            return
        level.touches.append(Touch(fractal.bar, fractal.price))
        level.versions.append(Version(index, median(touch.price for touch in level.touches)))
        self._tell(index, "touch", level)

    def _tell(
        self, index: int, what: Literal["born", "touch", "flip", "break", "expire"], level: Level
    ) -> None:
        self.events.append(Event(index, what, level.key, level.price))


def shown(levels: list[Level], *, index: int, close: float, per_side: int = 3) -> list[Level]:
    """The strongest of each side that were touched twice, and the nearest above and below."""
    proven = [level for level in levels if len(level.touches) >= 2]
    chosen: dict[tuple[Side, int], Level] = {}
    for side in _OTHER:
        strongest = sorted(
            (level for level in proven if level.side == side),
            key=lambda level: -level.strength(index),
        )
        chosen.update((level.key, level) for level in strongest[:per_side])
    above = min((v for v in proven if v.price >= close), key=lambda v: v.price, default=None)
    below = max((v for v in proven if v.price < close), key=lambda v: v.price, default=None)
    chosen.update((level.key, level) for level in (above, below) if level)
    return sorted(chosen.values(), key=lambda level: level.price)
