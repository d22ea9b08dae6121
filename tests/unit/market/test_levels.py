"""What must hold of levels and lines on any candles: nothing drawn moves, and no direction is special."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saas_app.market.indicators import diagonal, horizontal, study
from saas_app.market.indicators.atr import wilder
from saas_app.market.indicators.candidates import candidates
from saas_app.market.indicators.fractals import Fractal
from tests.unit.market.made import TICK, candles, mirrored, scaled, walk

OTHER = {"resistance": "support", "support": "resistance"}
LONG = [walk(seed, 900) for seed in range(3)]


def told(seen, until=None):
    """Everything that was ever said, up to the close of a candle."""
    events = [*seen.levels.events, *seen.lines.events]
    return [event for event in events if until is None or event.bar <= until]


@settings(max_examples=60, deadline=None)
@given(bars=candles(least=40), cut=st.floats(0, 1))
def test_what_was_said_is_never_unsaid(bars, cut):
    part = int(cut * len(bars))
    assert told(study.begin(bars[:part], TICK)) == told(study.begin(bars, TICK), until=part - 1)


@pytest.mark.parametrize("bars", LONG)
@pytest.mark.parametrize("part", [200, 451, 899])
def test_what_was_drawn_stays_where_it_was_drawn(bars, part):
    then, now = study.begin(bars[:part], TICK), study.begin(bars, TICK)
    assert told(then) == told(now, until=part - 1)
    later = {level.key: level for level in now.levels.alive}
    for level in then.levels.alive:
        if level.key in later:
            assert later[level.key].price_at(part - 1) == level.price
    lines = {line.key: line for line in now.lines.drawn}
    for line in then.lines.drawn:
        if line.key in lines and lines[line.key].valid_from == line.valid_from:
            assert lines[line.key].at(part + 50) == line.at(part + 50)


@settings(max_examples=40, deadline=None)
@given(bars=candles(least=40), cuts=st.lists(st.integers(0, 160), max_size=4))
def test_fed_in_parts_or_at_once_is_the_same(bars, cuts):
    whole = study.begin(bars, TICK)
    edges = [0, *sorted(min(cut, len(bars)) for cut in cuts), len(bars)]
    grown = study.begin(bars[:0], TICK)
    for start, end in pairwise(edges):
        study.feed(grown, bars[start:end])
    assert (grown.fractals, told(grown)) == (whole.fractals, told(whole))
    assert grown.levels.alive == whole.levels.alive
    assert grown.lines.drawn == whole.lines.drawn


def upside_down(event):
    if isinstance(event, horizontal.Event):
        born, bar = event.key
        return event._replace(key=(OTHER[born], bar), price=-event.price)
    side, start, end = event.key
    return event._replace(key=(OTHER[side], start, end))


@settings(max_examples=60, deadline=None)
@given(bars=candles(least=40))
def test_upside_down_resistances_are_supports(bars):
    turned = told(study.begin(mirrored(bars), TICK))
    assert sorted(map(upside_down, turned), key=repr) == sorted(
        told(study.begin(bars, TICK)), key=repr
    )


@settings(max_examples=40, deadline=None)
@given(bars=candles(least=40), power=st.integers(-8, 8))
def test_the_size_of_a_price_changes_nothing(bars, power):
    # Powers of two, because only they scale a binary fraction without rounding it.
    factor = 2.0**power
    plain, large = study.begin(bars, TICK), study.begin(scaled(bars, factor), TICK * factor)
    assert [(e.bar, e.what, e.key) for e in told(large)] == [
        (e.bar, e.what, e.key) for e in told(plain)
    ]


@settings(max_examples=60, deadline=None)
@given(bars=candles(least=40))
def test_ids_are_never_given_twice(bars):
    seen = study.begin(bars, TICK)
    born = [event.key for event in seen.levels.events if event.what == "born"]
    assert len(set(born)) == len(born)


def test_nothing_is_touched_before_its_fractal_is_confirmed():
    for bars in LONG:
        seen = study.begin(bars, TICK)
        for level in seen.levels.alive:
            for touch, version in zip(level.touches, level.versions, strict=True):
                assert version.valid_from == touch.bar + 2
        for line in [*seen.lines.drawn, *seen.lines.past]:
            assert line.valid_from >= line.end.confirmed


@pytest.mark.parametrize("bars", LONG)
def test_at_most_two_lines_stand_on_a_side_and_none_is_passed(bars):
    seen = study.begin(bars, TICK)
    span = wilder(bars)[-1]
    for side, sign in (("resistance", 1), ("support", -1)):
        lines = [line for line in seen.lines.drawn if line.side == side]
        assert len(lines) <= diagonal.SLOTS
        for line in lines:
            assert sign * (bars.close[-1] - line.at(seen.last)) <= diagonal.BREAK * span


def naive_pairs(points, sign, closes, index, atr):
    """The envelope's definition, pair by pair, point by point and close by close."""
    found = set()
    for a in points:
        for b in points:
            if b.bar - a.bar < 10:
                continue
            slope = (b.price - a.price) / (b.bar - a.bar)
            over = [
                sign * (q.price - a.price - slope * (q.bar - a.bar))
                for q in points
                if q.bar >= a.bar
            ]
            past = [
                sign * (closes[u] - a.price - slope * (u - a.bar)) for u in range(a.bar, index + 1)
            ]
            if max(over) <= 0.25 * atr and max(past) <= 0.25 * atr:
                found.add((a.bar, b.bar, sum(abs(o) <= 0.25 * atr for o in over)))
    return found


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("bars", LONG)
def test_the_candidates_are_those_of_the_definition(bars, sign):
    seen = study.begin(bars, TICK)
    points = [f for f in seen.fractals if (f.direction == "up") == (sign == 1)][-20:]
    # An odd range, so that no distance equals the limit and rounding decides nothing.
    span = float(wilder(bars)[-1]) * 1.0137
    found = candidates(points, sign, bars.close, index=seen.last, atr=span)
    ours = {(c.start.bar, c.end.bar, len(c.touches)) for c in found}
    assert ours == naive_pairs(points, sign, bars.close.tolist(), seen.last, span)
    assert [c.rank for c in found] == sorted((c.rank for c in found), reverse=True)


