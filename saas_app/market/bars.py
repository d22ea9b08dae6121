"""Candles as frozen columns. Owns their shape and their order, not where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Bar(NamedTuple):
    """One candle; `time` is its opening in Unix seconds."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: int


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Candles in ascending time. The columns cannot be written to, so slices may share them."""

    time: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Ints

    def __post_init__(self) -> None:
        for column in self.columns:
            column.flags.writeable = False

    @property
    def columns(self) -> tuple[Ints, Floats, Floats, Floats, Floats, Ints]:
        return self.time, self.open, self.high, self.low, self.close, self.volume

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, part: slice) -> "Bars":
        return self.pick(part)

    def pick(self, which: "slice | NDArray[np.bool_]") -> "Bars":
        """The candles of this stretch, or those that a mask marks."""
        return Bars(
            self.time[which],
            self.open[which],
            self.high[which],
            self.low[which],
            self.close[which],
            self.volume[which],
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Bars):
            return NotImplemented
        return all(np.array_equal(a, b) for a, b in zip(self.columns, other.columns, strict=True))

    __hash__ = None  # type: ignore[assignment]  # columns of thousands of numbers make no key

    def at(self, index: int) -> Bar:
        return Bar(
            int(self.time[index]),
            float(self.open[index]),
            float(self.high[index]),
            float(self.low[index]),
            float(self.close[index]),
            int(self.volume[index]),
        )

    def last(self, count: int) -> "Bars":
        return self[max(0, len(self) - count) :]

    def between(self, start: int, end: int) -> "Bars":
        """The candles that open at `start` or later and before `end`."""
        first, past = np.searchsorted(self.time, [start, end])
        return self[int(first) : int(past)]


def of(rows: Sequence[Bar]) -> Bars:
    prices = np.array([row[1:5] for row in rows], dtype=np.float64).reshape(-1, 4)
    return Bars(
        time=np.array([row.time for row in rows], dtype=np.int64),
        open=prices[:, 0],
        high=prices[:, 1],
        low=prices[:, 2],
        close=prices[:, 3],
        volume=np.array([row.volume for row in rows], dtype=np.int64),
    )


NONE = of([])


def joined(parts: Sequence[Bars]) -> Bars:
    """The parts, which follow each other in time, as one."""
    if not parts:
        return NONE
    return Bars(
        time=np.concatenate([part.time for part in parts]),
        open=np.concatenate([part.open for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        close=np.concatenate([part.close for part in parts]),
        volume=np.concatenate([part.volume for part in parts]),
    )
