"""One look at a chart with the viewer's own rights: what it is, and whether the plan covers it.

Whatever a page shows of a chart passes here first, so that a locked candle never leaves the server.
"""

from dataclasses import dataclass

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.entitlements import access, words
from saas_app.market import current, layout, movement, permitted, symbols, watchlist
from saas_app.market.bars import Bar
from saas_app.market.errors import UnknownSymbol
from saas_app.market.symbols import Symbol
from saas_app.onboarding import starting_points, wizard
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied
from saas_app.ui import routes
from saas_app.ui.components.exports import Files, files
from saas_app.ui.pages.market import reach, rows
from saas_app.ui.pages.market.charts.standing import Line, lines
from saas_app.ui.pages.market.rows import LevelRow, Tick
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

_PREFIX = "/charts/"


@dataclass(frozen=True, slots=True)
class Lock:
    """Closed when `shut`: which chart, why, and the plan that opens it ("" where none would)."""

    shut: bool = False
    title: str = ""
    words: str = ""
    plan: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    market: Symbol
    timeframe: str
    access: Access
    lock: Lock
    watched: bool
    may_edit: bool
    switched_on: frozenset[str]
    alerts: list[Line]
    files: Files
    basic: Lock  # shut where the plan's charts have no indicators


@dataclass(frozen=True, slots=True)
class Moment:
    """The moving end of an open chart."""

    last: Bar | None
    tick: Tick
    priced_at: str


def asked(path: str, timeframe: str | None) -> tuple[str, str]:
    """Symbol and timeframe as the address names them; both come from outside."""
    name = path.removeprefix(_PREFIX).strip("/") if path.startswith(_PREFIX) else ""
    return name.upper()[:32], (timeframe or "").upper()[:8]


def look(who: SignedIn, symbol: str, timeframe: str) -> Sight:
    """Raises UnknownSymbol or UnknownTimeframe. An empty timeframe picks the viewer's first."""
    market = symbols.find(symbol)
    if market is None:
        raise UnknownSymbol(text("chart.missing.text"), symbol=symbol)
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        items = watchlist.of(session, who.workspace_id)
        alerts = lines(session, who.workspace_id, symbol)
        switched_on = layout.of(session, who.user_id)
        liked = wizard.answers(session, who.user_id).timeframes or ()
    wanted = timeframe or starting_points.preferred(standing, symbol, liked)
    timeframe = wanted or reach.first_frame(market, standing)
    current.board().check(symbol, timeframe)
    return Sight(
        market=market,
        timeframe=timeframe,
        access=standing,
        lock=_lock(standing, market, timeframe),
        watched=any((item.symbol, item.timeframe) == (symbol, timeframe) for item in items),
        may_edit=role is not None and roles.may(role, Permission.EDIT),
        switched_on=switched_on,
        alerts=alerts,
        files=files(standing, "candles", routes.candles_query(symbol, timeframe)),
        basic=_basic(standing),
    )


def moment(market: Symbol, timeframe: str, zone: str) -> Moment:
    """Asks nobody: only for a chart that was looked at and is open."""
    now, board = clock.wall(), current.board()
    moved = movement.of(board, market.id, now=now)
    last = board.forming_bar(market.id, timeframe, now=now)
    priced_at = rows.priced_at(moved.quote, zone) if moved else ""
    return Moment(last, rows.tick(market, moved, now, zone), priced_at)


def levels(market: Symbol, timeframe: str, zone: str) -> tuple[list[LevelRow], list[LevelRow]]:
    """Horizontal levels and sloping lines; asks nobody, as `moment`."""
    found = current.board().indicators(market.id, timeframe, now=clock.wall())
    return rows.levels(found, market.digits, zone), rows.lines(found, market.digits, zone)


def _lock(standing: Access, market: Symbol, timeframe: str) -> Lock:
    denied = permitted.why_not(standing, market.id, timeframe)
    if denied is None:
        return Lock()
    return shut_by(
        text("chart.locked_title", symbol=market.id, timeframe=timeframe), denied, standing
    )


def _basic(standing: Access) -> Lock:
    denied = permitted.why_basic(standing)
    return shut_by(text("chart.basic_title"), denied, standing) if denied else Lock()


def shut_by(title: str, denied: Denied, standing: Access) -> Lock:
    """The lock's words for what was denied."""
    plan = standing.catalogue.find(denied.upgrade_to)
    return Lock(
        shut=True,
        title=title,
        words=words.sentence(denied, standing),
        plan=plan.name if plan else "",
        why=routes.why(denied.feature, denied.item or ""),
    )
