"""The sandbox's one clock: wall time plus an offset that only ever grows and survives restarts."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.store import Store

_SPAN = re.compile(r"^\+?(\d+)\s*(s|m|h|d|w)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
HOUR = 3600
DAY = 86_400


class Clock:
    """What time it is in the sandbox, in Unix seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pinned: int | None = None
        self._offset: int = store.read_note("clock.offset", 0)

    @property
    def offset(self) -> int:
        """Seconds the sandbox is ahead of the wall."""
        return self._offset

    def now(self) -> int:
        """Sandbox time; inside `at`, the simulated instant itself."""
        return int(time.time()) + self._offset if self._pinned is None else self._pinned

    @contextmanager
    def at(self, instant: int) -> Iterator[None]:
        """Hold the clock at one instant while what was due then is carried out."""
        before, self._pinned = self._pinned, instant
        try:
            yield
        finally:
            self._pinned = before

    def move_to(self, instant: int) -> None:
        """Make it `instant` now; an instant that has passed already changes nothing."""
        offset = instant - int(time.time())
        if offset > self._offset:
            self._offset = offset
            self._store.write_note("clock.offset", offset)

    def forget(self) -> None:
        """Back to wall time, for a reset world only: objects never see time run backwards."""
        self._offset = 0
        self._store.write_note("clock.offset", 0)


def seconds(span: str) -> int | None:
    """How long "90s", "5m", "1h", "3d" or "2w" is; None if it is none of these."""
    match = _SPAN.match(span.strip())
    return int(match[1]) * _SECONDS[match[2]] if match else None
