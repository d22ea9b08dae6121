"""Whether a price passed a mark between two looks, wicks included. Pure; never guesses an order it cannot know."""

from enum import StrEnum
from typing import NamedTuple

from saas_app.alerts.conditions import Figures, Kind, number

HYSTERESIS = 0.0005  # share of the price by which it must come back before a mark counts again


class Way(StrEnum):
    UP = "up"
    DOWN = "down"


class Mark(NamedTuple):
    """One price that fires when passed in one direction."""

    way: Way
    price: float

    @property
    def way_back(self) -> "Mark":
        """What must be passed before this counts again."""
        if self.way is Way.UP:
            return Mark(Way.DOWN, self.price * (1 - HYSTERESIS))
        return Mark(Way.UP, self.price * (1 + HYSTERESIS))


class Step(NamedTuple):
    """What the price did from one look to the next: where it was, how far it went, where it is.

    `start` and `end` are Unix seconds; `bar` is the opening of the base candle it belongs to.
    """

    start: int
    end: int
    bar: int
    prev: float
    low: float
    high: float
    last: float

    @property
    def at_its_end(self) -> "Step":
        """Its last moment alone."""
        return self._replace(prev=self.last, low=self.last, high=self.last)


def marks(kind: Kind, figures: Figures) -> tuple[Mark, ...]:
    """What a condition on the price watches; empty for one that is judged on closed candles."""
    match kind:
        case Kind.CROSSES_UP:
            return (Mark(Way.UP, number(figures, "price")),)
        case Kind.CROSSES_DOWN:
            return (Mark(Way.DOWN, number(figures, "price")),)
        case Kind.CROSSES:
            price = number(figures, "price")
            return Mark(Way.UP, price), Mark(Way.DOWN, price)
        case Kind.ENTERS_BAND:
            return (
                Mark(Way.UP, number(figures, "low")),
                Mark(Way.DOWN, number(figures, "high")),
            )
        case Kind.LEAVES_BAND:
            return (
                Mark(Way.UP, number(figures, "high")),
                Mark(Way.DOWN, number(figures, "low")),
            )
        case _:
            return ()


def passed(mark: Mark, step: Step) -> bool:
    """Up: below the mark and then at or above it, for certain; down is its mirror."""
    if mark.way is Way.UP:
        return step.prev < mark.price <= step.high or step.low < mark.price <= step.last
    return step.low <= mark.price < step.prev or step.last <= mark.price < step.high


def came_back(mark: Mark, step: Step) -> bool:
    """Whether the price went far enough to the mark's other side for it to count again."""
    back = mark.way_back
    return step.low <= back.price if back.way is Way.DOWN else step.high >= back.price


def after_return(mark: Mark, step: Step) -> Step:
    """The part of the step that follows the return: it ends where it ended, and nothing else is sure."""
    turn = step.low if mark.way is Way.UP else step.high
    return step._replace(prev=turn, low=min(turn, step.last), high=max(turn, step.last))


def from_then(step: Step, moment: int, price: float) -> Step | None:
    """The step as somebody saw it who came at `moment`, when the price was `price`.

    None when it was over by then. How far the price went before they came is not theirs.
    """
    if step.end <= moment:
        return None
    if step.start >= moment:
        return step
    low, high = min(price, step.last), max(price, step.last)
    return step._replace(start=moment, prev=price, low=low, high=high)
