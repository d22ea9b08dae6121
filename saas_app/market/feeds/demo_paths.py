"""The random paths under the demo markets: any stretch of time can be made without what came before.

A driver is a path of unit daily volatility. Its values at midnight come from halving the whole
span again and again (a Brownian bridge), its course within a day from fat-tailed steps pinned to
those values. Holds no price and no symbol.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np

from saas_app.market.bars import Floats

SLOTS = 288  # five minutes each
FIRST_DAY = 7305  # 1990-01-01, counted from 1970
DAYS = 2**15
BLOCK = 16  # days made at a time: fewer, larger draws cost a fifth of one draw a day
# Beyond this span the path is pulled back to its level, so that no market drifts to nothing.
_TETHER = 250.0
_TAILS = 4  # degrees of freedom of Student's t
_BRIDGE, _STEPS, _REGIME = 1, 2, 3  # which stream of random numbers a draw belongs to

CRYPTO = frozenset({"BTCUSD", "ETHUSD"})


def stream(seed: int, name: str, purpose: int, block: int = 0) -> np.random.Generator:
    """Random numbers that belong to this name, purpose and block, whoever asks and whenever."""
    key = np.array([seed, crc32(name.encode())], dtype=np.uint64)
    counter = np.array([0, 0, purpose, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


@lru_cache(maxsize=4)
def activity(always: bool) -> Floats:
    """How much of a working day's variance each five minutes hold, by weekday (Monday first)."""
    hour = np.arange(SLOTS) * 24 / SLOTS
    humps = (
        0.25 * np.exp(-(((hour - 1.5) / 2.0) ** 2))
        + np.exp(-(((hour - 8.5) / 2.0) ** 2))
        + 1.3 * np.exp(-(((hour - 14.5) / 2.3) ** 2))
    )
    weights = np.tile(0.9 + 0.35 * humps if always else 0.3 + humps, (7, 1))
    # Weekends are calmer, and in the demo they are never still.
    weights[5:] *= 0.6
    return weights / weights[2].sum()


@lru_cache(maxsize=4)
def regimes(seed: int, always: bool) -> Floats:
    """Each day's volatility around one: calm and wild weeks, the same for all that trade together."""
    noise = stream(seed, f"regime-{always}", _REGIME)
    days = np.arange(DAYS)
    level = np.zeros(DAYS)
    for span, size in ((4, 0.22), (24, 0.28)):
        knots = np.arange(0, DAYS + 2 * span, span)
        level += size * np.interp(days, knots, noise.standard_normal(len(knots)))
    return np.exp(level)


@lru_cache(maxsize=64)
def midnights(seed: int, driver: str) -> Floats:
    """The driver's value at the beginning of each day of the span, and at its end."""
    weights = activity(driver in CRYPTO).sum(axis=1)
    day = np.arange(FIRST_DAY, FIRST_DAY + DAYS)
    clock = np.concatenate([[0.0], np.cumsum(weights[(day + 3) % 7])])
    noise = stream(seed, driver, _BRIDGE)
    value = np.zeros(DAYS + 1)
    span = DAYS
    while span > 1:
        left = np.arange(0, DAYS, span)
        middle, right = left + span // 2, left + span
        before, after = clock[middle] - clock[left], clock[right] - clock[middle]
        whole = before + after
        spread = np.sqrt(before * after / whole * np.minimum(1.0, _TETHER / whole))
        value[middle] = (value[left] * after + value[right] * before) / whole
        value[middle] += spread * noise.standard_normal(len(left))
        span //= 2
    return value


def course(seed: int, driver: str, block: int) -> Floats:
    """The driver at the beginning of each five minutes of a block, and at the block's end."""
    weights = slot_variance(seed, driver in CRYPTO, block)
    noise = stream(seed, driver, _STEPS, block)
    steps = noise.standard_t(_TAILS, size=(BLOCK, SLOTS)) * np.sqrt(weights / 2.0)
    share = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    at = midnights(seed, driver)[block * BLOCK : (block + 1) * BLOCK + 1]
    walk = np.cumsum(steps, axis=1)
    ends = at[:-1, None] + walk + share * (np.diff(at)[:, None] - walk[:, -1:])
    return np.concatenate([at[:1], ends.ravel()])


def slot_variance(seed: int, always: bool, block: int) -> Floats:
    """Each slot's variance in a block, as days by slots, in units of a working day's."""
    index = np.arange(block * BLOCK, (block + 1) * BLOCK)
    weekday = (index + FIRST_DAY + 3) % 7
    return activity(always)[weekday] * regimes(seed, always)[index][:, None] ** 2
