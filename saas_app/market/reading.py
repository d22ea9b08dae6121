"""Reads charts in the background the first time, so that a page shows those that are ready meanwhile."""

import time
from collections.abc import Sequence
from datetime import datetime
from threading import Lock, Thread

from saas_app.core.errors import SaasError, Unavailable
from saas_app.market import scanner
from saas_app.market.board import Board
from saas_app.market.scanner import Row

_one_at_a_time = Lock()


def rows(
    board: Board, charts: Sequence[tuple[str, str]], *, now: datetime, within: float
) -> tuple[list[Row], int]:
    """The rows that are ready after at most so many seconds, and how many are still to be read.

    Raises Unavailable where none could be read at all.
    """
    missing = _missing(board, charts, now)
    failed: list[tuple[str, str]] = []
    if missing:
        _read_for(board, missing, now, within, failed)
        missing = _missing(board, missing, now)
    if failed and len(missing) == len(charts):
        raise Unavailable("None of these markets can be read.")
    still = set(missing)
    return scanner.scan(board, [c for c in charts if c not in still], now=now), len(missing)


def _missing(
    board: Board, charts: Sequence[tuple[str, str]], now: datetime
) -> list[tuple[str, str]]:
    return [chart for chart in charts if not _ready(board, chart, now)]


def _ready(board: Board, chart: tuple[str, str], now: datetime) -> bool:
    try:
        return scanner.ready(board, *chart, now=now)
    except (OSError, SaasError):
        return False


def _read_for(
    board: Board,
    charts: Sequence[tuple[str, str]],
    now: datetime,
    within: float,
    failed: list[tuple[str, str]],
) -> None:
    """A second reader would only stand in the first one's way; it waits for the same charts."""
    if not _one_at_a_time.acquire(blocking=False):
        time.sleep(within)
        return

    def read() -> None:
        try:
            for chart in charts:
                try:
                    scanner.row(board, *chart, now=now)
                except (OSError, SaasError):
                    # The others are read all the same; this one is tried again at a later look.
                    failed.append(chart)
        finally:
            _one_at_a_time.release()

    # A daemon: a process that stops does not wait for it, and nothing is lost.
    reader = Thread(target=read, name="scanner", daemon=True)
    reader.start()
    reader.join(within)
