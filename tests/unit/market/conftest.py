from datetime import UTC, datetime

import pytest

from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.replay import ReplaySource


@pytest.fixture(scope="session")
def demo() -> DemoSource:
    return DemoSource()


@pytest.fixture(scope="session")
def replay() -> ReplaySource:
    return ReplaySource()


@pytest.fixture
def wednesday() -> datetime:
    return datetime(2026, 11, 18, 14, 37, 22, tzinfo=UTC)


@pytest.fixture
def saturday() -> datetime:
    return datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
