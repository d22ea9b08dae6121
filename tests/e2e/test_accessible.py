"""No page keeps anybody out: axe finds nothing, in either theme, and nothing scrolls sideways on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState

from launch.shots import log_in
from saas_app.ui import routes, sitemap
from tests.support.product import Product

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
PERSON = "trial@tidemark.example"
# A page that is about one thing is looked at with one; a half-way page as somebody half-way.
SHOWN = {routes.CHART: routes.chart("EURUSD"), "404": "/nowhere"}
NEWCOMER = {routes.ONBOARDING: "fresh@tidemark.example"}
PAGES = [pytest.param(page, id=page.path) for page in sitemap.PAGES]
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, product: Product) -> dict[str, StorageState]:
    """Once per person: more log-ins would be slowed down like anybody's guessing."""
    known: dict[str, StorageState] = {}
    for email in {PERSON, *NEWCOMER.values()}:
        context = chromium.new_context(base_url=product.url)
        log_in(context.new_page(), email)
        known[email] = context.storage_state()
        context.close()
    return known


def opened(chromium: Browser, product: Product, row: sitemap.Page, state, **options) -> Page:
    context = chromium.new_context(base_url=product.url, storage_state=state, **options)
    tab = context.new_page()
    tab.goto(SHOWN.get(row.path, row.path))
    tab.wait_for_load_state("networkidle")
    tab.wait_for_function("!document.querySelector('main .skeleton')", timeout=8000)
    return tab


@pytest.mark.parametrize("row", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(chromium, product, signed_in, row):
    person = NEWCOMER.get(row.path, PERSON)
    state = signed_in[person] if row.audience is sitemap.SIGNED_IN else None
    found = []
    for theme, size in (("dark", SCREEN), ("light", PHONE)):
        tab = opened(
            chromium, product, row, state, viewport=size, color_scheme=theme, bypass_csp=True
        )
        # As the page's own switch does it, without keeping the choice for the person.
        tab.evaluate(
            "theme => { const { classList } = document.documentElement;"
            " classList.remove('dark', 'light'); classList.add(theme); }",
            theme,
        )
        tab.wait_for_timeout(250)
        found += [
            f"{theme}: {each['id']}: {node['html'][:160]}"
            for each in Axe().run(tab).response["violations"]
            for node in each["nodes"]
        ]
        wide = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found.append(f"{size['width']} px: {wide} px too wide")
        tab.context.close()
    assert found == []
