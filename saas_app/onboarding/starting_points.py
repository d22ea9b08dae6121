"""Puts the wizard's answers to use: a first watchlist, the chart to begin with, the first alert's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from saas_app.core import clock
from saas_app.entitlements import access
from saas_app.market import current, permitted, symbols, watchlist
from saas_app.market.symbols import AssetClass, Symbol
from saas_app.market.timeframes import Timeframe
from saas_app.onboarding.models import Preferences
from saas_app.plans.access import Access
from saas_app.plans.features import Feature

_CLASSES: dict[str, AssetClass] = {
    "forex": AssetClass.FX,
    "metals": AssetClass.METAL,
    "indices": AssetClass.INDEX,
    "crypto": AssetClass.CRYPTO,
}
_USUAL = Timeframe.H1.value
_AT_FIRST = 3  # leaves room on the smallest plan for what a person finds by themselves


@dataclass(frozen=True, slots=True)
class Chart:
    """One market on one timeframe."""

    symbol: str
    timeframe: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The alert a person would most likely want first, as they told us. It watches nothing."""

    chart: Chart
    alert_type: str
    volume_multiple: float | None
    minimum_volume: int | None


def give(session: Session, workspace_id: int, user_id: int, kept: Preferences) -> int:
    """Fill an empty watchlist from the answers; how many were added. A list in use stays as it is."""
    if watchlist.count(session, workspace_id):
        return 0
    found = fitting(
        access.of(session, workspace_id, clock.now()), kept.markets, kept.timeframes or ()
    )
    for chart in found:
        watchlist.add(session, workspace_id, user_id, chart.symbol, chart.timeframe)
    return len(found)


def fitting(standing: Access, markets: Sequence[str], timeframes: Sequence[str]) -> list[Chart]:
    """Charts for a first watchlist: never more than the plan holds, none without a watchlist."""
    return _open(standing, markets, timeframes)[: _room(standing)]


def first_chart(standing: Access, kept: Preferences, *, usual: str) -> Chart | None:
    """The chart to begin with: the `usual` market's for somebody who follows none in particular.

    None where this plan opens no market of any kind.
    """
    wanted = _open(standing, kept.markets, kept.timeframes or ()) or _open(standing, (), ())
    mine = (chart for chart in wanted if chart.symbol == usual and not kept.markets)
    return next(mine, next(iter(wanted), None))


def suggestion(standing: Access, kept: Preferences, *, usual: str) -> Suggestion | None:
    """The first alert, from the first kind asked for; None while nothing was asked for."""
    chart = first_chart(standing, kept, usual=usual)
    if not kept.alert_types or chart is None:
        return None
    return Suggestion(chart, kept.alert_types[0], kept.volume_multiple, kept.minimum_volume)


def preferred(standing: Access, symbol: str, timeframes: Sequence[str]) -> str | None:
    """The first wanted timeframe that this market has and this plan opens."""
    market = symbols.find(symbol)
    return _frame(standing, market, timeframes) if market else None


def _open(standing: Access, markets: Sequence[str], timeframes: Sequence[str]) -> list[Chart]:
    """The open charts of the wanted classes, or of any where none is wanted."""
    wanted = {_CLASSES[market] for market in markets} or set(AssetClass)
    found = [
        (symbol.id, _frame(standing, symbol, timeframes) or _frame(standing, symbol, (_USUAL,)))
        for symbol in current.board().traded
        if symbol.asset_class in wanted
    ]
    return [Chart(symbol, frame) for symbol, frame in found if frame]


def _frame(standing: Access, market: Symbol, timeframes: Sequence[str]) -> str | None:
    has = {frame.value for frame in market.timeframes}
    return next(
        (
            frame
            for frame in timeframes
            if frame in has and permitted.why_not(standing, market.id, frame) is None
        ),
        None,
    )


def _room(standing: Access) -> int:
    if not standing.catalogue.offers(Feature.WATCHLIST_ITEMS):
        return 0
    limit = standing.limits[Feature.WATCHLIST_ITEMS]
    return min(_AT_FIRST, limit) if isinstance(limit, int) else _AT_FIRST
