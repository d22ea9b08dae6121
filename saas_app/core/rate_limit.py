"""Counts hits against a moving window. Knows windows and keys, not who may do what."""

import threading
import time

import redis
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from saas_app.core import logs
from saas_app.core.errors import TooMany
from saas_app.core.settings import settings

_log = logs.get(__name__)
_making = threading.Lock()
_limiters: dict[str, MovingWindowRateLimiter] = {}


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


def used(name: str, key: str, *, limit: int, seconds: int) -> int:
    """How many hits the window holds now; counts none."""
    window = RateLimitItemPerSecond(limit, seconds)
    try:
        left = _shared().get_window_stats(window, name, key).remaining
    except redis.RedisError as gone:
        _log.warning("rate_limit.redis_gone", error=type(gone).__name__)
        left = _local().get_window_stats(window, name, key).remaining
    return limit - left


def clear(name: str, key: str, *, limit: int, seconds: int) -> None:
    """Forget the hits of one key: what was counted turned out to be its owner."""
    window = RateLimitItemPerSecond(limit, seconds)
    try:
        _shared().clear(window, name, key)
    except redis.RedisError as gone:
        _log.warning("rate_limit.redis_gone", error=type(gone).__name__)
        _local().clear(window, name, key)


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
    with _making:
        _limiters.clear()


def _shared() -> MovingWindowRateLimiter:
    return _limiter(settings().redis_url)


def _local() -> MovingWindowRateLimiter:
    return _limiter("")


def _limiter(redis_url: str) -> MovingWindowRateLimiter:
    """One per address for the whole process: two that race to make it must not count apart."""
    with _making:
        if redis_url not in _limiters:
            storage = RedisStorage(redis_url) if redis_url else MemoryStorage()
            _limiters[redis_url] = MovingWindowRateLimiter(storage)
        return _limiters[redis_url]


def _words(seconds: int) -> str:
    minute = 60
    if seconds < minute:
        return f"{seconds} second{'s' * (seconds != 1)}"
    minutes = -(-seconds // minute)
    return f"{minutes} minute{'s' * (minutes != 1)}"
