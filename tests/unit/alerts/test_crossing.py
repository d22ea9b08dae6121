"""Marks, steps and the book: what counts as passed, against definitions written down twice."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.alerts.book import Book
from saas_app.alerts.conditions import Kind
from saas_app.alerts.crossing import Mark, Step, Way, from_then, marks, passed
from saas_app.alerts.frequency import judged, watched

UP, DOWN = Mark(Way.UP, 100.0), Mark(Way.DOWN, 100.0)


def step(*prices, start=0, end=60):
    """What is known of a path when it was looked at only at its end."""
    return Step(start, end, 0, prices[0], min(prices), max(prices), prices[-1])


@pytest.mark.parametrize(
    ("prices", "up", "down"),
    [
        ((99, 100), True, False),
        ((99, 101), True, False),
        ((99, 101, 99), True, True),  # a wick
        ((100, 101), False, False),  # stood on it, and went away from it
        ((100, 99), False, False),
        ((101, 100), False, True),
        ((101, 99, 101), True, True),
        ((101, 102), False, False),
        ((99, 98), False, False),
        ((100, 100), False, False),
    ],
)  # fmt: skip
def test_a_mark_is_passed_from_its_other_side(prices, up, down):
    assert (passed(UP, step(*prices)), passed(DOWN, step(*prices))) == (up, down)


def test_a_fall_below_a_mark_is_no_rise_through_it():
    # It stood above, fell below and stayed: whatever it did in between is not known.
    assert not passed(UP, step(101, 103, 98))


PRICES = st.integers(90, 110).map(float)
PATHS = st.lists(PRICES, min_size=2, max_size=30)


@given(PATHS, PRICES)
def test_looked_at_with_every_tick_a_crossing_is_a_crossing(path, price):
    mark = Mark(Way.UP, price)
    seen = [passed(mark, step(a, b)) for a, b in itertools.pairwise(path)]
    assert seen == [a < price <= b for a, b in itertools.pairwise(path)]


@given(PATHS, PRICES)
def test_looked_at_rarely_nothing_is_made_up(path, price):
    crossed = any(a < price <= b for a, b in itertools.pairwise(path))
    assert crossed or not passed(Mark(Way.UP, price), step(*path))


@given(st.lists(st.tuples(PRICES, st.booleans()), max_size=40), st.lists(PATHS, max_size=5))
def test_the_book_finds_what_looking_at_each_would_find(alerts, paths):
    mine = {
        number: (Mark(Way.UP if up else Way.DOWN, price),)
        for number, (price, up) in enumerate(alerts)
    }
    one, other = Book(), Book()
    one.fill(mine)
    for number, each in mine.items():
        other.put(number, each)
    for path in paths:
        expected = {n for n, each in mine.items() if passed(each[0], step(*path))}
        assert one.passed(step(*path)) == other.passed(step(*path)) == expected
    for number in list(mine)[::2]:
        one.drop(number)
    for path in paths:
        assert one.passed(step(*path)) == {
            n for n, each in mine.items() if n % 2 and passed(each[0], step(*path))
        }


def run(mine, path, asleep=0):
    fired = []
    for a, b in itertools.pairwise(path):
        mark, asleep = judged(mine, asleep, step(a, b))
        fired.append(mark is not None)
    return [place for place, yes in enumerate(fired) if yes]


def test_trembling_around_a_mark_is_one_event():
    cross = marks(Kind.CROSSES, {"price": 100.0})
    assert run(cross, [99, 100.01, 99.99, 100.01, 99.99]) == [0]
    # 0.05 % of 100 is five cents: having been that far away, it counts again.
    assert run(cross, [99, 100.01, 99.94, 100.01]) == [0, 2]
    assert run(cross, [99, 100.06, 99.99]) == [0, 1]


def test_a_band_tells_of_either_edge():
    band = {"low": 95.0, "high": 105.0}
    assert run(marks(Kind.ENTERS_BAND, band), [90, 100, 110, 100, 90, 96]) == [0, 2, 4]
    assert run(marks(Kind.LEAVES_BAND, band), [100, 106, 100, 94, 100]) == [0, 2]


def test_a_wick_that_is_back_already_leaves_nothing_asleep():
    once = marks(Kind.CROSSES_UP, {"price": 100.0})
    mark, asleep = judged(once, 0, step(99, 101, 98))
    assert (mark, asleep) == (UP, 0)


@given(PATHS, st.sampled_from([Kind.CROSSES, Kind.CROSSES_UP, Kind.CROSSES_DOWN]), PRICES)
def test_the_book_wakes_every_alert_that_judging_would_fire(path, kind, price):
    """The book holds what is watched; whoever it does not name must have nothing to say."""
    mine, asleep = marks(kind, {"price": price}), 0
    for a, b in itertools.pairwise(path):
        book = Book()
        book.put(1, watched(mine, asleep))
        mark, then = judged(mine, asleep, step(a, b))
        if mark is not None or then != asleep:
            assert book.passed(step(a, b)) == {1}
        asleep = then


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        (60, None),
        (70, None),
        (0, step(90, 110, 100)),
        (-5, step(90, 110, 100)),
        (30, Step(30, 60, 0, 95.0, 95.0, 100, 100)),
    ],
)
def test_what_happened_before_somebody_came_is_not_theirs(moment, seen):
    assert from_then(step(90, 110, 100), moment, 95.0) == seen
