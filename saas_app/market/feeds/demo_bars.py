"""Five-minute candles of one demo market, a block of days at a time, from the drivers' paths."""

import numpy as np

from saas_app.market.bars import Bars, Floats, Ints
from saas_app.market.feeds.demo_paths import (
    BLOCK,
    CRYPTO,
    FIRST_DAY,
    SLOTS,
    course,
    slot_variance,
    stream,
)
from saas_app.market.sessions import DAY, Calendar, is_open
from saas_app.market.symbols import Recipe, Symbol
from saas_app.market.timeframes import BASE

BLOCK_SECONDS = BLOCK * DAY
FIRST_MOMENT = FIRST_DAY * DAY
_SHAPES = 4  # the stream of random numbers for wicks and volume


def block_of(moment: int) -> int:
    return (moment - FIRST_MOMENT) // BLOCK_SECONDS


def block(seed: int, symbol: Symbol, recipe: Recipe, number: int, calendar: Calendar) -> Bars:
    """The candles of a block that fall in the market's sessions."""
    log = np.log(recipe.price) + np.sum(
        [load * course(seed, driver, number) for driver, load in recipe.loads.items()], axis=0
    )
    shapes = stream(seed, symbol.id, _SHAPES, number)
    variance = _variance(seed, recipe, number)
    before, after = log[:-1], log[1:]
    high = _reach(before, after, variance, shapes)
    low = -_reach(-before, -after, variance, shapes)
    time = FIRST_MOMENT + number * BLOCK_SECONDS + np.arange(BLOCK * SLOTS) * BASE.seconds
    whole = Bars(
        time=time,
        open=_quoted(before, symbol.digits),
        high=_quoted(high, symbol.digits),
        low=_quoted(low, symbol.digits),
        close=_quoted(after, symbol.digits),
        volume=_volume(recipe, after - before, variance, shapes),
    )
    return whole.pick(is_open(calendar, time))


def _quoted(log: Floats, digits: int) -> Floats:
    return np.exp(log).round(digits)


def _variance(seed: int, recipe: Recipe, number: int) -> Floats:
    parts = [
        load**2 * slot_variance(seed, driver in CRYPTO, number)
        for driver, load in recipe.loads.items()
    ]
    return np.sum(parts, axis=0).ravel()


def _reach(before: Floats, after: Floats, variance: Floats, shapes: np.random.Generator) -> Floats:
    """How far a random path between two values strays above them (the bridge's exact maximum)."""
    chance = -2.0 * variance * np.log1p(-shapes.random(len(before)))
    return (before + after + np.sqrt((after - before) ** 2 + chance)) / 2.0


def _volume(recipe: Recipe, move: Floats, variance: Floats, shapes: np.random.Generator) -> Ints:
    usual = variance / np.mean(variance)
    excited = 1.0 + np.abs(move) / np.sqrt(variance)
    drawn = recipe.volume / 2.0 * np.sqrt(usual) * excited * shapes.lognormal(0.0, 0.35, len(move))
    return np.maximum(1, np.rint(drawn)).astype(np.int64)