def stepped(*closes, atr=4.0, fractals=()):
    """A `Levels` with one resistance at 100, walked through these closes."""
    levels = horizontal.Levels(tick=0.01)
    levels.step(20, 90.0, atr, [Fractal(18, "up", 100.0)])
    for number, close in enumerate(closes, start=21):
        levels.step(number, close, atr, [f for f in fractals if f.confirmed == number])
    return levels


@pytest.mark.parametrize(("close", "what"), [(100.99, "born"), (101.0, "born"), (101.01, "flip")])
def test_a_level_breaks_when_a_close_passes_it_by_a_quarter_range(close, what):
    assert stepped(close).events[-1].what == what


def test_the_first_break_changes_its_role_and_the_second_ends_it():
    levels = stepped(102.0, 98.0)
    assert [event.what for event in levels.events] == ["born", "flip", "break"]
    assert levels.alive == []


@pytest.mark.parametrize(("price", "levels_left"), [(100.99, 1), (101.0, 1), (101.01, 2)])
def test_a_fractal_within_a_quarter_range_is_the_same_level(price, levels_left):
    levels = stepped(*[90.0] * 10, fractals=[Fractal(25, "up", price)])
    assert len(levels.alive) == levels_left


@pytest.mark.parametrize(("bar", "touches"), [(20, 1), (21, 2)])
def test_touches_need_three_candles_between_them(bar, touches):
    levels = stepped(*[90.0] * 10, fractals=[Fractal(bar, "up", 100.5)])
    assert [len(level.touches) for level in levels.alive] == [touches]


def test_a_touch_moves_the_level_from_then_on_and_not_before():
    (level,) = stepped(*[90.0] * 10, fractals=[Fractal(25, "up", 100.5)]).alive
    assert (level.price_at(19), level.price_at(26), level.price_at(27)) == (None, 100.0, 100.25)


@pytest.mark.parametrize(("closes", "alive"), [(498, True), (499, False)])
def test_a_level_nobody_touches_for_five_hundred_candles_expires(closes, alive):
    assert bool(stepped(*[90.0] * closes).alive) is alive


@pytest.mark.parametrize(("direction", "touched"), [("up", "resistance"), ("down", "support")])
def test_between_two_equal_levels_a_fractal_touches_the_one_of_its_side(direction, touched):
    levels = horizontal.Levels(tick=0.01)
    levels.step(20, 100.5, 4.0, [Fractal(18, "up", 101.5), Fractal(18, "down", 100.0)])
    levels.step(30, 100.5, 4.0, [Fractal(28, direction, 100.75)])
    assert {level.side: len(level.touches) for level in levels.alive}[touched] == 2


@pytest.mark.parametrize(
    ("top", "bottom", "moved_to"), [(100.5, 99.75, 99.875), (100.25, 99.25, 100.125)]
)
def test_of_two_fractals_at_once_the_nearer_touches(top, bottom, moved_to):
    levels = stepped(*[100.0] * 10, fractals=[Fractal(25, "up", top), Fractal(25, "down", bottom)])
    assert [(len(level.touches), level.price) for level in levels.alive] == [(2, moved_to)]


def proven(price, touches):
    side = "resistance" if price > 100.0 else "support"
    born = int(price)  # a candle of its own
    marks = [horizontal.Touch(born + bar, price) for bar in range(touches)]
    return horizontal.Level(side, side, marks, [horizontal.Version(2, price)])


@pytest.mark.parametrize("direction", [1, -1])
def test_the_nearest_level_is_shown_even_where_three_stronger_ones_are(direction):
    strong = [proven(100.0 + direction * far, 5) for far in (10, 20, 30)]
    near, weak = proven(100.0 + direction, 2), proven(100.0 + 2 * direction, 2)
    shown = horizontal.shown([*strong, near, weak], index=200, close=100.0)
    assert near in shown
    assert weak not in shown
    assert len(shown) == 4


def test_a_level_touched_once_proves_nothing():
    assert horizontal.shown([proven(101.0, 1)], index=200, close=100.0) == []


def test_a_flat_market_has_no_levels_and_no_errors():
    flat = scaled(LONG[0], 0.0)
    assert told(study.begin(flat, TICK)) == []
    assert np.isfinite(wilder(flat)[14:]).all()
