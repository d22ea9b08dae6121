"""Filters: every condition alone, all together, and what is not known."""

from types import SimpleNamespace

import pytest

from saas_app.market import filters
from saas_app.market.filters import Filter
from saas_app.market.scanner import Row

ROW = Row(
    "EURUSD", "H1", "demo", "demo", 0,
    volume=500, volume_multiple=2.0, distance=0.4, direction="up", regime="high",
)  # fmt: skip
ALERT = SimpleNamespace(
    symbol="EURUSD",
    timeframe="H1",
    kind="fractal",
    channels=["in_app"],
    figures={"direction": "up"},
)


@pytest.mark.parametrize(
    ("meets", "misses"),
    [
        ({"symbols": ("EURUSD", "XAUUSD")}, {"symbols": ("XAUUSD",)}),
        ({"timeframes": ("H1",)}, {"timeframes": ("H4", "D1")}),
        ({"direction": "up"}, {"direction": "down"}),
        ({"regime": "high"}, {"regime": "calm"}),
        ({"min_volume": 500.0}, {"min_volume": 501.0}),
        ({"min_multiple": 2.0}, {"min_multiple": 2.1}),
        ({"max_distance": 0.4}, {"max_distance": 0.3}),
    ],
)
def test_each_condition_keeps_and_leaves_out(meets, misses):
    everything = Filter(("EURUSD",), ("H1",), "up", "high", 1.0, 1.0, 1.0)
    assert filters.passes(ROW, everything)
    assert filters.passes(ROW, Filter(**meets))
    assert not filters.passes(ROW, Filter(**misses))
    facts = {name: getattr(everything, name) for name in filters.kept(everything)}
    assert not filters.passes(ROW, Filter(**{**facts, **misses}))


def test_what_is_not_known_meets_no_condition_about_it():
    unknown = Row("EURUSD", "H1", "demo", "demo", 0)
    for asked in (
        {"min_volume": 0.0},
        {"min_multiple": 0.0},
        {"max_distance": 9.0},
        {"regime": "calm"},
    ):
        assert not filters.passes(unknown, Filter(**asked))
    assert filters.passes(unknown, filters.NOTHING)


@pytest.mark.parametrize(
    ("meets", "misses"),
    [
        ({"kind": "fractal"}, {"kind": "volume"}),
        ({"channel": "in_app"}, {"channel": "email"}),
        ({"state": "waits"}, {"state": "paused"}),
        ({"direction": "up"}, {"direction": "down"}),
        ({"symbols": ("EURUSD",)}, {"symbols": ("USDJPY",)}),
    ],
)
def test_alerts_are_filtered_by_what_they_wait_for(meets, misses):
    assert filters.alert_passes(ALERT, "waits", Filter(**meets))
    assert not filters.alert_passes(ALERT, "waits", Filter(**misses))


def test_a_crossing_says_its_direction_in_its_name_and_the_rest_take_either():
    down = SimpleNamespace(**{**vars(ALERT), "kind": "crosses_down", "figures": {}})
    either = SimpleNamespace(**{**vars(ALERT), "kind": "volume", "figures": {}})
    assert not filters.alert_passes(down, "waits", Filter(direction="up"))
    assert filters.alert_passes(down, "waits", Filter(direction="down"))
    assert filters.alert_passes(either, "waits", Filter(direction="up"))


def test_what_is_kept_comes_back_and_what_is_unknown_is_left_out():
    wanted = Filter(symbols=("EURUSD",), min_multiple=1.5)
    assert filters.kept(wanted) == {"symbols": ["EURUSD"], "min_multiple": 1.5}
    assert filters.read({**filters.kept(wanted), "moon_phase": "full"}) == wanted
    assert (wanted.asks, filters.NOTHING.asks) == (2, 0)
