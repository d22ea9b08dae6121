"""Many at once: the same thing done by several threads that start together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def raced(act: Callable[[int], T], racers: int = 8) -> list[T | Exception]:
    """What each of them got, or was refused with."""
    together = threading.Barrier(racers)

    def run(number: int) -> T | Exception:
        together.wait(10)
        try:
            return act(number)
        except Exception as refused:  # noqa: BLE001 — what was refused is the answer
            return refused

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(run, range(racers)))
