"""Sloping lines through two fractals that no later one has passed. A published line is never refitted."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from saas_app.market.bars import Floats
from saas_app.market.indicators.candidates import (
    BREAK,
    KEEP,
    NEAR,
    WINDOW,
    Candidate,
    candidates,
    score,
)
from saas_app.market.indicators.fractals import Fractal

Side = Literal["resistance", "support"]
State = Literal["tentative", "confirmed", "broken", "retested", "displaced", "expired"]

SLOTS = 2  # lines per side
BETTER_BY = 1.0  # points a newcomer needs over the line it replaces
LIFE = 300  # candles without a touch
RETEST = 20  # candles after a break in which a return counts
SOLID = 3  # touches that confirm a line

_SIGN: dict[Side, int] = {"resistance": 1, "support": -1}
_SIDE: dict[str, Side] = {"up": "resistance", "down": "support"}


@dataclass(slots=True)
class Line:
    """Price is a straight function of the candle's number: weekends take no room on a chart."""

    side: Side
    start: Fractal
    end: Fractal
    valid_from: int  # the candle at whose close it was first drawn
    touches: list[int]
    misses: list[float]  # each touch's distance from the line, in ATR of its time
    state: State = "tentative"
    ended: int | None = None

    @property
    def key(self) -> tuple[Side, int, int]:
        return self.side, self.start.bar, self.end.bar

    @property
    def slope(self) -> float:
        return (self.end.price - self.start.price) / (self.end.bar - self.start.bar)

    def at(self, index: int) -> float:
        return self.start.price + self.slope * (index - self.start.bar)

    def score(self, now: int) -> float:
        length = self.end.bar - self.start.bar
        return score(self.touches, self.misses, length=length, now=now)


class Event(NamedTuple):
    bar: int
    what: State | Literal["touch"]
    key: tuple[Side, int, int]


@dataclass(slots=True)
class Lines:
    """Fed one closed candle at a time, like the levels."""

    drawn: list[Line] = field(default_factory=list[Line])
    past: list[Line] = field(default_factory=list[Line])  # broken, and watched for a retest
    events: list[Event] = field(default_factory=list[Event])
    _fractals: dict[Side, list[Fractal]] = field(
        default_factory=lambda: {"resistance": [], "support": []}
    )

    def step(self, index: int, closes: Floats, atr: float, confirmed: list[Fractal]) -> None:
        """The close of candle `index`, the last of `closes`; `closes` begins with candle 0."""
        close = float(closes[index])
        changed = {side for side in _SIGN if self._break(side, index, close, atr)}
        self._retest(index, close, atr)
        for fractal in confirmed:
            side = _SIDE[fractal.direction]
            self._touch(side, fractal, atr)
            recent = [f for f in self._fractals[side] if f.bar >= index - WINDOW]
            self._fractals[side] = [*recent, fractal][-KEEP:]
            changed.add(side)
        for side in _SIGN:
            if side in changed:
                self._publish(side, index, closes, atr)

    def _break(self, side: Side, index: int, close: float, atr: float) -> bool:
        ended = False
        for line in [line for line in self.drawn if line.side == side]:
            if index > line.valid_from and _SIGN[side] * (close - line.at(index)) > BREAK * atr:
                self._end(line, "broken", index)
                self.past.append(line)
                ended = True
            elif index - line.touches[-1] > LIFE:
                self._end(line, "expired", index)
                ended = True
        return ended

    def _retest(self, index: int, close: float, atr: float) -> None:
        for line in self.past:
            back = abs(close - line.at(index)) <= NEAR * atr
            if line.state == "broken" and back and line.ended != index:
                line.state = "retested"
                self.events.append(Event(index, "retested", line.key))
        self.past = [
            line for line in self.past if line.ended is None or index - line.ended < RETEST
        ]

    def _touch(self, side: Side, fractal: Fractal, atr: float) -> None:
        for line in self.drawn:
            miss = abs(fractal.price - line.at(fractal.bar))
            if line.side != side or fractal.bar <= line.touches[-1] or miss > NEAR * atr:
                continue
            line.touches.append(fractal.bar)
            line.misses.append(miss / atr)
            self.events.append(Event(fractal.confirmed, "touch", line.key))
            if line.state == "tentative" and len(line.touches) >= SOLID:
                line.state = "confirmed"
                self.events.append(Event(fractal.confirmed, "confirmed", line.key))

    def _publish(self, side: Side, index: int, closes: Floats, atr: float) -> None:
        """Fill the side's free places with the best candidates; take a place only by much."""
        for found in candidates(self._fractals[side], _SIGN[side], closes, index=index, atr=atr):
            line = _line(side, found, index)
            drawn = [other for other in self.drawn if other.side == side]
            if any(_alike(line, other, index, NEAR * atr) for other in drawn):
                continue
            if len(drawn) >= SLOTS:
                worst = min(drawn, key=lambda other: other.score(index))
                if line.score(index) < worst.score(index) + BETTER_BY:
                    return
                self._end(worst, "displaced", index)
            self.drawn.append(line)
            self.events.append(Event(index, line.state, line.key))

    def _end(self, line: Line, state: State, index: int) -> None:
        line.state, line.ended = state, index
        self.drawn = [other for other in self.drawn if other is not line]
        self.events.append(Event(index, state, line.key))


def _line(side: Side, found: Candidate, index: int) -> Line:
    return Line(
        side=side,
        start=found.start,
        end=found.end,
        # Not the end's confirmation: a pair may earn its place later, and a line that claims
        # to have been there before it was drawn would be hindsight.
        valid_from=index,
        touches=list(found.touches),
        misses=list(found.misses),
        state="confirmed" if len(found.touches) >= SOLID else "tentative",
    )


def _alike(one: Line, other: Line, index: int, near: float) -> bool:
    """Two lines a reader could not tell apart, now and twenty candles ago."""
    if one.key == other.key or one.touches == other.touches:
        return True
    return all(abs(one.at(i) - other.at(i)) <= near for i in (index, index - 20))
