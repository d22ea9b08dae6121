"""All marks of one market in order, so that a tick finds those it passed without looking at the others."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from saas_app.alerts.crossing import Mark, Step, Way

_Place = tuple[float, int]
_FIRST, _LAST = -1, 2**63


class Book:
    """Marks by price; an alert may have several. Not safe between threads."""

    def __init__(self) -> None:
        self._sides: dict[Way, list[_Place]] = {Way.UP: [], Way.DOWN: []}
        self._of: dict[int, tuple[Mark, ...]] = {}

    def __len__(self) -> int:
        return len(self._of)

    def put(self, alert: int, marks: tuple[Mark, ...]) -> None:
        """Watch these for the alert, and nothing that it watched before."""
        self.drop(alert)
        if marks:
            self._of[alert] = marks
        for mark in marks:
            insort(self._sides[mark.way], (mark.price, alert))

    def fill(self, marks: dict[int, tuple[Mark, ...]]) -> None:
        """All at once: sorting is cheaper than a hundred thousand insertions."""
        self._of = {alert: mine for alert, mine in marks.items() if mine}
        for way, places in self._sides.items():
            places[:] = sorted(
                (mark.price, alert)
                for alert, mine in self._of.items()
                for mark in mine
                if mark.way is way
            )

    def drop(self, alert: int) -> None:
        for mark in self._of.pop(alert, ()):
            places = self._sides[mark.way]
            at = bisect_left(places, (mark.price, alert))
            if at < len(places) and places[at] == (mark.price, alert):
                del places[at]

    def passed(self, step: Step) -> set[int]:
        """The alerts one of whose marks the step passed, as `crossing.passed` says."""
        ups, downs = self._sides[Way.UP], self._sides[Way.DOWN]
        return {
            *_between(ups, step.prev, step.high, up=True),
            *_between(ups, step.low, step.last, up=True),
            *_between(downs, step.low, step.prev, up=False),
            *_between(downs, step.last, step.high, up=False),
        }


def _between(places: list[_Place], low: float, high: float, *, up: bool) -> Iterator[int]:
    """Up: low < price <= high. Down: low <= price < high."""
    if low >= high:
        return
    first = bisect_right(places, (low, _LAST)) if up else bisect_left(places, (low, _FIRST))
    past = bisect_right(places, (high, _LAST)) if up else bisect_left(places, (high, _FIRST))
    for place in places[first:past]:
        yield place[1]
