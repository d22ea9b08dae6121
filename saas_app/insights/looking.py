"""One look at one chart, for whoever stands at an edge: what the plan opens of it, and its record."""

from dataclasses import dataclass
from datetime import datetime

from saas_app.entitlements.errors import refusal
from saas_app.insights import facts, outlook, record, scope
from saas_app.insights.facts import Facts
from saas_app.insights.outlook import Outlook
from saas_app.insights.record import Record
from saas_app.insights.scope import Scope
from saas_app.market import permitted
from saas_app.market.board import Board
from saas_app.plans.access import Access


@dataclass(frozen=True, slots=True)
class Look:
    """`outlook` is None where there has never been a candle."""

    scope: Scope
    outlook: Outlook | None
    record: Record | None = None
    facts: Facts | None = None


def look(board: Board, standing: Access, symbol: str, timeframe: str, *, now: datetime) -> Look:
    """Opens transactions of its own. Raises UnknownSymbol, UnknownTimeframe, NeedsUpgrade."""
    board.check(symbol, timeframe)
    if denied := permitted.why_not(standing, symbol, timeframe):
        raise refusal(denied, standing)
    opened = scope.of(standing)
    seen = outlook.of(board, symbol, timeframe, now=now)
    if seen is None:
        return Look(opened, None)
    return Look(
        opened,
        seen,
        record.kept(board, seen, now=now),
        facts.gathered(board, seen, opened.opened, now=now),
    )
