"""Conditions on closed candles: no candle sees a later one, and each kind means what it says."""

import numpy as np
import pytest

from saas_app.alerts.closing import Seen, fires
from saas_app.alerts.conditions import CONDITIONS, Judged, Kind
from saas_app.market import bars as bar_columns
from saas_app.market.bars import Bar, Bars
from saas_app.market.indicators import oscillators, study
from tests.unit.market.made import TICK, walk

CLOSING = [kind for kind, each in CONDITIONS.items() if each.judged is Judged.CLOSE]
LONG = walk(7, 1200)


def usual(kind, **more):
    figures = {name: each.usual for name, each in CONDITIONS[kind].figures.items()}
    return {**figures, **({"percent": 0.5} if kind is Kind.MOVES else {}), **more}


def met(kind, bars: Bars, figures=None):
    seen = Seen(study.begin(bars, TICK))
    wanted = usual(kind) if figures is None else figures
    return {i: facts for i in range(len(bars)) if (facts := fires(kind, wanted, seen, i))}


@pytest.mark.parametrize("kind", [kind for kind in CLOSING if kind is not Kind.VOLUME])
def test_what_was_met_stays_met_whatever_comes_later(kind):
    whole = met(kind, LONG)
    assert whole
    for cut in (400, 777, 1100):
        assert met(kind, LONG[:cut]) == {i: f for i, f in whole.items() if i < cut}


def closes(values, volume=100):
    rows = [Bar(n * 3600, v, v + 1, v - 1, v, volume) for n, v in enumerate(values)]
    return bar_columns.of(rows)


def test_a_move_is_counted_over_its_candles_and_in_its_direction():
    bars = closes([100.0, 101, 102, 99])
    both = {"percent": 1.5, "bars": 2, "direction": "any"}
    assert set(met(Kind.MOVES, bars, both)) == {2, 3}
    assert set(met(Kind.MOVES, bars, {**both, "direction": "up"})) == {2}
    assert set(met(Kind.MOVES, bars, {**both, "direction": "down"})) == {3}


def test_a_volume_is_held_against_the_candles_before_it():
    quiet = closes([100.0] * 40)
    volume = quiet.volume.copy()
    volume[30], volume[35] = 250, 150
    bars = Bars(quiet.time, quiet.open, quiet.high, quiet.low, quiet.close, volume)
    asked = {"multiple": 2.0, "minimum": 0}
    found = met(Kind.VOLUME, bars, asked)
    assert set(found) == {30}
    assert (found[30]["usual"], found[30]["multiple"]) == (100, 2.5)
    assert met(Kind.VOLUME, bars, {**asked, "minimum": 251}) == {}


def test_two_averages_cross_where_their_own_definition_says():
    fast, slow = 5, 12
    mean = {n: np.convolve(LONG.close, np.ones(n) / n, "valid") for n in (fast, slow)}
    gap = mean[fast][slow - fast :] - mean[slow]
    signs = {i + slow - 1: np.sign(round(g, 9)) for i, g in enumerate(gap)}
    told, before = {}, 0
    for i, sign in signs.items():
        if sign and before and sign != before:
            told[i] = "up" if sign > 0 else "down"
        before = sign or before
    figures = {"fast": fast, "slow": slow, "direction": "any"}
    found = met(Kind.AVERAGES_CROSS, LONG, figures)
    assert {i: facts["direction"] for i, facts in found.items()} == told


def test_an_rsi_crosses_its_level_between_two_candles():
    values = oscillators.rsi(LONG)
    for i, facts in met(Kind.RSI_CROSSES, LONG, {"level": 60.0, "direction": "up"}).items():
        assert values[i - 1] <= 60 < values[i]
        assert facts["direction"] == "up"
