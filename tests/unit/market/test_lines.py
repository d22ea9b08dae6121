"""One line's life, each rule one below, on it, and one above. The range is 4, so a quarter of it is 1."""

import numpy as np
import pytest

from saas_app.market.indicators import diagonal
from saas_app.market.indicators.candidates import Candidate
from saas_app.market.indicators.diagonal import Line, Lines
from saas_app.market.indicators.fractals import Fractal

ATR = 4.0


def flat(price=100.0, *, start=0, end=10, touches=None, misses=None):
    touches = [start, end] if touches is None else touches
    return Line(
        side="resistance",
        start=Fractal(start, "up", price),
        end=Fractal(end, "up", price),
        valid_from=end + 2,
        touches=touches,
        misses=misses or [0.0] * len(touches),
    )


def lines(*drawn):
    return Lines(drawn=list(drawn))


def close_at(state, index, close, confirmed=()):
    closes = np.full(index + 1, 90.0)
    closes[index] = close
    state.step(index, closes, ATR, list(confirmed))


@pytest.mark.parametrize(
    ("close", "state"), [(100.99, "tentative"), (101.0, "tentative"), (101.01, "broken")]
)
def test_a_line_breaks_when_a_close_passes_it_by_a_quarter_range(close, state):
    line = flat()
    close_at(lines(line), 20, close)
    assert line.state == state


@pytest.mark.parametrize(("index", "state"), [(12, "tentative"), (13, "broken")])
def test_a_line_cannot_break_at_the_close_that_drew_it(index, state):
    line = flat()
    close_at(lines(line), index, 110.0)
    assert line.state == state


@pytest.mark.parametrize(
    ("close", "state"),
    [(101.01, "broken"), (101.0, "retested"), (99.0, "retested"), (98.99, "broken")],
)
def test_a_return_to_a_broken_line_is_a_retest(close, state):
    line = flat()
    drawn = lines(line)
    close_at(drawn, 20, 103.0)
    close_at(drawn, 21, close)
    assert line.state == state


@pytest.mark.parametrize(("index", "watched"), [(39, True), (40, False)])
def test_a_broken_line_is_watched_for_twenty_candles(index, watched):
    line = flat()
    drawn = lines(line)
    close_at(drawn, 20, 103.0)
    close_at(drawn, index, 110.0)
    assert (line in drawn.past) is watched


@pytest.mark.parametrize(("price", "touches"), [(98.99, 2), (99.0, 3), (101.0, 3), (101.01, 2)])
def test_a_fractal_within_a_quarter_range_touches_the_line(price, touches):
    line = flat()
    close_at(lines(line), 22, 90.0, [Fractal(20, "up", price)])
    assert len(line.touches) == touches
    assert line.state == ("confirmed" if touches == 3 else "tentative")


def test_a_fractal_of_the_other_side_touches_nothing():
    line = flat()
    close_at(lines(line), 22, 90.0, [Fractal(20, "down", 100.0)])
    assert len(line.touches) == 2


def test_a_touch_never_moves_the_line():
    line = flat()
    before = line.at(50)
    close_at(lines(line), 22, 90.0, [Fractal(20, "up", 100.9)])
    assert line.at(50) == before


@pytest.mark.parametrize(("index", "state"), [(310, "tentative"), (311, "expired")])
def test_a_line_nobody_touches_for_three_hundred_candles_expires(index, state):
    line = flat()
    close_at(lines(line), index, 90.0)
    assert line.state == state


def found(price, touches, misses):
    start, end = Fractal(touches[0], "up", price), Fractal(touches[0] + 10, "up", price)
    return Candidate(start, end, tuple(touches), tuple(misses), rank=0.0)


@pytest.fixture
def offered(monkeypatch):
    """Lets `offered(candidate, …)` be all there is to choose from."""

    def _offered(*choice: Candidate) -> None:
        monkeypatch.setattr(diagonal, "candidates", lambda *_args, **_facts: list(choice))

    return _offered


NEW = Fractal(18, "up", 200.0)


@pytest.mark.parametrize(("miss", "state"), [(0.0, "displaced"), (0.02, "tentative")])
def test_a_newcomer_takes_a_place_only_when_a_whole_point_better(offered, miss, state):
    worst, better = flat(100.0), flat(120.0, touches=[0, 5, 10, 11])
    drawn = lines(worst, better)
    offered(found(140.0, [1, 6, 11], [0.0, 0.0, miss]))
    close_at(drawn, 20, 90.0, [NEW])
    assert worst.state == state
    assert len(drawn.drawn) == 2


def test_a_free_place_goes_to_the_best_that_is_not_there_already(offered):
    drawn = lines(flat(100.0))
    offered(found(100.5, [1, 11], [0.0, 0.0]), found(140.0, [2, 12], [0.0, 0.0]))
    close_at(drawn, 20, 90.0, [NEW])
    assert [line.start.price for line in drawn.drawn] == [100.0, 140.0]


@pytest.mark.parametrize(("price", "count"), [(101.0, 1), (101.01, 2)])
def test_two_lines_within_a_quarter_range_are_one(offered, price, count):
    drawn = lines(flat(100.0))
    offered(found(price, [1, 11], [0.0, 0.0]))
    close_at(drawn, 20, 90.0, [NEW])
    assert len(drawn.drawn) == count


def test_a_line_dates_from_the_close_that_drew_it_not_from_its_anchors(offered):
    drawn = lines()
    offered(found(140.0, [0, 10], [0.0, 0.0]))
    close_at(drawn, 30, 90.0, [Fractal(28, "up", 200.0)])
    assert drawn.drawn[0].valid_from == 30
