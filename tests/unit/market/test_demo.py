"""The demo markets: the same for everybody, never ahead of the clock, and shaped like markets."""

from datetime import UTC, datetime, timedelta
from timeit import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saas_app.market import symbols
from saas_app.market.bars import joined, of
from saas_app.market.candles import aggregate
from saas_app.market.feeds import demo_paths
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.port import DataKind
from saas_app.market.sessions import is_open
from saas_app.market.timeframes import Timeframe

ALL = [symbol.id for symbol in symbols.traded()]
MOMENTS = st.integers(0, 400 * 86400).map(
    lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
SOME = st.sampled_from(["EURUSD", "BTCUSD", "US30", "GBPJPY"])
FRAMES = st.sampled_from(list(Timeframe))


@pytest.mark.parametrize("symbol", ALL)
@pytest.mark.parametrize("frame", ["M5", "H4", "D1"])
def test_every_candle_holds_together(demo, wednesday, symbol, frame):
    bars = demo.history(symbol, Timeframe(frame), end=wednesday, count=300)
    assert len(bars) == 300
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    assert np.all(np.diff(bars.time) > 0)
    assert np.all(bars.low > 0)
    assert np.all(bars.volume > 0)


@settings(max_examples=25, deadline=None)
@given(end=MOMENTS, symbol=SOME, frame=FRAMES)
def test_a_restart_gives_the_same_candles(demo, end, symbol, frame):
    demo_paths.midnights.cache_clear()
    demo_paths.regimes.cache_clear()
    again = DemoSource().history(symbol, frame, end=end, count=120)
    assert again == demo.history(symbol, frame, end=end, count=120)


@settings(max_examples=25, deadline=None)
@given(end=MOMENTS, symbol=SOME, frame=FRAMES, later=st.integers(1, 10 * 86400))
def test_what_has_closed_looks_the_same_later(demo, end, symbol, frame, later):
    now = demo.history(symbol, frame, end=end, count=40)
    then = demo.since(symbol, frame, start=int(now.time[0]), end=end + timedelta(seconds=later))
    assert then[: len(now)] == now


@settings(max_examples=50, deadline=None)
@given(now=MOMENTS, symbol=SOME, frame=FRAMES)
def test_nothing_comes_from_after_now(demo, now, symbol, frame):
    moment = int(now.timestamp())
    closed = demo.history(symbol, frame, end=now, count=5)
    assert closed.time[-1] + frame.seconds <= moment
    forming = demo.forming_bar(symbol, frame, now=now)
    assert forming is None or forming.time <= moment < forming.time + frame.seconds
    assert demo.quote(symbol, now=now).at <= moment


@settings(max_examples=25, deadline=None)
@given(start=MOMENTS, symbol=SOME)
def test_the_forming_candle_only_ever_widens_until_it_is_the_closed_one(demo, start, symbol):
    opening = int(start.timestamp()) // 300 * 300
    seen = [
        demo.forming_bar(symbol, Timeframe.M5, now=datetime.fromtimestamp(opening + second, UTC))
        for second in range(0, 300, 13)
    ]
    last = demo.forming_bar(symbol, Timeframe.M5, now=datetime.fromtimestamp(opening + 299, UTC))
    after = demo.since(
        symbol, Timeframe.M5, start=opening, end=datetime.fromtimestamp(opening + 300, UTC)
    )
    if last is None:
        assert len(after) == 0
        return
    assert after.at(0) == last
    for earlier, later in zip(seen, [*seen[1:], last], strict=True):
        assert earlier.high <= later.high
        assert earlier.low >= later.low
        assert earlier.volume <= later.volume
        assert earlier.open == later.open


@settings(max_examples=25, deadline=None)
@given(now=MOMENTS, symbol=SOME, frame=FRAMES)
def test_every_forming_candle_is_made_of_the_same_trade(demo, now, symbol, frame):
    forming = demo.forming_bar(symbol, frame, now=now)
    if forming is None:
        return
    calendar = demo.calendar(symbol)
    closed = demo.since(symbol, Timeframe.M5, start=forming.time, end=now)
    moving = demo.forming_bar(symbol, Timeframe.M5, now=now)
    parts = joined([closed, of([moving])]) if moving else closed
    assert aggregate(parts, calendar, frame).at(-1) == forming
    assert demo.quote(symbol, now=now).price == forming.close


@pytest.mark.parametrize("symbol", ALL)
def test_candles_exist_only_in_the_session(demo, wednesday, symbol):
    bars = demo.history(symbol, Timeframe.M5, end=wednesday, count=3000)
    assert np.all(is_open(demo.calendar(symbol), bars.time))


@pytest.mark.parametrize("symbol", ["EURUSD", "BTCUSD"])
def test_a_demo_week_has_seven_days_so_that_it_moves_whenever_somebody_looks(
    demo, saturday, symbol
):
    days = demo.history(symbol, Timeframe.D1, end=saturday, count=7).time
    assert int(days[-1] - days[0]) == 6 * 86400
    assert demo.quote(symbol, now=saturday).is_open


@pytest.mark.parametrize(("symbol", "minutes"), [("EURUSD", 5), ("XAUUSD", 60)])
def test_a_shut_market_shows_its_last_price_and_when_it_was(demo, symbol, minutes):
    """17:00 in New York, where the day begins: 22:00 UTC in November."""
    day_begins = datetime(2026, 11, 18, 22, tzinfo=UTC)
    shut, opens = (
        day_begins + timedelta(minutes=minutes - 1),
        day_begins + timedelta(minutes=minutes),
    )
    quote = demo.quote(symbol, now=shut)
    last = demo.history(symbol, Timeframe.D1, end=shut, count=1).at(-1)
    assert (quote.is_open, quote.price, quote.kind) == (False, last.close, DataKind.DEMO)
    assert datetime.fromtimestamp(quote.at, UTC) == day_begins - timedelta(seconds=1)
    assert demo.forming_bar(symbol, Timeframe.M5, now=shut) is None
    assert demo.quote(symbol, now=opens).is_open


def test_an_open_market_moves_within_seconds(demo, wednesday):
    prices = {demo.quote("BTCUSD", now=wednesday + timedelta(seconds=s)).price for s in range(20)}
    assert len(prices) > 5


def test_prices_lie_on_the_symbols_grid(demo, wednesday):
    for symbol in symbols.traded():
        bars = demo.history(symbol.id, Timeframe.M5, end=wednesday, count=50)
        assert np.array_equal(bars.close, bars.close.round(symbol.digits))


def returns(demo, symbol, now, frame=Timeframe.D1, count=400):
    return np.diff(np.log(demo.history(symbol, frame, end=now, count=count).close))


def test_one_candle_opens_where_the_last_closed_while_the_market_trades(demo, wednesday):
    bars = demo.history("BTCUSD", Timeframe.M5, end=wednesday, count=9000)
    assert np.array_equal(bars.open[1:], bars.close[:-1])


def test_markets_that_share_a_driver_move_together(demo, wednesday):
    euro, franc = returns(demo, "EURUSD", wednesday), returns(demo, "USDCHF", wednesday)
    dow, nasdaq = returns(demo, "US30", wednesday), returns(demo, "NDX100", wednesday)
    assert np.corrcoef(euro, franc)[0, 1] < -0.5
    assert np.corrcoef(dow, nasdaq)[0, 1] > 0.6


def test_a_cross_is_the_product_of_its_legs(demo, wednesday):
    legs = [
        demo.history(leg, Timeframe.H1, end=wednesday, count=500).close
        for leg in ("GBPUSD", "USDJPY")
    ]
    cross = demo.history("GBPJPY", Timeframe.H1, end=wednesday, count=500).close
    assert np.allclose(cross, legs[0] * legs[1], rtol=2e-5)


def test_shocks_have_fat_tails_and_volatility_its_hours(demo, wednesday):
    hourly = returns(demo, "EURUSD", wednesday, Timeframe.H1, 3000)
    assert ((hourly - hourly.mean()) ** 4).mean() / hourly.var() ** 2 > 3.5
    bars = demo.history("EURUSD", Timeframe.H1, end=wednesday, count=3000)
    hour = bars.time // 3600 % 24
    spread = (bars.high - bars.low) / bars.close
    assert spread[hour == 14].mean() > 1.5 * spread[hour == 23].mean()


def test_another_seed_is_another_world(demo, wednesday):
    other = DemoSource(seed=7).history("EURUSD", Timeframe.H1, end=wednesday, count=50)
    assert other != demo.history("EURUSD", Timeframe.H1, end=wednesday, count=50)


def test_before_the_first_day_there_is_nothing(demo):
    long_ago = datetime(1985, 1, 1, tzinfo=UTC)
    assert len(demo.history("EURUSD", Timeframe.D1, end=long_ago, count=10)) == 0
    assert demo.quote("EURUSD", now=long_ago) is None


def test_a_charts_worth_of_candles_takes_under_thirty_milliseconds(demo, wednesday):
    def ask():
        return demo.history("EURUSD", Timeframe.H1, end=wednesday, count=300)

    assert min(repeat(ask, number=1, repeat=5)) < 0.030
