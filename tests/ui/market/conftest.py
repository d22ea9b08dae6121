import pytest

from saas_app.entitlements import usage
from saas_app.market import current, watchlist
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.replay import ReplaySource
from saas_app.plans.features import Feature
from tests.support.billing_world import Tenant, new_tenant

_BOARD = Board([DemoSource(), ReplaySource()])


@pytest.fixture(autouse=True)
def board(database) -> Board:
    current.install(_BOARD)
    usage.counted_by(Feature.WATCHLIST_ITEMS, watchlist.count)
    return _BOARD


@pytest.fixture
def ada(board) -> Tenant:
    """Owns a workspace on the free plan."""
    return new_tenant("ada")
