"""What somebody wants to see of a long list: conditions that must all hold. Pure, for the scanner and the alerts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from saas_app.market.scanner import Row

MOST_NAMES = 40
FARTHEST = 1e12


class Waiting(Protocol):
    """An alert, as far as a filter looks at it."""

    symbol: str
    timeframe: str
    kind: str
    channels: list[str]
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty and None ask nothing. Numbers speak of rows; kind, channel and state of alerts."""

    symbols: tuple[str, ...] = ()
    timeframes: tuple[str, ...] = ()
    direction: str = ""
    regime: str = ""
    min_volume: float | None = None
    min_multiple: float | None = None
    max_distance: float | None = None
    kind: str = ""
    channel: str = ""
    state: str = ""

    @property
    def asks(self) -> int:
        """How many conditions it has."""
        return sum(1 for each in asdict(self).values() if each not in {"", (), None})


NOTHING = Filter()
NUMBERS = ("min_volume", "min_multiple", "max_distance")
NAMES = ("symbols", "timeframes")
_FIELDS = frozenset(each.name for each in fields(Filter))


def rows(found: list[Row], wanted: Filter) -> list[Row]:
    return [row for row in found if passes(row, wanted)]


def passes(row: Row, wanted: Filter) -> bool:
    """What is not known of a row meets no condition about it."""
    return (
        _named(row.symbol, row.timeframe, wanted)
        and (not wanted.direction or row.direction == wanted.direction)
        and (not wanted.regime or row.regime == wanted.regime)
        and _at_least(row.volume, wanted.min_volume)
        and _at_least(row.volume_multiple, wanted.min_multiple)
        and _at_most(row.distance, wanted.max_distance)
    )


def alert_passes(alert: Waiting, state: str, wanted: Filter) -> bool:
    """`state` is why it is silent just now, or that it waits. Its direction is the one it waits for."""
    return (
        _named(alert.symbol, alert.timeframe, wanted)
        and (not wanted.kind or alert.kind == wanted.kind)
        and (not wanted.channel or wanted.channel in alert.channels)
        and (not wanted.state or state == wanted.state)
        and (not wanted.direction or _waits_for(alert) in {wanted.direction, "any"})
    )


def kept(wanted: Filter) -> dict[str, Any]:
    """As it is saved: only what it asks."""
    return {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in asdict(wanted).items()
        if each not in {"", (), None}
    }


def read(written: Mapping[str, Any]) -> Filter:
    """As it was saved. What a later version no longer knows is left out."""
    known: dict[str, Any] = {name: each for name, each in written.items() if name in _FIELDS}
    lists = {name: tuple(str(one) for one in known.get(name, ())) for name in NAMES}
    return Filter(**{**known, **lists})


def _named(symbol: str, timeframe: str, wanted: Filter) -> bool:
    return (not wanted.symbols or symbol in wanted.symbols) and (
        not wanted.timeframes or timeframe in wanted.timeframes
    )


def _at_least(value: float | None, least: float | None) -> bool:
    return least is None or (value is not None and value >= least)


def _at_most(value: float | None, most: float | None) -> bool:
    return most is None or (value is not None and value <= most)


def _waits_for(alert: Waiting) -> str:
    """`crosses_up` and `crosses_down` say it in their name, others in a figure; the rest take either."""
    for direction in ("up", "down"):
        if alert.kind.endswith(f"_{direction}"):
            return direction
    return str(alert.figures.get("direction", "any"))
