"""The workspace's watchlist: what it holds, in which order, never more than the plan allows."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from saas_app.core import clock, live
from saas_app.core.errors import Conflict, NotFound
from saas_app.entitlements import keeping, stock
from saas_app.entitlements.keeping import Thing
from saas_app.market import current, permitted
from saas_app.market.models import WatchlistItem
from saas_app.plans.access import Access
from saas_app.plans.features import Feature


class AlreadyWatched(Conflict):
    code = "already_watched"


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken off, and how many were left: enough to put it back."""

    symbol: str
    timeframe: str
    position: int
    created_at: datetime
    created_by: int
    left: int


def of(session: Session, workspace_id: int) -> list[WatchlistItem]:
    """Everything on it, in the workspace's order; also what a smaller plan no longer covers."""
    mine = select(WatchlistItem).where(WatchlistItem.workspace_id == workspace_id)
    return list(session.exec(mine.order_by(col(WatchlistItem.position), col(WatchlistItem.id))))


def count(session: Session, workspace_id: int, _now: datetime | None = None) -> int:
    mine = select(func.count()).where(col(WatchlistItem.workspace_id) == workspace_id)
    return session.exec(mine).one()


def things(session: Session, workspace_id: int) -> list[Thing]:
    """By their names, the oldest first."""
    oldest = sorted(of(session, workspace_id), key=lambda item: item.id or 0)
    return [Thing(item.id or 0, f"{item.symbol} {item.timeframe}") for item in oldest]


def resting(session: Session, workspace_id: int, standing: Access) -> frozenset[int]:
    """What a smaller plan has no room for: it stays on the list and shows no prices."""
    order = [thing.id for thing in things(session, workspace_id)]
    kept = keeping.chosen(session, workspace_id, Feature.WATCHLIST_ITEMS)
    return keeping.resting(standing, Feature.WATCHLIST_ITEMS, order, kept)


def add(
    session: Session, workspace_id: int, user_id: int, symbol: str, timeframe: str
) -> WatchlistItem:
    """Put one market on one timeframe at the end.

    Raises UnknownSymbol, UnknownTimeframe, NeedsUpgrade, LimitReached, AlreadyWatched. The limit
    is exact however many people add at once.
    """
    current.board().check(symbol, timeframe)
    permitted.require(session, workspace_id, symbol, timeframe)
    stock.take(
        session, workspace_id, Feature.WATCHLIST_ITEMS, used=lambda s: count(s, workspace_id)
    )
    _refuse_double(session, workspace_id, symbol, timeframe)
    last = select(func.max(WatchlistItem.position)).where(
        col(WatchlistItem.workspace_id) == workspace_id
    )
    item = WatchlistItem(
        workspace_id=workspace_id,
        symbol=symbol,
        timeframe=timeframe,
        position=(session.exec(last).one() or 0) + 1,
        created_at=clock.now(),
        created_by=user_id,
    )
    session.add(item)
    session.flush()
    live.publish(session, live.workspace_topic(workspace_id))
    return item


def remove(session: Session, workspace_id: int, item_id: int) -> Removed:
    """Raises NotFound for what is not on this workspace's list, wherever else it may be."""
    item = session.get(WatchlistItem, item_id)
    mine = delete(WatchlistItem).where(
        col(WatchlistItem.id) == item_id, col(WatchlistItem.workspace_id) == workspace_id
    )
    if item is None or session.exec(mine).rowcount == 0:
        raise NotFound("That item is not on your watchlist. Nothing was changed.")
    live.publish(session, live.workspace_topic(workspace_id))
    return Removed(
        item.symbol,
        item.timeframe,
        item.position,
        item.created_at,
        item.created_by,
        count(session, workspace_id),
    )


def put_back(session: Session, workspace_id: int, removed: Removed) -> WatchlistItem:
    """Undo a removal: the same item in the same place.

    Also what the plan no longer covers comes back, for it was there a moment ago; but once
    something took its room, the limit counts again. Raises LimitReached, AlreadyWatched.
    """
    left = count(session, workspace_id)
    stock.take(
        session,
        workspace_id,
        Feature.WATCHLIST_ITEMS,
        used=lambda s: count(s, workspace_id),
        adding=0 if left <= removed.left else 1,
    )
    _refuse_double(session, workspace_id, removed.symbol, removed.timeframe)
    item = WatchlistItem(
        workspace_id=workspace_id,
        symbol=removed.symbol,
        timeframe=removed.timeframe,
        position=removed.position,
        created_at=removed.created_at,
        created_by=removed.created_by,
    )
    session.add(item)
    session.flush()
    live.publish(session, live.workspace_topic(workspace_id))
    return item


def move(session: Session, workspace_id: int, item_id: int, by: int) -> None:
    """Move one item by so many places; beyond either end it stops. Raises NotFound as `remove`."""
    order = [item.id or 0 for item in of(session, workspace_id)]
    if item_id not in order:
        raise NotFound("That item is not on your watchlist. Nothing was changed.")
    here = order.index(item_id)
    there = max(0, min(here + by, len(order) - 1))
    order.insert(there, order.pop(here))
    reorder(session, workspace_id, order)


def reorder(session: Session, workspace_id: int, order: list[int]) -> None:
    """Put the items in this order. Raises NotFound unless it names exactly the items there are."""
    items = {item.id: item for item in of(session, workspace_id)}
    if len(order) != len(items) or set(order) != set(items):
        raise NotFound("The list has changed in the meantime. Nothing was moved; please reload it.")
    for position, item_id in enumerate(order, start=1):
        items[item_id].position = position
        session.add(items[item_id])
    live.publish(session, live.workspace_topic(workspace_id))


def _refuse_double(session: Session, workspace_id: int, symbol: str, timeframe: str) -> None:
    there = select(WatchlistItem.id).where(
        WatchlistItem.workspace_id == workspace_id,
        WatchlistItem.symbol == symbol,
        WatchlistItem.timeframe == timeframe,
    )
    if session.exec(there).first() is not None:
        raise AlreadyWatched(
            f"{symbol} on {timeframe} is on your watchlist already. Nothing was changed."
        )
