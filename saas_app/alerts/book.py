"""All marks of one market in order, so that a tick finds those it passed without looking at the others."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from saas_app.alerts.crossing import Mark, Step, Way


class _Side:
    """The marks of one way: their prices, ascending, and beside each the alert it belongs to."""

    def __init__(self) -> None:
        self.prices: list[float] = []
        self.alerts: list[int] = []

    def fill(self, places: list[tuple[float, int]]) -> None:
        places.sort()
        self.prices = [price for price, _ in places]
        self.alerts = [alert for _, alert in places]

    def put(self, price: float, alert: int) -> None:
        at = bisect_right(self.prices, price)
        self.prices.insert(at, price)
        self.alerts.insert(at, alert)

    def drop(self, price: float, alert: int) -> None:
        at = bisect_left(self.prices, price)
        while at < len(self.prices) and self.prices[at] == price:
            if self.alerts[at] == alert:
                del self.prices[at], self.alerts[at]
                return
            at += 1


class Book:
    """Marks by price; an alert may have several. Not safe between threads."""

    def __init__(self) -> None:
        self._ups, self._downs = _Side(), _Side()
        self._of: dict[int, tuple[Mark, ...]] = {}

    def __len__(self) -> int:
        return len(self._of)

    def put(self, alert: int, marks: tuple[Mark, ...]) -> None:
        """Watch these for the alert, and nothing that it watched before."""
        self.drop(alert)
        if marks:
            self._of[alert] = marks
        for mark in marks:
            self._side(mark).put(mark.price, alert)

    def fill(self, marks: Mapping[int, tuple[Mark, ...]]) -> None:
        """All at once: sorting is cheaper than a hundred thousand insertions."""
        self._of = {alert: mine for alert, mine in marks.items() if mine}
        every = [(mark, alert) for alert, mine in self._of.items() for mark in mine]
        for way, side in ((Way.UP, self._ups), (Way.DOWN, self._downs)):
            side.fill([(mark.price, alert) for mark, alert in every if mark.way is way])

    def drop(self, alert: int) -> None:
        for mark in self._of.pop(alert, ()):
            self._side(mark).drop(mark.price, alert)

    def passed(self, step: Step) -> set[int]:
        """The alerts one of whose marks the step passed, as `crossing.passed` says.

        Its two spans for each way are one where they meet; most ticks leave one of four to look at.
        """
        _, _, _, prev, low, high, last = step
        found: set[int] = set()
        rises = last > prev
        for first, past in ((low, high),) if rises else ((prev, high), (low, last)):
            if first < past:  # first < price <= past
                prices = self._ups.prices
                begin, end = bisect_right(prices, first), bisect_right(prices, past)
                if begin < end:
                    found.update(self._ups.alerts[begin:end])
        for first, past in ((low, prev), (last, high)) if rises else ((low, high),):
            if first < past:  # first <= price < past
                prices = self._downs.prices
                begin, end = bisect_left(prices, first), bisect_left(prices, past)
                if begin < end:
                    found.update(self._downs.alerts[begin:end])
        return found

    def _side(self, mark: Mark) -> _Side:
        return self._ups if mark.way is Way.UP else self._downs
