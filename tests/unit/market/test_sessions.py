from datetime import UTC, datetime

import numpy as np
import pytest

from saas_app.market.sessions import Calendar, bar_start, is_open
from saas_app.market.timeframes import Timeframe


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("calendar", "frame", "moment", "opening"),
    [
        (Calendar.ALWAYS, "D1", "2026-11-18T21:59", "2026-11-18T00:00"),
        (Calendar.FX_WEEK, "D1", "2026-11-18T21:59", "2026-11-17T22:00"),
        (Calendar.FX_WEEK, "D1", "2026-11-18T22:00", "2026-11-18T22:00"),
        (Calendar.FX_WEEK, "D1", "2026-07-15T20:59", "2026-07-14T21:00"),
        (Calendar.FX_WEEK, "D1", "2026-07-15T21:00", "2026-07-15T21:00"),
        (Calendar.FX_WEEK, "H4", "2026-11-18T14:37", "2026-11-18T14:00"),
        (Calendar.FX_WEEK, "H4", "2026-07-15T14:37", "2026-07-15T13:00"),
        (Calendar.ALWAYS, "H4", "2026-07-15T14:37", "2026-07-15T12:00"),
        (Calendar.FX_WEEK, "M5", "2026-11-18T14:37", "2026-11-18T14:35"),
    ],
)
def test_a_candle_begins_where_its_markets_day_says(calendar, frame, moment, opening):
    assert bar_start(calendar, Timeframe(frame), at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("calendar", "moment", "trades"),
    [
        (Calendar.FX_WEEK, "2026-11-20T21:59", True),
        (Calendar.FX_WEEK, "2026-11-20T22:00", False),
        (Calendar.FX_WEEK, "2026-11-21T12:00", False),
        (Calendar.FX_WEEK, "2026-11-22T21:59", False),
        (Calendar.FX_WEEK, "2026-11-22T22:00", True),
        (Calendar.FX_WEEK, "2026-07-19T21:00", True),
        (Calendar.FX_WEEK, "2026-12-25T12:00", False),
        (Calendar.DAILY_BREAK, "2026-11-18T22:59", False),
        (Calendar.DAILY_BREAK, "2026-11-18T23:00", True),
        (Calendar.FX_WEEK, "2026-11-18T22:30", True),
        (Calendar.ALWAYS, "2026-11-21T12:00", True),
        (Calendar.ARCHIVE, "2026-11-18T12:00", False),
    ],
)
def test_a_market_trades_in_its_session(calendar, moment, trades):
    assert bool(is_open(calendar, np.array([at(moment)]))[0]) is trades
