"""Real daily prices of the past, labelled as history. They ended in 2013 and never move."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from saas_app.market import symbols
from saas_app.market.bars import NONE, Bar, Bars, of
from saas_app.market.feeds.port import DataKind, Extremes, Quote
from saas_app.market.sessions import DAY, Calendar
from saas_app.market.timeframes import Timeframe

_FILE = Path(__file__).parent / "replay_data" / "stocks.csv.gz"


class ReplaySource:
    name = "replay"
    kind = DataKind.REPLAY

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(symbol.id for symbol in symbols.archived())

    def calendar(self, symbol: str) -> Calendar:
        return symbols.everything()[symbol].calendar

    def history(self, symbol: str, timeframe: Timeframe, *, end: datetime, count: int) -> Bars:
        return self.since(symbol, timeframe, start=0, end=end).last(count)

    def since(self, symbol: str, timeframe: Timeframe, *, start: int, end: datetime) -> Bars:
        if timeframe is not Timeframe.D1:
            return NONE
        return archive()[symbol].between(start, int(end.timestamp()) - DAY + 1)

    def forming_bar(self, symbol: str, timeframe: Timeframe, *, now: datetime) -> Bar | None:
        """History forms nothing."""
        del symbol, timeframe, now

    def extremes(self, symbol: str, *, after: int, until: int) -> Extremes | None:
        """Nothing moves."""
        del symbol, after, until

    def quote(self, symbol: str, *, now: datetime) -> Quote | None:
        bars = self.since(symbol, Timeframe.D1, start=0, end=now)
        if len(bars) == 0:
            return None
        last = bars.at(-1)
        return Quote(symbol, last.close, last.time, is_open=False, source=self.name, kind=self.kind)


@cache
def archive() -> Mapping[str, Bars]:
    """Every series, adjusted for splits and dividends as seen from its last day."""
    rows: dict[str, list[dict[str, str]]] = {}
    with gzip.open(_FILE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["Ticker"], []).append(row)
    return {ticker: of(list(_adjusted(series))) for ticker, series in rows.items()}


def _adjusted(series: list[dict[str, str]]) -> Iterator[Bar]:
    at_the_end = _factor(series[-1])
    for row in series:
        factor = _factor(row) / at_the_end
        opened, high, low, close = (
            round(float(row[column]) * factor, 2) for column in ("Open", "High", "Low", "Close")
        )
        midnight = datetime.fromisoformat(row["Date"]).replace(tzinfo=UTC)
        yield Bar(int(midnight.timestamp()), opened, high, low, close, int(row["Volume"]))


def _factor(row: dict[str, str]) -> float:
    return float(row["Adj Close"]) / float(row["Close"])
