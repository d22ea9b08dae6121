"""The tutorial on real candles: nothing is known before its time, and the alert speaks when touched."""

import numpy as np
import pytest

from saas_app.billing import offer
from saas_app.core.settings import settings
from saas_app.market.indicators import study
from saas_app.onboarding import tutorial
from saas_app.onboarding.tutorial import Place
from saas_app.plans import access

LESSONS = [lesson.id for lesson in tutorial.lessons()]


def walk():
    """Every place from the beginning to the end, the alert placed where it is asked for."""
    place = tutorial.start()
    yield place
    while not tutorial.over(place):
        further = tutorial.step(place)
        place = further if further != place else tutorial.arm(place)
        yield place


PLACES = list(walk())


def at(lesson_id):
    return next(place for place in PLACES if place.lesson == lesson_id)


def lesson(lesson_id):
    return tutorial.lessons()[LESSONS.index(lesson_id)]


def test_the_way_is_short_enough_to_be_walked_and_meets_every_lesson_in_order():
    assert list(dict.fromkeys(place.lesson for place in PLACES)) == LESSONS
    assert len(PLACES) < 30


def test_no_step_uncovers_more_than_one_candle_and_none_covers_one_again():
    counts = [place.candles for place in PLACES]
    assert set(np.diff(counts).tolist()) <= {0, 1}


def test_each_candle_is_the_archives_own():
    bars = tutorial.candles()
    assert len(bars) == PLACES[-1].candles
    assert (bars.low <= bars.close).all()
    assert (bars.close <= bars.high).all()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.lesson}-{place.candles}")
def test_nothing_is_shown_before_its_last_candle_has_closed(place):
    seen = tutorial.view(place)
    assert len(seen.bars) == place.candles
    assert all(fractal.confirmed < place.candles for fractal in seen.fractals)
    if seen.level:
        assert max(version.valid_from for version in seen.level.versions) < place.candles


def test_a_turn_is_drawn_two_candles_later_and_not_before():
    assert tutorial.view(at("turn")).fractals == ()
    turn = tutorial.view(at("fractal")).fractals
    assert lesson("turn").begins in [fractal.bar for fractal in turn]
    assert lesson("fractal").begins == lesson("turn").begins + 2


def test_the_level_is_there_from_its_second_touch_on():
    before = PLACES[PLACES.index(at("level")) - 1]
    assert tutorial.view(before).level is None
    level = tutorial.view(at("level")).level
    assert len(level.touches) == 2
    assert round(level.price, 2) == pytest.approx(tutorial.level_price(), abs=0.011)


def test_what_is_shown_is_what_every_chart_would_show():
    """The level is the indicator's own, found in the same candles at once."""
    place = at("level")
    alive = study.begin(tutorial.candles()[: place.candles], 0.01).levels.alive
    shown = tutorial.view(place).level
    assert (shown.key, shown.price) in [(level.key, level.price) for level in alive]


def test_it_goes_on_only_when_an_alert_was_placed():
    waiting = at("alert")
    assert tutorial.step(waiting) == tutorial.leap(waiting) == waiting
    armed = tutorial.arm(waiting)
    assert armed == Place("waiting", waiting.candles, tutorial.level_price())
    assert tutorial.step(armed).candles == waiting.candles + 1


@pytest.mark.parametrize("lesson_id", [each for each in LESSONS if each != "alert"])
def test_an_alert_is_placed_nowhere_else(lesson_id):
    assert tutorial.arm(at(lesson_id)) == at(lesson_id)


def test_the_alert_speaks_at_the_first_candle_that_touches_its_price_and_stays_spoken():
    spoken = [tutorial.view(place).fired for place in PLACES]
    first = PLACES[spoken.index(True)]
    assert (first.lesson, first.candles) == ("fired", lesson("fired").begins + 1)
    assert all(spoken[spoken.index(True) :])
    bars, price = tutorial.candles(), tutorial.level_price()
    touching = [
        index
        for index in range(lesson("level").begins + 1, len(bars))
        if bars.low[index] <= price <= bars.high[index]
    ]
    assert touching[0] == lesson("fired").begins


def test_between_placing_and_speaking_the_market_moved_away():
    assert lesson("fired").begins - lesson("level").begins >= 4


def test_leaping_leads_through_the_lessons_and_never_past_the_alert():
    place, met = tutorial.start(), []
    while not tutorial.over(place):
        met.append(place.lesson)
        further = tutorial.leap(place)
        place = further if further != place else tutorial.arm(place)
    assert [*met, place.lesson] == LESSONS


@pytest.mark.parametrize("lesson_id", LESSONS)
def test_a_lesson_is_resumed_at_its_beginning_with_the_alert_it_needs(lesson_id):
    assert tutorial.resumed(lesson_id) == at(lesson_id)


@pytest.mark.parametrize("unknown", ["", "tulips", "41"])
def test_a_lesson_of_long_ago_begins_anew(unknown):
    assert tutorial.resumed(unknown) == tutorial.start()


def test_going_back_leads_to_the_lesson_before_and_takes_back_the_alert():
    assert tutorial.back(at("waiting")) == at("alert")
    assert tutorial.back(at("alert")).alert is None
    assert tutorial.back(tutorial.start()) == tutorial.start()


@pytest.mark.parametrize("name", ["tidemark", "terminal", "datilio", "signals"])
def test_everybody_may_practise_on_the_smallest_plan(configured, name):
    settings().catalog = name
    offered = offer.catalogue()
    assert tutorial.open_to(access.granted(offered, offered.default_plan))
