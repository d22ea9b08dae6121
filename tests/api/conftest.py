from collections.abc import Iterator

import pytest

from saas_app.core.settings import Settings
from tests.support.billing_world import sandbox_process, stripe_world, wired
from tests.support.sandbox_process import Sandbox
from tests.support.web import Web, edge

__all__ = ["sandbox_process", "stripe_world", "wired"]


@pytest.fixture
def web(database) -> Iterator[Web]:
    with edge() as client:
        yield client


@pytest.fixture
def shop(stripe_world: Sandbox, configured: Settings) -> Sandbox:
    """The sandbox behind the edge, which is still reached under its own address."""
    configured.public_url = ""
    configured.__dict__.pop("origin", None)
    return stripe_world
