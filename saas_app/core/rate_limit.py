"""Counts hits against a moving window. Knows windows and keys, not who may do what."""

import time
from functools import cache

import redis
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from saas_app.core import logs
from saas_app.core.errors import TooMany
from saas_app.core.settings import settings

_log = logs.get(__name__)


def hit(name: str, key: str, *, limit: int, seconds: int) -> tuple[int, int]:
    """Count one hit; (remaining hits, seconds until the window has room again).

    Raises TooMany when the window is full. With Redis gone, the same limit holds per process:
    it never fails open.
    """
    window = RateLimitItemPerSecond(limit, seconds)
    try:
        return _count(_shared(), window, name, key)
    except redis.RedisError as gone:
        _log.warning("rate_limit.redis_gone", error=type(gone).__name__)
        return _count(_local(), window, name, key)


def _count(
    limiter: MovingWindowRateLimiter, window: RateLimitItemPerSecond, name: str, key: str
) -> tuple[int, int]:
    allowed = limiter.hit(window, name, key)
    stats = limiter.get_window_stats(window, name, key)
    wait = max(1, int(stats.reset_time - time.time()) + 1)  # noqa: TID251 — the limiter's own clock
    if not allowed:
        raise TooMany(
            f"That was tried too often. Nothing was changed; please try again in {_words(wait)}.",
            retry_after=wait,
        )
    return stats.remaining, wait


def forget() -> None:
    """Drop every local count and re-read the settings; the tests start clean with it."""
    _shared.cache_clear()
    _local.cache_clear()


@cache
def _shared() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(_storage(settings().redis_url))


@cache
def _local() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def _storage(redis_url: str) -> Storage:
    return RedisStorage(redis_url) if redis_url else MemoryStorage()


def _words(seconds: int) -> str:
    minute = 60
    if seconds < minute:
        return f"{seconds} second{'s' * (seconds != 1)}"
    minutes = -(-seconds // minute)
    return f"{minutes} minute{'s' * (minutes != 1)}"
