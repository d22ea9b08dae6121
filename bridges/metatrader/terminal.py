"""A MetaTrader 5 terminal as a source of closed candles and prices in UTC. Sends nothing anywhere.

The module is handed in, for it exists on Windows only. It writes the broker's wall time as if it
were UTC, and its last candle is still forming: both are put right here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

STEP = 300
_NEW_YORK_CLOSE = "New York + 7"  # the day begins at 17:00 in New York, as most brokers cut it
_CLOCKS_SECONDS = 60
_LONGEST_SHIFT = 14 * 3600
_HALF_HOUR = 1800


class NoTerminal(ConnectionError):
    """The terminal did not answer; says what it gave as its last error."""


class WrongZone(ValueError):
    """The broker's time zone is set wrongly: prices would come from the future or the past."""


class Bar(NamedTuple):
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: int


class Tick(NamedTuple):
    at: int
    price: float


class Zone:
    """The broker's wall clock, by a name of the tz database or as New York's plus seven hours."""

    def __init__(self, name: str) -> None:
        self._shift = timedelta(hours=7) if name == _NEW_YORK_CLOSE else timedelta()
        self._zone = ZoneInfo("America/New_York" if self._shift else name)

    def to_utc(self, broker: int) -> int:
        wall = datetime.fromtimestamp(broker, UTC).replace(tzinfo=None) - self._shift
        return int(wall.replace(tzinfo=self._zone).timestamp())

    def to_broker(self, utc: int) -> int:
        wall = datetime.fromtimestamp(utc, self._zone).replace(tzinfo=None) + self._shift
        return int(wall.replace(tzinfo=UTC).timestamp())


class Terminal:
    def __init__(self, mt5: Any, zone: Zone) -> None:
        self._mt5 = mt5
        self._zone = zone

    def connect(self, **login: Any) -> str:
        """Who is behind the terminal, to be shown beside the prices. Raises NoTerminal."""
        if not self._mt5.initialize(**login):
            raise self._no("initialize")
        account = self._mt5.account_info()
        return f"{account.company}, {account.server}" if account else "not logged in"

    @property
    def connected(self) -> bool:
        info = self._mt5.terminal_info()
        return bool(info and info.connected)

    def bars(self, name: str, begin: int, until: int) -> list[Bar]:
        """The candles that open in [begin, until), both in UTC, without any that is still forming.

        Raises NoTerminal; an empty answer is none.
        """
        self._chosen(name)
        first, last = self._zone.to_broker(begin), self._zone.to_broker(until)
        rates = self._mt5.copy_rates_range(
            name,
            self._mt5.TIMEFRAME_M5,
            datetime.fromtimestamp(first, UTC),
            datetime.fromtimestamp(max(first, last), UTC),
        )
        if rates is None:
            raise self._no(f"copy_rates_range({name})")
        return [bar for bar in self._ascending(rates) if begin <= bar.time < until]

    def tick(self, name: str) -> Tick | None:
        """The last bid, which candles are made of too. None where there has been no price."""
        self._chosen(name)
        tick = self._mt5.symbol_info_tick(name)
        if tick is None:
            raise self._no(f"symbol_info_tick({name})")
        price = float(tick.bid or tick.last)
        return Tick(self._zone.to_utc(int(tick.time)), price) if price > 0 else None

    def check_zone(self, name: str, now: int) -> None:
        """Raises WrongZone when the last price lies whole half hours away from the clock, or ahead."""
        tick = self.tick(name)
        if tick is None:
            return
        ahead = tick.at - now
        shifted = min(ahead % _HALF_HOUR, -ahead % _HALF_HOUR) <= _CLOCKS_SECONDS // 2
        behind = -_LONGEST_SHIFT <= ahead < -_CLOCKS_SECONDS and shifted
        if ahead > _CLOCKS_SECONDS or behind:
            raise WrongZone(
                f"{name} was last priced {abs(ahead)} s {'after' if ahead > 0 else 'before'} this computer's clock: set `zone` to the broker's, or the clock."
            )

    def _ascending(self, rates: Any) -> Iterator[Bar]:
        # When clocks go back an hour comes twice; its second pass cannot be told apart.
        newest = 0
        for row in rates:
            time = self._zone.to_utc(int(row["time"]))
            if time > newest:
                newest = time
                prices = (float(row[column]) for column in ("open", "high", "low", "close"))
                yield Bar(time, *prices, int(row["real_volume"] or row["tick_volume"]))

    def _chosen(self, name: str) -> None:
        if not self._mt5.symbol_select(name, True):
            raise self._no(f"symbol_select({name})")

    def _no(self, asked: str) -> NoTerminal:
        code, words = self._mt5.last_error()
        return NoTerminal(f"{asked} failed: {words} ({code})")
