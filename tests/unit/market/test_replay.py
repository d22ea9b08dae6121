import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from saas_app.market.feeds import replay as replay_module
from saas_app.market.feeds.port import DataKind
from saas_app.market.timeframes import Timeframe

TODAY = datetime(2026, 11, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("symbol", "days"), [("AAPL", 3270), ("FB", 196), ("GOOG", 2148), ("IBM", 3270), ("MSFT", 3270)]
)
def test_each_stock_has_its_whole_history(replay, symbol, days):
    bars = replay.history(symbol, Timeframe.D1, end=TODAY, count=9999)
    assert len(bars) == days
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    assert np.all(np.diff(bars.time) > 0)


def test_the_last_day_is_as_it_was_traded(replay):
    last = replay.history("AAPL", Timeframe.D1, end=TODAY, count=1).at(-1)
    assert (last.open, last.close, last.volume) == (438.0, 430.47, 19730300)
    assert datetime.fromtimestamp(last.time, UTC).date().isoformat() == "2013-03-01"


def test_a_split_leaves_no_step(replay):
    bars = replay.history("AAPL", Timeframe.D1, end=TODAY, count=9999)
    split = int(np.searchsorted(bars.time, datetime(2005, 2, 28, tzinfo=UTC).timestamp()))
    assert 0.9 < bars.close[split] / bars.close[split - 1] < 1.1


def test_history_does_not_move(replay):
    quote = replay.quote("IBM", now=TODAY)
    assert (quote.kind, quote.is_open, quote.price) == (DataKind.REPLAY, False, 202.91)
    assert replay.forming_bar("IBM", Timeframe.D1, now=TODAY) is None


def test_a_day_counts_once_it_is_over(replay):
    day = datetime(2013, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert (
        replay.history("IBM", Timeframe.D1, end=day, count=1).time[0]
        < datetime(2013, 3, 1, tzinfo=UTC).timestamp()
    )


def test_only_days_were_recorded(replay):
    assert len(replay.history("IBM", Timeframe.H1, end=TODAY, count=10)) == 0


def test_the_file_is_the_one_its_attribution_names():
    folder = Path(replay_module.__file__).parent / "replay_data"
    digest = hashlib.sha256((folder / "stocks.csv.gz").read_bytes()).hexdigest()
    assert digest in (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")
