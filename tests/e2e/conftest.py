import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.support.product import Product, built, running_product

# Started without its chatter: in a closed network each look-up of its maker's hosts is a delay.
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# On two cores that run the rest of the suite beside the journeys, five seconds are not always enough.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def bundle() -> None:
    built()


@pytest.fixture(scope="session")
def product(bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product") / "tree") as running:
        yield running


# Not for the session: Playwright's loop runs in this thread, and no other test could start its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it a journey is not run, and in CI that is a failure."""
    path = shutil.which("chromium")
    if path is None:
        said = "Chromium is not installed (apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(f"journey not run: {said}")  # reason: there is nothing to drive
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, product: Product) -> Iterator[BrowserContext]:
    """A browser of its own for each journey, at our address."""
    made = chromium.new_context(base_url=product.url, viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the pages complained about: errors in the console other than refused requests."""
    heard: list[str] = []

    def listen(page) -> None:
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on(
            "console",
            lambda m: (
                heard.append(m.text)
                if m.type == "error" and "Failed to load resource" not in m.text
                else None
            ),
        )

    context.on("page", listen)
    return heard
