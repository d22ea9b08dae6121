import shutil
from collections.abc import Iterator

import pytest

from tests.support.product import Product, built, running_product


@pytest.fixture(scope="session")
def bundle() -> None:
    built()


@pytest.fixture(scope="session")
def product(bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product") / "tree") as running:
        yield running


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium. Without it a journey is not run, and in CI that is a failure."""
    return shutil.which("chromium")
