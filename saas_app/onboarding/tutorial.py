"""The tutorial: a stretch of real history, uncovered candle by candle, and what there is to see in it.

Pure. The same indicators as on every chart find the turn and the level; nothing is drawn by hand,
and nothing is known here before its last candle has closed. The alert is practice: it watches
these candles only.
"""

from dataclasses import dataclass, replace
from functools import cache

from saas_app.market.bars import Bars
from saas_app.market.feeds import replay
from saas_app.market.indicators import study
from saas_app.market.indicators.fractals import Fractal
from saas_app.market.indicators.horizontal import Event, Level
from saas_app.market.indicators.study import Study
from saas_app.plans.access import Access
from saas_app.plans.decide import decide
from saas_app.plans.features import Feature

SYMBOL = "MSFT"
TIMEFRAME = "D1"
_FROM = 1089072000  # 6 July 2004, chosen for a level that is easy to see
_LENGTH = 53
_KNOWN = 30  # candles there are to begin with: the past that every chart has


@dataclass(frozen=True, slots=True)
class Lesson:
    """A thing to understand, from candle `begins` on; its words stand under `tutorial.<id>`."""

    id: str
    begins: int
    acts: bool = False  # goes on only when the person did something


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: how many candles are uncovered, and at what price their alert waits."""

    lesson: str
    candles: int
    alert: float | None = None


@dataclass(frozen=True, slots=True)
class View:
    """All that may be seen at a place."""

    bars: Bars
    fractals: tuple[Fractal, ...]
    level: Level | None
    alert: float | None
    fired: bool


@cache
def candles() -> Bars:
    found = replay.archive()[SYMBOL]
    return found.between(_FROM, int(found.time[-1]))[:_LENGTH]


@cache
def lessons() -> tuple[Lesson, ...]:
    """The course, found in the candles themselves."""
    level = _formed().bar
    fires = next(index for index in range(level + 1, _LENGTH) if _touched(index, level_price()))
    return (
        Lesson("candles", _KNOWN - 1),
        Lesson("turn", _turn().bar),
        Lesson("fractal", _turn().confirmed),
        Lesson("level", level),
        Lesson("alert", level, acts=True),
        Lesson("waiting", level),
        Lesson("fired", fires),
        Lesson("done", _LENGTH - 1),
    )


def start() -> Place:
    first = lessons()[0]
    return Place(first.id, first.begins + 1)


def resumed(lesson_id: str) -> Place:
    """The beginning of that lesson; of one we do not know, the beginning of all."""
    lesson = _lesson(lesson_id)
    if lesson is None:
        return start()
    armed = _number(lesson.id) > _number("alert")
    return Place(lesson.id, lesson.begins + 1, level_price() if armed else None)


def step(place: Place) -> Place:
    """One candle further, into the next lesson where it begins; it waits for an alert to be placed."""
    following = _after(place)
    if following is None or _waits(place):
        return place
    if place.candles > following.begins:
        return replace(place, lesson=following.id)
    further = replace(place, candles=place.candles + 1)
    reached = further.candles == following.begins + 1
    return replace(further, lesson=following.id) if reached else further


def leap(place: Place) -> Place:
    """On to the next lesson at once."""
    following = _after(place)
    if following is None or _waits(place):
        return place
    return replace(place, lesson=following.id, candles=max(place.candles, following.begins + 1))


def back(place: Place) -> Place:
    """The beginning of the lesson before; an alert placed later is gone again."""
    number = _number(place.lesson)
    return resumed(lessons()[max(0, number - 1)].id)


def arm(place: Place) -> Place:
    """Place the practice alert at the level. Does nothing anywhere but in the lesson that asks for it."""
    if place.lesson != "alert" or place.alert is not None:
        return place
    return Place("waiting", place.candles, level_price())


def over(place: Place) -> bool:
    return _after(place) is None


def number(place: Place) -> tuple[int, int]:
    """Which lesson of how many, counted from one."""
    return _number(place.lesson) + 1, len(lessons())


def view(place: Place) -> View:
    """What is known at the close of the last uncovered candle, and not a candle more."""
    bars = candles()[: place.candles]
    found = study.begin(bars, _TICK)
    return View(
        bars=bars,
        fractals=tuple(f for f in found.fractals if f.bar >= _turn().bar),
        level=_level_of(found),
        alert=place.alert,
        fired=place.alert is not None
        and any(_touched(index, place.alert) for index in range(_formed().bar + 1, len(bars))),
    )


def open_to(access: Access) -> bool:
    """For everybody, unless the product's plans speak of it."""
    if not access.catalogue.offers(Feature.TUTORIAL):
        return True
    return decide(access, Feature.TUTORIAL).allowed


_TICK = 0.01


@cache
def _whole() -> Study:
    return study.begin(candles(), _TICK)


@cache
def _formed() -> Event:
    """The second touch that makes a level of a turn after the known past."""
    return next(
        event
        for event in _whole().levels.events
        if event.what == "touch" and event.key[1] >= _KNOWN
    )


@cache
def _turn() -> Fractal:
    """The turn that the level grows from."""
    side, bar = _formed().key
    direction = "down" if side == "support" else "up"
    return next(f for f in _whole().fractals if (f.bar, f.direction) == (bar, direction))


def level_price() -> float:
    """Where the level lay when it became known."""
    return round(_formed().price, 2)


def _level_of(found: Study) -> Level | None:
    """The level of the lesson, once it is known."""
    mine = (level for level in found.levels.alive if level.key == _formed().key)
    return next((level for level in mine if len(level.touches) > 1), None)


def _touched(index: int, price: float) -> bool:
    bars = candles()
    return bool(bars.low[index] <= price <= bars.high[index])


def _lesson(lesson_id: str) -> Lesson | None:
    return next((lesson for lesson in lessons() if lesson.id == lesson_id), None)


def _number(lesson_id: str) -> int:
    return [lesson.id for lesson in lessons()].index(lesson_id)


def _after(place: Place) -> Lesson | None:
    following = lessons()[_number(place.lesson) + 1 :]
    return following[0] if following else None


def _waits(place: Place) -> bool:
    lesson = _lesson(place.lesson)
    return lesson is not None and lesson.acts and place.alert is None
