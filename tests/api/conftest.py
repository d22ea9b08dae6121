from collections.abc import Iterator

import pytest

from tests.support.web import Web, edge


@pytest.fixture
def web(database) -> Iterator[Web]:
    with edge() as client:
        yield client
