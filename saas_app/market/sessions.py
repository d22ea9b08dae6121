"""When a market is open and when its day begins. Pure calendar arithmetic; never asks what time it is."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from saas_app.market.timeframes import Timeframe

Times = NDArray[np.int64]

DAY = 86400
_NEW_YORK = ZoneInfo("America/New_York")
_EPOCH = date(1970, 1, 1)
_SATURDAY = 5
_HOLIDAYS = frozenset({(1, 1), (12, 25)})


class Calendar(StrEnum):
    ALWAYS = "always"  # crypto: day and night, the day begins at 00:00 UTC
    FX_WEEK = "fx_week"  # Sunday 17:00 to Friday 17:00 in New York, where the day begins
    DAILY_BREAK = "daily_break"  # the same week, shut for the day's first hour
    EVERY_DAY = "every_day"  # the demo's week: weekends too, shut for the day's first five minutes
    EVERY_DAY_BREAK = "every_day_break"  # the same, shut for the day's first hour
    ARCHIVE = "archive"  # daily prices of the past, dated at 00:00 UTC; never open

    @property
    def new_york(self) -> bool:
        return self not in {Calendar.ALWAYS, Calendar.ARCHIVE}

    @property
    def weekends(self) -> bool:
        return self in {Calendar.ALWAYS, Calendar.EVERY_DAY, Calendar.EVERY_DAY_BREAK}


# Seconds at the beginning of each day in which nothing trades.
_BREAKS = {
    Calendar.DAILY_BREAK: Timeframe.H1.seconds,
    Calendar.EVERY_DAY: Timeframe.M5.seconds,
    Calendar.EVERY_DAY_BREAK: Timeframe.H1.seconds,
}


@lru_cache(maxsize=65536)
def anchor(day: int) -> int:
    """When the New York trading day that closes on this day (counted from 1970) begins.

    Brokers cut the day at 17:00 in New York: cut at midnight UTC, a week of candles has six
    bars, one of them a Sunday of two hours, and fractals appear on it.
    """
    eve = _EPOCH + timedelta(days=day - 1)
    return int(datetime.combine(eve, time(17), _NEW_YORK).timestamp())


def day_starts(calendar: Calendar, times: Times) -> Times:
    """The beginning of the day that each moment belongs to."""
    if not calendar.new_york:
        return times - times % DAY
    if len(times) == 0:
        return times
    days = np.arange(times.min() // DAY - 1, times.max() // DAY + 3)
    anchors = np.array([anchor(int(day)) for day in days], dtype=np.int64)
    return anchors[np.searchsorted(anchors, times, side="right") - 1]


def bar_starts(calendar: Calendar, timeframe: Timeframe, times: Times) -> Times:
    """The opening time of the candle that each moment falls in."""
    starts = day_starts(calendar, times)
    return starts + (times - starts) // timeframe.seconds * timeframe.seconds


def bar_start(calendar: Calendar, timeframe: Timeframe, moment: int) -> int:
    return int(bar_starts(calendar, timeframe, np.array([moment], dtype=np.int64))[0])


def is_open(calendar: Calendar, times: Times) -> NDArray[np.bool_]:
    """Whether the market trades at each of these moments."""
    if calendar is Calendar.ALWAYS:
        return np.ones(len(times), dtype=np.bool_)
    if calendar is Calendar.ARCHIVE or len(times) == 0:
        return np.zeros(len(times), dtype=np.bool_)
    starts = day_starts(calendar, times)
    trading = times - starts >= _BREAKS.get(calendar, 0)
    if calendar.weekends:
        return trading
    unique, where = np.unique(starts, return_inverse=True)
    return trading & np.array([_trades(int(start)) for start in unique], dtype=np.bool_)[where]


@lru_cache(maxsize=65536)
def _trades(start: int) -> bool:
    # 17:00 in New York is 21:00 or 22:00 UTC, so the day it closes on is the next UTC date.
    closes_on = (datetime.fromtimestamp(start, UTC) + timedelta(hours=12)).date()
    return closes_on.weekday() < _SATURDAY and (closes_on.month, closes_on.day) not in _HOLIDAYS
