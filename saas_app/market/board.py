"""Puts every symbol beside the source that serves it, and keeps what was worked out until a candle closes.

Decides nothing about who may look: that is asked above, before anything here is called.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TypeVar

from saas_app.market import symbols
from saas_app.market.answers import (
    Candles,
    Indicators,
    Series,
    candles_answer,
    indicators_answer,
    series_answer,
)
from saas_app.market.bars import Bar, Bars
from saas_app.market.errors import UnknownIndicator, UnknownSymbol, UnknownTimeframe
from saas_app.market.feeds.port import MarketSource, Quote
from saas_app.market.indicators import study as studies
from saas_app.market.indicators.study import Study
from saas_app.market.indicators.table import INDICATORS, Indicator
from saas_app.market.series import SEASON, SeriesShelf
from saas_app.market.shelf import Shelf
from saas_app.market.symbols import Symbol
from saas_app.market.timeframes import Timeframe

T = TypeVar("T")

USUAL = 300  # candles on a chart that has just opened
MOST = 5000  # candles in one answer
_KEPT = 256  # answers of each kind


@dataclass(slots=True)
class _Running:
    """One study that grows with each closed candle."""

    lock: Lock = field(default_factory=Lock)
    season: int = -1
    study: Study | None = None


class Board:
    """Safe to share between threads; two boards on the same sources give the same answers."""

    def __init__(self, sources: Sequence[MarketSource]) -> None:
        self._sources = {symbol: source for source in sources for symbol in source.symbols}
        self._candles: Shelf[Candles] = Shelf(_KEPT)
        self._indicators: Shelf[Indicators] = Shelf(_KEPT)
        self._running: Shelf[_Running] = Shelf(_KEPT)
        self._series = SeriesShelf(_KEPT)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        return tuple(
            symbol for symbol in symbols.everything().values() if symbol.id in self._sources
        )

    @property
    def traded(self) -> tuple[Symbol, ...]:
        """Without the archive: the markets that plans count, as far as a source serves them."""
        return tuple(symbol for symbol in self.symbols if not symbol.archived)

    def check(self, symbol: str, timeframe: str) -> None:
        """Raises UnknownSymbol or UnknownTimeframe."""
        self._asked(symbol, timeframe)

    def source_of(self, symbol: str) -> MarketSource:
        return self._known(symbol)[1]

    def candles(
        self,
        symbol: str,
        timeframe: str,
        *,
        now: datetime,
        count: int = USUAL,
        before: int | None = None,
    ) -> Candles:
        """The last `count` closed candles, or those that end before the one opening at `before`."""
        market, source, frame = self._asked(symbol, timeframe)
        count = max(1, min(count, MOST))
        end = now if before is None else min(now, _moment(before, now))
        newest = source.history(symbol, frame, end=end, count=1)

        def made() -> Candles:
            bars = source.history(symbol, frame, end=end, count=count)
            return candles_answer(market, frame, source=source.name, kind=source.kind, bars=bars)

        return self._candles.get((symbol, frame, count, _last(newest)), made)

    def indicators(
        self, symbol: str, timeframe: str, *, now: datetime, count: int = USUAL
    ) -> Indicators:
        """Fractals of the last `count` candles, and the levels that stand at the last closed one."""
        market, source, frame = self._asked(symbol, timeframe)
        count = max(1, min(count, MOST))
        last = _last(source.history(symbol, frame, end=now, count=1))

        def made() -> Indicators:
            return self.studied(
                symbol,
                timeframe,
                now=now,
                use=lambda study: indicators_answer(
                    market, frame, source=source.name, kind=source.kind, study=study, count=count
                ),
            )

        return self._indicators.get((symbol, frame, count, last), made)

    def series(
        self,
        symbol: str,
        timeframe: str,
        names: Sequence[str],
        *,
        now: datetime,
        count: int = USUAL,
        before: int | None = None,
    ) -> Series:
        """Indicators at the candles that `candles` gives. Raises UnknownIndicator."""
        market, source, frame = self._asked(symbol, timeframe)
        asked = [_indicator(name) for name in dict.fromkeys(names)]
        end = now if before is None else min(now, _moment(before, now))
        bars = source.history(symbol, frame, end=end, count=max(1, min(count, MOST)))
        last = _last(source.history(symbol, frame, end=now, count=1))
        columns = {
            one: self._series.of(source, symbol, frame, one, bars=bars, last=last, now=now)
            for one in asked
        }
        return series_answer(
            market, frame, source=source.name, kind=source.kind, bars=bars, columns=columns
        )

    def studied(
        self, symbol: str, timeframe: str, *, now: datetime, use: Callable[[Study], T]
    ) -> T:
        """What `use` makes of everything known at the last closed candle; it is alone with the study."""
        market, source, frame = self._asked(symbol, timeframe)
        last = _last(source.history(symbol, frame, end=now, count=1))
        running = self._running.get((symbol, frame), _Running)
        with running.lock:
            return use(_grown(running, market, source, frame, last=last, now=now))

    def last(self, symbol: str, timeframe: str, *, now: datetime) -> int:
        """When the last closed candle that has arrived opened; 0 where there has never been one."""
        _, source, frame = self._asked(symbol, timeframe)
        return _last(source.history(symbol, frame, end=now, count=1))

    def quote(self, symbol: str, *, now: datetime) -> Quote | None:
        return self._known(symbol)[1].quote(symbol, now=now)

    def forming_bar(self, symbol: str, timeframe: str, *, now: datetime) -> Bar | None:
        """The candle in progress, for the moving end of a chart; None where nothing moves."""
        _, source, frame = self._asked(symbol, timeframe)
        return source.forming_bar(symbol, frame, now=now)

    def _known(self, symbol: str) -> tuple[Symbol, MarketSource]:
        market, source = symbols.find(symbol), self._sources.get(symbol)
        if market is None or source is None:
            raise UnknownSymbol(
                "There is no such market here. Pick one from the list of symbols.", symbol=symbol
            )
        return market, source

    def _asked(self, symbol: str, timeframe: str) -> tuple[Symbol, MarketSource, Timeframe]:
        market, source = self._known(symbol)
        for frame in market.timeframes:
            if frame.value == timeframe:
                return market, source, frame
        offered = ", ".join(market.timeframes)
        raise UnknownTimeframe(
            f"{symbol} has no candles of that length. Choose one of: {offered}.",
            fields={"timeframe": f"Choose one of: {offered}."},
        )


def _indicator(name: str) -> Indicator:
    found = INDICATORS.get(name)
    if found is None:
        offered = ", ".join(INDICATORS)
        raise UnknownIndicator(
            f"There is no indicator of that name. Choose from: {offered}.",
            fields={"names": f"Choose from: {offered}."},
        )
    return found


def _grown(
    running: _Running,
    market: Symbol,
    source: MarketSource,
    frame: Timeframe,
    *,
    last: int,
    now: datetime,
) -> Study:
    """The study up to the candle that opened at `last`, begun where every process begins it.

    A level remembers all its touches, so where the past begins matters. It begins at a turn of
    seasons, a season or two back, the same for everybody; only at such a turn can a level forget
    touches that are more than a thousand candle lengths old.
    """
    length = SEASON * frame.seconds
    season = max(0, last // length - 1)
    study = running.study
    if study is None or running.season != season or not 0 < _last(study.bars) <= last:
        bars = source.since(market.id, frame, start=season * length, end=now)
        running.study, running.season = studies.begin(bars, market.tick), season
        return running.study
    if study.time(-1) < last:
        studies.feed(study, source.since(market.id, frame, start=study.time(-1) + 1, end=now))
    return study


def _last(bars: Bars) -> int:
    return int(bars.time[-1]) if len(bars) else 0


def _moment(before: int, now: datetime) -> datetime:
    """Any integer an outsider sends, as a moment that exists."""
    return datetime.fromtimestamp(max(0, min(before, int(now.timestamp()))), UTC)
