"""Puts the wizard's answers to use: a first watchlist of the markets a person said they follow."""

from sqlmodel import Session

from saas_app.core import clock
from saas_app.entitlements import access
from saas_app.market import permitted, symbols, watchlist
from saas_app.market.symbols import AssetClass
from saas_app.plans.access import Access
from saas_app.plans.features import Feature

_CLASSES: dict[str, AssetClass] = {
    "forex": AssetClass.FX,
    "metals": AssetClass.METAL,
    "indices": AssetClass.INDEX,
    "crypto": AssetClass.CRYPTO,
}
_TIMEFRAME = "H1"
_AT_FIRST = 3  # leaves room on the smallest plan for what a person finds by themselves


def give(session: Session, workspace_id: int, user_id: int, markets: list[str]) -> int:
    """Fill an empty watchlist from the answers; how many were added. A list in use stays as it is."""
    if watchlist.count(session, workspace_id):
        return 0
    chosen = fitting(access.of(session, workspace_id, clock.now()), markets)
    for symbol in chosen:
        watchlist.add(session, workspace_id, user_id, symbol, _TIMEFRAME)
    return len(chosen)


def fitting(standing: Access, markets: list[str]) -> list[str]:
    """The first markets of the wanted classes that this plan opens; of any class where none is wanted.

    Never more than the plan's watchlist holds, and none in a product that has no watchlist.
    """
    wanted = {_CLASSES[market] for market in markets} or set(AssetClass)
    found = [
        symbol.id
        for symbol in symbols.traded()
        if symbol.asset_class in wanted
        and permitted.why_not(standing, symbol.id, _TIMEFRAME) is None
    ]
    return found[: _room(standing)]


def _room(standing: Access) -> int:
    if not standing.catalogue.offers(Feature.WATCHLIST_ITEMS):
        return 0
    limit = standing.limits[Feature.WATCHLIST_ITEMS]
    return min(_AT_FIRST, limit) if isinstance(limit, int) else _AT_FIRST
