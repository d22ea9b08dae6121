"""What is forecast: nothing looks ahead, bands cover what they promise, luck is never called an edge."""

import time
from dataclasses import astuple

import numpy as np
import pytest

from saas_app.insights import anomaly, direction, expected_range, past, walk
from saas_app.market.bars import Bars
from tests.support.made_market import candles

HORIZON = 6


def scaled(bars: Bars, factor: float) -> Bars:
    prices = (column * factor for column in (bars.open, bars.high, bars.low, bars.close))
    return Bars(bars.time, *prices, bars.volume)


def still(count: int) -> Bars:
    flat = [np.full(count, 7.0) for _ in range(4)]
    return Bars(np.arange(count) * 3600, *flat, np.zeros(count, dtype=np.int64))


@pytest.mark.parametrize("cut", [251, 400, 777, 1199])
def test_a_forecast_does_not_change_when_later_candles_arrive(cut):
    bars = candles(1)
    known, came = past.by_ranges(bars), past.next_log_variance(bars, HORIZON)
    whole = walk.forward(known, came, HORIZON)
    before = bars[:cut]
    part = walk.forward(past.by_ranges(before), past.next_log_variance(before, HORIZON), HORIZON)
    for line in ("low", "expected", "high"):
        np.testing.assert_allclose(getattr(part, line), getattr(whole, line)[:cut], rtol=1e-9)


def test_a_signal_does_not_change_when_later_candles_arrive():
    bars, cut = candles(2, drift=0.2), 900
    said = [
        direction._walked(direction._facts(part), direction._came(part, HORIZON), HORIZON)[0]
        for part in (bars, bars[:cut])
    ]
    np.testing.assert_allclose(said[1], said[0][:cut], rtol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_the_band_covers_what_it_promises_and_beats_the_usual_range(seed):
    found = expected_range.of(candles(seed), HORIZON)
    assert found.promised == 0.8
    assert 0.74 < found.covered < 0.86
    assert found.skill > 0.2
    assert found.low < found.expected < found.high
    assert found.n > 800


def test_the_band_covers_even_when_the_model_is_no_good():
    """What it is made of are the misses, whatever the model."""
    noise = np.random.default_rng(3)
    walked = walk.forward(noise.standard_normal((2000, 3)), noise.standard_normal(2000), 1)
    inside = ((walked.low <= walked.outcome) & (walked.outcome <= walked.high))[walked.scored]
    assert 0.76 < inside.mean() < 0.84


def test_a_market_quoted_in_cents_is_judged_alike():
    bars, cents = candles(4), scaled(candles(4), 100.0)
    one, other = expected_range.of(bars, HORIZON), expected_range.of(cents, HORIZON)
    assert other.expected == pytest.approx(100 * one.expected, rel=1e-6)
    assert (other.covered, other.skill) == pytest.approx((one.covered, one.skill), rel=1e-6)
    assert astuple(anomaly.of(cents)) == pytest.approx(astuple(anomaly.of(bars)), rel=1e-6)
    assert direction.of(cents, HORIZON).skill == pytest.approx(
        direction.of(bars, HORIZON).skill, rel=1e-4
    )


def test_no_random_walk_passes_for_an_edge():
    found = [direction.of(candles(100 + seed), HORIZON) for seed in range(25)]
    assert [each.up for each in found if each.edge or each.up is not None] == []
    assert all(each.skill_at_least < each.skill for each in found)


@pytest.mark.parametrize("seed", range(3))
def test_an_edge_that_is_there_opens_the_gate_and_is_calibrated(seed):
    found = direction.of(candles(seed, drift=0.25), HORIZON)
    assert found.edge
    assert 0.0 < found.up < 1.0
    assert found.brier < found.base_brier
    assert len(found.calibration) == 5
    assert sum(each.n for each in found.calibration) == found.n
    low, high = found.calibration[0], found.calibration[-1]
    assert low.said < high.said
    assert low.came + 0.2 < high.came


def test_a_candle_out_of_all_proportion_is_noticed():
    bars = candles(5)
    high, volume = bars.high.copy(), bars.volume.copy()
    high[-1], volume[-1] = high[-1] * 1.2, volume[-1] * 500
    wild = anomaly.of(Bars(bars.time, bars.open, high, bars.low, bars.close, volume))
    assert wild.unusual
    assert (wild.range_score, wild.volume_score) == (1.0, 1.0)
    assert not anomaly.of(candles(8)).unusual


@pytest.mark.parametrize("count", [0, 1, 24, 250, 310])
def test_too_little_is_no_forecast(count):
    bars = candles(6, 320)[:count]
    assert (expected_range.of(bars, HORIZON), anomaly.of(bars), direction.of(bars, HORIZON)) == (
        None,
        None,
        None,
    )


def test_a_market_that_stands_still_says_so_without_a_fault():
    bars = still(900)
    assert expected_range.of(bars, HORIZON).expected < 1e-5
    assert anomaly.of(bars).volume_score is None
    assert direction.of(bars, HORIZON) is None


def test_everything_about_one_chart_takes_a_moment():
    bars = candles(7, 2000)
    started = time.process_time()
    expected_range.of(bars, HORIZON)
    anomaly.of(bars)
    direction.of(bars, HORIZON)
    assert time.process_time() - started < 2.0
