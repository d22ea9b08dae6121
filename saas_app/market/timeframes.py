"""The nine lengths a candle can have."""

from enum import StrEnum


class Timeframe(StrEnum):
    M5 = "M5"
    M15 = "M15"
    M30 = "M30"
    H1 = "H1"
    H2 = "H2"
    H4 = "H4"
    H8 = "H8"
    H12 = "H12"
    D1 = "D1"

    @property
    def seconds(self) -> int:
        return _SECONDS[self]


_UNITS = {"M": 60, "H": 3600, "D": 86400}
_SECONDS = {frame: int(frame[1:]) * _UNITS[frame[0]] for frame in Timeframe}

BASE = Timeframe.M5
