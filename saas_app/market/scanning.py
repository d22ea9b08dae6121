"""What of the scanner a plan opens: which charts, which columns, how often. Asks `decide`; draws nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from saas_app.core.texts import text
from saas_app.entitlements.errors import refusal
from saas_app.market import filters, permitted, scanner, symbols
from saas_app.market.errors import UnknownSymbol
from saas_app.market.filters import Filter
from saas_app.market.scanner import Column
from saas_app.market.symbols import Symbol
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

_NOTHING = Filter()
_USUAL_SECONDS = 15  # where a product's plans do not speak of it
# What a plan may sell one by one, beside the two sizes of the scanner.
_SOLD: Sequence[Column] = ("price", "change", "volume", "open_interest", "liquidations")
# Whoever may not read a column may not ask about it either: the answer would tell.
ASKED: Mapping[str, Column] = {
    "direction": "direction",
    "regime": "regime",
    "min_volume": "volume",
    "min_multiple": "volume_multiple",
    "max_distance": "distance",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """`locked` has each column that the plan keeps shut, `shut` each market and timeframe."""

    charts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    locked: Mapping[str, Denied]
    shut: tuple[Denied, ...]
    seconds: int


def scope(access: Access, markets: Sequence[Symbol]) -> Scope:
    """Of these markets. Raises NeedsUpgrade where the plan has no scanner at all."""
    denied = decide(access, Feature.SCANNER, item="basic")
    if isinstance(denied, Denied):
        raise refusal(denied, access)
    locked: dict[str, Denied] = {
        column: why for column in scanner.FULL if (why := _why_shut(access, column))
    }
    charts, shut = _charts(access, markets)
    return Scope(
        charts=charts,
        columns=tuple(column for column in scanner.FULL if column not in locked),
        locked=locked,
        shut=shut,
        seconds=seconds(access),
    )


def require(scope: Scope, wanted: Filter, access: Access) -> None:
    """Raises UnknownSymbol, or NeedsUpgrade for the first thing asked that the plan keeps shut."""
    for symbol in wanted.symbols:
        if symbols.find(symbol) is None:
            raise UnknownSymbol(text("scanner.unknown_symbol"), symbol=symbol)
    named = {*wanted.symbols, *wanted.timeframes}
    denied = next((each for each in scope.shut if each.item in named), None)
    locked = (scope.locked[column] for column in _about(wanted) if column in scope.locked)
    if denied := denied or next(locked, None):
        raise refusal(denied, access)


def opened(scope: Scope, wanted: Filter) -> tuple[Filter, tuple[str, ...]]:
    """What of a filter this plan covers, and the columns, markets and timeframes that rest."""
    shut = {name: column for name, column in ASKED.items() if column in scope.locked}
    rests: list[str] = [column for column in _about(wanted) if column in scope.locked]
    covered: dict[str, Any] = {name: getattr(_NOTHING, name) for name in shut}
    has = {
        "symbols": {symbol for symbol, _ in scope.charts},
        "timeframes": {timeframe for _, timeframe in scope.charts},
    }
    for name in filters.NAMES:
        asked: tuple[str, ...] = getattr(wanted, name)
        covered[name] = tuple(each for each in asked if each in has[name])
        rests += [each for each in asked if each not in has[name]]
    return replace(wanted, **covered), tuple(rests)


def charts_of(scope: Scope, wanted: Filter) -> list[tuple[str, str]]:
    """The open charts that the filter does not leave out: the others need not be looked at."""
    return [
        (symbol, timeframe)
        for symbol, timeframe in scope.charts
        if (not wanted.symbols or symbol in wanted.symbols)
        and (not wanted.timeframes or timeframe in wanted.timeframes)
    ]


def seconds(access: Access) -> int:
    """How often an open page may be refreshed by itself."""
    limit = access.limits.get(Feature.REFRESH_S)
    return limit if isinstance(limit, int) else _USUAL_SECONDS


def by_hand(access: Access) -> Denied | None:
    """Why one may not refresh by hand; a product that does not speak of it lets everybody."""
    return _unless_given(access, Feature.MANUAL_REFRESH)


def alert_filters(access: Access) -> Denied | None:
    """Why the alerts may not be filtered, likewise."""
    return _unless_given(access, Feature.ALERT_FILTERS)


def _about(wanted: Filter) -> list[Column]:
    return [
        column for name, column in ASKED.items() if getattr(wanted, name) != getattr(_NOTHING, name)
    ]


def _charts(
    access: Access, markets: Sequence[Symbol]
) -> tuple[tuple[tuple[str, str], ...], tuple[Denied, ...]]:
    """The charts that are open, and each locked market and timeframe once."""
    opened: list[tuple[str, str]] = []
    shut: dict[tuple[Feature, str | None], Denied] = {}
    for symbol, timeframe in scanner.charts(markets):
        if denied := permitted.why_not(access, symbol, timeframe):
            shut.setdefault((denied.feature, denied.item), denied)
        else:
            opened.append((symbol, timeframe))
    return tuple(opened), tuple(shut.values())


def _why_shut(access: Access, column: Column) -> Denied | None:
    size = "basic" if column in scanner.BASIC else "full"
    answer = decide(access, Feature.SCANNER, item=size)
    if not isinstance(answer, Denied) and column in _SOLD:
        answer = _unless_given(access, Feature.COLUMNS, column)
    return answer if isinstance(answer, Denied) else None


def _unless_given(access: Access, feature: Feature, item: str | None = None) -> Denied | None:
    if not access.catalogue.offers(feature):
        return None
    answer = decide(access, feature, item=item)
    return answer if isinstance(answer, Denied) else None


def names(columns: Iterable[Column]) -> tuple[str, ...]:
    """A row's facts in the order they are shown: who, then the open columns, then from where."""
    beside = {"level": ("level", "side")}
    opened = [name for column in columns for name in beside.get(column, (column,))]
    return ("symbol", "timeframe", *opened, "source", "data_kind", "candle", "priced_at")


def shown(rows: Iterable[scanner.Row], columns: Iterable[Column]) -> list[dict[str, object]]:
    """The rows as plain facts, without what the plan keeps shut."""
    facts = names(columns)
    return [{name: getattr(row, name) for name in facts} for row in rows]
