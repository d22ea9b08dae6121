"""When a delivery that failed is tried again. Pure."""

from datetime import timedelta

TRIES = 8
_FIRST = timedelta(seconds=5)
_LONGEST = timedelta(hours=1)
# Seven waits lead from five seconds to an hour.
_FACTOR = 3
# Receivers that come back must not meet everything at the same moment.
_JITTER = 0.25


def wait(tried: int, chance: float) -> timedelta | None:
    """How long after the `tried`th try, None when that was the last. `chance` is drawn from 0 to 1."""
    if tried >= TRIES:
        return None
    middle = _FIRST * _FACTOR ** (tried - 1)
    spread = middle * (1 + _JITTER * (2 * chance - 1))
    return max(_FIRST, min(_LONGEST, spread))
