"""One sandbox process for the folder, forgotten between tests; a shop and a listener for each."""

from collections.abc import Iterator

import pytest

from tests.support.sandbox_process import Sandbox, running_sandbox
from tests.support.stripe_shop import Shop
from tests.support.webhook_receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def configured() -> None:
    """The sandbox knows nothing of the product's settings, so neither do its tests."""


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.reset()
    return process


@pytest.fixture
def shop(sandbox: Sandbox) -> Shop:
    return Shop(sandbox)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture
def secret(shop: Shop, receiver: Receiver) -> str:
    """The receiver is registered for everything; this is its signing secret."""
    endpoint = shop.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    return str(endpoint.secret)
