from pathlib import Path

import pytest

from saas_app.market import symbols
from saas_app.market.timeframes import Timeframe
from saas_app.plans.catalogue import load
from saas_app.plans.features import Feature

CATALOGS = Path(__file__).parents[3] / "catalogs"


def test_fifteen_markets_trade_and_five_are_history():
    assert (len(symbols.traded()), len(symbols.archived())) == (15, 5)


def test_history_comes_in_days_only():
    assert {symbol.timeframes for symbol in symbols.archived()} == {(Timeframe.D1,)}
    assert {len(symbol.timeframes) for symbol in symbols.traded()} == {9}


@pytest.mark.parametrize("file", sorted(CATALOGS.glob("*.toml")), ids=lambda file: file.stem)
def test_plans_sell_only_markets_and_lengths_that_exist(file):
    traded = {symbol.id for symbol in symbols.traded()}
    for plan in load(file).plans:
        assert plan.limits.get(Feature.SYMBOLS, frozenset()) <= traded
        assert plan.limits.get(Feature.TIMEFRAMES, frozenset()) <= set(Timeframe)


def test_the_default_catalogues_best_plan_sells_every_market(tidemark_limits):
    assert tidemark_limits[Feature.SYMBOLS] == {symbol.id for symbol in symbols.traded()}
    assert tidemark_limits[Feature.TIMEFRAMES] == set(Timeframe)


@pytest.fixture
def tidemark_limits():
    return load(CATALOGS / "tidemark.toml").plan("enterprise").limits


def test_a_stranger_is_not_a_symbol():
    assert symbols.find("eurusd") is None
