import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.entitlements.errors import LimitReached, NeedsUpgrade
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.errors import UnknownSymbol
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.models import WatchlistItem
from saas_app.market.watchlist import AlreadyWatched
from tests.support.billing_world import new_tenant
from tests.support.racing import raced

pytestmark = pytest.mark.db
BOARD = Board([DemoSource()])
CHARTS = [
    (symbol, frame)
    for symbol in ("EURUSD", "XAUUSD", "US30", "BTCUSD", "USDJPY")
    for frame in ("H1", "H4", "D1")
]


@pytest.fixture
def ada(database):
    current.install(BOARD)
    return new_tenant()


def add(tenant, symbol="EURUSD", timeframe="H1"):
    with transaction() as session:
        return watchlist.add(session, tenant.id, tenant.owner.id, symbol, timeframe).id


def listed(tenant):
    with snapshot() as session:
        return [(item.symbol, item.timeframe) for item in watchlist.of(session, tenant.id)]


def fill(tenant, count=5):
    return [add(tenant, *chart) for chart in CHARTS[:count]]


def test_the_fifth_item_fits_on_free_and_the_sixth_does_not(ada):
    fill(ada)
    with pytest.raises(LimitReached) as refused:
        add(ada, *CHARTS[5])
    assert refused.value.facts["limit"] == refused.value.facts["used"] == 5
    assert refused.value.facts["upgrade_to"] == "pro"
    assert listed(ada) == CHARTS[:5]


def test_under_fifteen_who_add_at_once_the_limit_is_exact(ada):
    answers = raced(lambda number: add(ada, *CHARTS[number]), len(CHARTS))
    assert sum(isinstance(answer, int) for answer in answers) == 5
    assert sum(isinstance(answer, LimitReached) for answer in answers) == 10
    assert len(listed(ada)) == 5


def test_of_many_who_add_the_same_chart_one_does(ada):
    answers = raced(lambda _: add(ada))
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyWatched) for answer in answers) == 7


def test_positions_stay_in_order_when_many_add_at_once(ada):
    raced(lambda number: add(ada, *CHARTS[number]), 5)
    with snapshot() as session:
        assert [item.position for item in watchlist.of(session, ada.id)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("chart", "refusal"),
    [
        (("GBPJPY", "H1"), NeedsUpgrade),
        (("EURUSD", "M5"), NeedsUpgrade),
        (("TULIP", "H1"), UnknownSymbol),
    ],
)
def test_what_the_plan_does_not_open_cannot_be_watched(ada, chart, refusal):
    with pytest.raises(refusal):
        add(ada, *chart)
    assert listed(ada) == []


def test_what_a_smaller_plan_no_longer_covers_stays_and_can_be_removed(ada):
    """As after a downgrade: seven items and a locked market on Free."""
    with transaction() as session:
        for number, (symbol, frame) in enumerate([*CHARTS[:6], ("GBPJPY", "M5")]):
            session.add(
                WatchlistItem(
                    workspace_id=ada.id,
                    symbol=symbol,
                    timeframe=frame,
                    position=number,
                    created_at=ada.workspace.created_at,
                    created_by=ada.owner.id,
                )
            )
    assert len(listed(ada)) == 7
    with pytest.raises(LimitReached):
        add(ada, *CHARTS[6])
    with transaction() as session:
        last = watchlist.of(session, ada.id)[-1]
        watchlist.remove(session, ada.id, last.id)
    assert len(listed(ada)) == 6
    with pytest.raises(LimitReached):
        add(ada, *CHARTS[6])


def test_a_removed_item_leaves_room_for_another(ada):
    first, *_ = fill(ada)
    with transaction() as session:
        watchlist.remove(session, ada.id, first)
    add(ada, *CHARTS[5])
    assert listed(ada) == CHARTS[1:6]


def test_a_strangers_item_and_a_missing_one_are_refused_alike(ada):
    item, mallory = add(ada), new_tenant("mallory")
    messages = set()
    for wrong in (item, 987_654):
        with pytest.raises(NotFound) as refused, transaction() as session:
            watchlist.remove(session, mallory.id, wrong)
        messages.add(refused.value.message)
    assert len(messages) == 1
    assert listed(ada) == [("EURUSD", "H1")]


def test_the_list_is_put_in_another_order(ada):
    items = fill(ada, 3)
    with transaction() as session:
        watchlist.reorder(session, ada.id, [items[2], items[0], items[1]])
    assert listed(ada) == [CHARTS[2], CHARTS[0], CHARTS[1]]


@pytest.mark.parametrize(
    "change",
    [lambda ids: ids[:2], lambda ids: [*ids, 987_654], lambda ids: [ids[0]] * 3, lambda ids: []],
)
def test_an_order_that_does_not_name_exactly_what_is_there_moves_nothing(ada, change):
    items = fill(ada, 3)
    with pytest.raises(NotFound), transaction() as session:
        watchlist.reorder(session, ada.id, change(items))
    assert listed(ada) == CHARTS[:3]


def test_mallory_cannot_order_anothers_list(ada):
    items, mallory = fill(ada, 3), new_tenant("mallory")
    with pytest.raises(NotFound), transaction() as session:
        watchlist.reorder(session, mallory.id, items[::-1])
    assert listed(ada) == CHARTS[:3]
