"""Which markets and timeframes a workspace may look at. Asks `decide`; draws nothing."""

from collections.abc import Iterator

from sqlmodel import Session

from saas_app.core import clock
from saas_app.entitlements import access
from saas_app.entitlements.errors import refusal
from saas_app.market import symbols
from saas_app.market.errors import UnknownSymbol
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

BASIC, ADVANCED = "basic", "advanced"  # levels of charts


def require(
    session: Session, workspace_id: int, symbol: str, timeframe: str, *, charts: str = BASIC
) -> None:
    """Raises UnknownSymbol, or NeedsUpgrade naming the limit and the plan that lifts it."""
    standing = access.of(session, workspace_id, clock.now())
    denied = why_not(standing, symbol, timeframe) or why_basic(standing, charts)
    if denied:
        raise refusal(denied, standing)


def require_charts(session: Session, workspace_id: int, level: str) -> None:
    """Raises NeedsUpgrade where the plan's charts are simpler than that."""
    standing = access.of(session, workspace_id, clock.now())
    if denied := why_basic(standing, level):
        raise refusal(denied, standing)


def why_basic(standing: Access, level: str = ADVANCED) -> Denied | None:
    """Why charts have no indicators here, or None: also where a product's plans do not speak of charts."""
    if level == BASIC or not standing.catalogue.offers(Feature.CHARTS):
        return None
    answer = decide(standing, Feature.CHARTS, item=level)
    return answer if isinstance(answer, Denied) else None


def why_not(standing: Access, symbol: str, timeframe: str) -> Denied | None:
    """The first reason why this chart is locked, or None when it is open.

    History of the past is open to everybody. A product whose plans do not speak of markets
    does not limit them. Raises UnknownSymbol.
    """
    market = symbols.find(symbol)
    if market is None:
        raise UnknownSymbol(
            "There is no such market here. Pick one from the list of symbols.", symbol=symbol
        )
    if market.archived:
        return None
    return next(_denials(standing, symbol, timeframe), None)


def _denials(standing: Access, symbol: str, timeframe: str) -> Iterator[Denied]:
    for feature, item in ((Feature.SYMBOLS, symbol), (Feature.TIMEFRAMES, timeframe)):
        if not standing.catalogue.offers(feature):
            continue
        answer = decide(standing, feature, item=item)
        if isinstance(answer, Denied):
            yield answer
