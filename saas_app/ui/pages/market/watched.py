"""What is on the workspace's watchlist, as rows with the viewer's own rights: locked ones carry no price."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.texts import text
from saas_app.entitlements import access, usage
from saas_app.market import current, movement, permitted, symbols, watchlist
from saas_app.market.models import WatchlistItem
from saas_app.market.symbols import Symbol
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied
from saas_app.plans.features import Feature
from saas_app.ui import routes
from saas_app.ui.components import sparkline
from saas_app.ui.pages.market import rows
from saas_app.ui.pages.market.rows import MeterRow, Tick
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

_SPARK = 32


@dataclass(frozen=True, slots=True)
class Item:
    """`spark` is empty where the plan does not cover the chart, or nothing has traded."""

    id: int
    symbol: str
    name: str
    timeframe: str
    href: str
    locked: bool
    why: str  # where the lock is explained; empty where there is none
    spark: str
    data: str
    open_label: str
    up_label: str
    down_label: str
    remove_label: str
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the list."""

    access: Access
    items: list[Item]
    ticks: dict[str, Tick]
    meter: MeterRow
    may_edit: bool


def look(who: SignedIn) -> Seen:
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        found = items(session, who.workspace_id, standing)
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        return Seen(
            access=standing,
            items=found,
            ticks=ticks(found, who.time_zone),
            meter=room(session, who.workspace_id, standing),
            may_edit=role is not None and roles.may(role, Permission.EDIT),
        )


def items(session: Session, workspace_id: int, standing: Access) -> list[Item]:
    """In the workspace's order; what the plan does not cover stays, marked."""
    found = watchlist.of(session, workspace_id)
    known = symbols.everything()
    pairs = [(item, known[item.symbol]) for item in found if item.symbol in known]
    resting = watchlist.resting(session, workspace_id, standing)
    return [
        _item(
            item,
            market,
            standing,
            rests=item.id in resting,
            first=index == 0,
            last=index == len(pairs) - 1,
        )
        for index, (item, market) in enumerate(pairs)
    ]


def ticks(shown: list[Item], zone: str) -> dict[str, Tick]:
    """The moving part, by symbol; nothing of what is locked."""
    now = clock.wall()
    return {item.symbol: tick(item.symbol, now, zone) for item in shown if not item.locked}


def tick(symbol: str, now: datetime, zone: str) -> Tick:
    market = symbols.everything()[symbol]
    return rows.tick(market, movement.of(current.board(), symbol, now=now), now, zone)


def meters(session: Session, workspace_id: int, standing: Access) -> list[MeterRow]:
    return [
        rows.meter(line, standing) for line in usage.summary(session, workspace_id, clock.now())
    ]


def room(
    session: Session,
    workspace_id: int,
    standing: Access,
    feature: Feature = Feature.WATCHLIST_ITEMS,
) -> MeterRow:
    """The meter of one stock alone; an empty one where the product does not count it."""
    lines = usage.summary(session, workspace_id, clock.now())
    mine = (line for line in lines if line.feature is feature)
    return next((rows.meter(line, standing) for line in mine), rows.NO_METER)


def _item(
    item: WatchlistItem,
    market: Symbol,
    standing: Access,
    *,
    rests: bool,
    first: bool,
    last: bool,
) -> Item:
    denied = permitted.why_not(standing, item.symbol, item.timeframe)
    locked = rests or denied is not None
    named = {"symbol": item.symbol, "timeframe": item.timeframe}
    label, _ = rows.data_words(current.board().source_of(item.symbol).kind)
    return Item(
        id=item.id or 0,
        symbol=item.symbol,
        name=market.name,
        timeframe=item.timeframe,
        href=routes.chart(item.symbol, item.timeframe),
        locked=locked,
        why=_why(denied, rests=rests),
        spark="" if locked else _spark(item),
        data=label,
        open_label=text("watchlist.open", **named),
        up_label=text("watchlist.up", **named),
        down_label=text("watchlist.down", **named),
        remove_label=text("watchlist.remove", **named),
        first=first,
        last=last,
    )


def _why(denied: Denied | None, *, rests: bool) -> str:
    if denied:
        return routes.why(denied.feature, denied.item or "")
    return routes.why(Feature.WATCHLIST_ITEMS) if rests else ""


def _spark(item: WatchlistItem) -> str:
    answer = current.board().candles(item.symbol, item.timeframe, now=clock.wall(), count=_SPARK)
    return sparkline.points([candle["close"] for candle in answer["candles"]])
