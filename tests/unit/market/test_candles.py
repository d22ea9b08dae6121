from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from saas_app.market import symbols
from saas_app.market.candles import aggregate
from saas_app.market.timeframes import Timeframe

FRAMES = list(Timeframe)
WAYS = [(a, b) for a in FRAMES for b in FRAMES if a is not b and b.seconds % a.seconds == 0]
# A year that holds both changes of New York's clock.
MOMENTS = st.integers(0, 365 * 24).map(
    lambda h: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=h)
)


@settings(max_examples=40, deadline=None)
@given(
    end=MOMENTS, symbol=st.sampled_from(["EURUSD", "BTCUSD", "XAUUSD"]), way=st.sampled_from(WAYS)
)
def test_by_way_of_a_shorter_candle_the_longer_is_the_same(demo, end, symbol, way):
    calendar = symbols.everything()[symbol].calendar
    base = demo.history(symbol, Timeframe.M5, end=end, count=3000)
    through, to = way
    assert aggregate(aggregate(base, calendar, through), calendar, to) == aggregate(
        base, calendar, to
    )


@settings(max_examples=30, deadline=None)
@given(end=MOMENTS, frame=st.sampled_from(FRAMES))
def test_a_candle_holds_the_first_last_highest_and_lowest_of_its_time(demo, end, frame):
    base = demo.history("GBPJPY", Timeframe.M5, end=end, count=1000)
    whole = aggregate(base, symbols.everything()["GBPJPY"].calendar, frame)
    for opening, following in pairwise([*whole.time.tolist(), 2**40]):
        part = base.between(opening, following)
        bar = whole.at(int(np.searchsorted(whole.time, opening)))
        assert (bar.open, bar.close) == (part.open[0], part.close[-1])
        assert (bar.high, bar.low) == (part.high.max(), part.low.min())
        assert bar.volume == part.volume.sum()
