"""Keeps the newest answers and lets the oldest go. Knows nothing of what it keeps."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Shelf(Generic[V]):
    """Safe to share between threads. Two that miss at once may both work; one result is kept."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._rows: OrderedDict[Hashable, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """What is kept under the key, or what `make` makes now."""
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        made = make()
        with self._lock:
            kept = self._rows.setdefault(key, made)
            while len(self._rows) > self._room:
                self._rows.popitem(last=False)
        return kept
