"""How often an alert may tell: what holds a met condition back, and what it waits for. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from saas_app.alerts.crossing import Mark, Step, after_return, came_back, passed

SHORTEST_COOLDOWN = 60
LONGEST_COOLDOWN = 7 * 86_400


class Frequency(StrEnum):
    ONCE = "once"
    ONCE_PER_BAR = "once_per_bar"
    EVERY = "every"


class Held(StrEnum):
    """Why a condition was met and nobody was told."""

    BAR = "bar"  # it told on this candle already
    COOLDOWN = "cooldown"
    MUTED = "muted"
    LOCKED = "locked"  # the plan does not cover this market or timeframe any more
    RESTING = "resting"  # more alerts than a smaller plan has room for


@dataclass(frozen=True, slots=True)
class Rhythm:
    frequency: Frequency
    cooldown: int
    last_fired_at: int | None
    fired_bar: int | None


def held(rhythm: Rhythm, *, at: int, bar: int) -> Held | None:
    """Seconds are the market's: a clock that jumps releases nothing early."""
    if rhythm.frequency is Frequency.ONCE_PER_BAR and rhythm.fired_bar == bar:
        return Held.BAR
    last = rhythm.last_fired_at
    if rhythm.frequency is Frequency.EVERY and last is not None and at - last < rhythm.cooldown:
        return Held.COOLDOWN
    return None


def judged(marks: tuple[Mark, ...], asleep: int, step: Step) -> tuple[Mark | None, int]:
    """The mark that this step passed, if any, and which marks sleep afterwards (a bit for each).

    A mark that was passed sleeps until the price has come back, and with it every mark at the same price:
    trembling around it is one event.
    """
    fired: Mark | None = None
    for place, mark in enumerate(marks):
        bit = 1 << place
        if not asleep & bit:
            met = passed(mark, step)
        elif came_back(mark, step):
            asleep &= ~bit
            met = passed(mark, after_return(mark, step))
        else:
            met = False
        fired = fired or (mark if met else None)
    if fired is not None:
        for place, mark in enumerate(marks):
            # A wick that went beyond and is back already has nothing left to come back from.
            is_back = came_back(mark, step.at_its_end)
            asleep |= (mark.price == fired.price and not is_back) << place
    return fired, asleep


def watched(marks: tuple[Mark, ...], asleep: int) -> tuple[Mark, ...]:
    """What the book must look for: a waking mark itself, a sleeping one's way back."""
    return tuple(
        mark.way_back if asleep & (1 << place) else mark for place, mark in enumerate(marks)
    )
