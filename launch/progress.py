"""Says what is being done and how long it took, with and without a terminal. Standard library only."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

_TICK_SECONDS = 1.0
_QUIET_TICK_SECONDS = 15.0


@dataclass
class Outcome:
    ok: bool = True


@contextlib.contextmanager
def step(what: str) -> Iterator[Outcome]:
    """One line per step: a running clock on a terminal, a sign of life now and then elsewhere."""
    outcome = Outcome()
    began = time.monotonic()
    done = threading.Event()
    alive = threading.Thread(target=_tick, args=(what, began, done), daemon=True)
    live = sys.stdout.isatty()
    start = "\r" if live else ""
    print(f"  … {what}", end="" if live else "\n", flush=True)
    alive.start()
    try:
        yield outcome
    except BaseException:
        _finish(done, alive)
        print(f"{start}  ✗ {what} ({_seconds(began)})   ", flush=True)
        raise
    _finish(done, alive)
    print(f"{start}  {'✓' if outcome.ok else '✗'} {what} ({_seconds(began)})   ", flush=True)


def say(line: str = "") -> None:
    print(line, flush=True)


def _tick(what: str, began: float, done: threading.Event) -> None:
    live = sys.stdout.isatty()
    start = "\r" if live else ""
    while not done.wait(_TICK_SECONDS if live else _QUIET_TICK_SECONDS):
        print(f"{start}  … {what} ({_seconds(began)})", end="" if live else "\n", flush=True)


def _finish(done: threading.Event, alive: threading.Thread) -> None:
    done.set()
    alive.join()


def _seconds(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"
