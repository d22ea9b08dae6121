"""Undo and order on the watchlist: nothing gets in through the back door."""

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.entitlements.errors import LimitReached
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.replay import ReplaySource
from tests.support.billing_world import Tenant, new_tenant
from tests.support.grants import grant

FIVE = ("BTCUSD", "EURUSD", "USDJPY", "US30", "XAUUSD")


@pytest.fixture
def ada(database) -> Tenant:
    current.install(Board([DemoSource(), ReplaySource()]))
    return new_tenant("ada")


def add(tenant: Tenant, *symbols: str, timeframe: str = "H1") -> list[int]:
    with transaction() as session:
        return [
            watchlist.add(session, tenant.id, tenant.owner.id, symbol, timeframe).id
            for symbol in symbols
        ]


def remove(tenant: Tenant, item_id: int) -> watchlist.Removed:
    with transaction() as session:
        return watchlist.remove(session, tenant.id, item_id)


def put_back(tenant: Tenant, removed: watchlist.Removed) -> None:
    with transaction() as session:
        watchlist.put_back(session, tenant.id, removed)


def kept(tenant: Tenant) -> list[str]:
    with snapshot() as session:
        return [item.symbol for item in watchlist.of(session, tenant.id)]


@pytest.mark.db
def test_undo_restores_the_place(ada):
    ids = add(ada, *FIVE)
    put_back(ada, remove(ada, ids[2]))
    assert kept(ada) == list(FIVE)


def test_undo_does_not_pass_the_limit_once_the_room_is_taken(ada):
    ids = add(ada, *FIVE)
    removed = remove(ada, ids[0])
    add(ada, "EURUSD", timeframe="D1")
    with pytest.raises(LimitReached):
        put_back(ada, removed)
    assert len(kept(ada)) == 5


def test_undo_twice_is_refused(ada):
    removed = remove(ada, add(ada, "BTCUSD")[0])
    put_back(ada, removed)
    with pytest.raises(watchlist.AlreadyWatched):
        put_back(ada, removed)


def test_undo_works_above_the_limit_of_a_smaller_plan(ada):
    ids = add(ada, *FIVE)
    grant(ada, "watchlist_items", 2)
    put_back(ada, remove(ada, ids[4]))
    assert kept(ada) == list(FIVE)


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (1, ["EURUSD", "BTCUSD", "USDJPY"]),
        (-1, ["BTCUSD", "EURUSD", "USDJPY"]),
        (9, ["EURUSD", "USDJPY", "BTCUSD"]),
    ],
)
def test_an_item_moves_as_far_as_there_is_room(ada, by, order):
    ids = add(ada, *FIVE[:3])
    with transaction() as session:
        watchlist.move(session, ada.id, ids[0], by)
    assert kept(ada) == order


def test_what_is_not_on_the_list_cannot_be_moved(ada):
    ids = add(ada, "BTCUSD")
    mallory = new_tenant("mallory")
    with transaction() as session, pytest.raises(NotFound):
        watchlist.move(session, mallory.id, ids[0], 1)
