"""How many ticks are judged against a hundred thousand waiting marks, beside looking at each of them."""

import random
import time
from collections.abc import Callable, Iterator

from bench.table import line
from saas_app.alerts.book import Book
from saas_app.alerts.crossing import Mark, Step, Way, passed

_ALERTS, _MARKETS = 100_000, 15
_TICKS, _NAIVE_TICKS = 200_000, 30


def rows() -> Iterator[str]:
    chance = random.Random(20261121)
    mine = {
        number: (Mark(chance.choice((Way.UP, Way.DOWN)), round(chance.gauss(100, 5), 3)),)
        for number in range(_ALERTS // _MARKETS)
    }
    book = Book()
    book.fill(mine)
    ticks = _walk(chance, _TICKS)
    seconds, found = _timed(lambda step: len(book.passed(step)), ticks)
    slow, _ = _timed(
        lambda step: sum(passed(mark, step) for (mark,) in mine.values()), ticks[:_NAIVE_TICKS]
    )
    # A tick concerns one market's book: the others' alerts cost it nothing.
    yield line(
        f"alerts: ticks against {_ALERTS:,} marks on {_MARKETS} markets",
        f"{_TICKS / seconds:,.0f} /s",
        f"each mark of the market looked at: {_NAIVE_TICKS / slow:,.0f} /s",
    )
    yield line("  marks passed on the way", f"{found:,}")


def _walk(chance: random.Random, count: int) -> list[Step]:
    """A price in steps of about a hundredth of a per cent."""
    steps: list[Step] = []
    price = 100.0
    for second in range(count):
        then = round(price + chance.gauss(0, 0.01), 3)
        low, high = min(price, then), max(price, then)
        steps.append(Step(second, second + 1, 0, price, low, high, then))
        price = then
    return steps


def _timed(look: Callable[[Step], int], ticks: list[Step]) -> tuple[float, int]:
    began, found = time.perf_counter(), 0
    for step in ticks:
        found += look(step)
    return time.perf_counter() - began, found
