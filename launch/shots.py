"""Pictures of every page, dark and light, wide and narrow, and a contact sheet of each: looking made cheap."""

import html
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from launch.progress import say, step
from launch.venv import ROOT
from saas_app.scenes import PASSWORD
from saas_app.ui import routes, sitemap
from tests.support.product import Product, built, running_product

OUT = ROOT / "shots"
_THEMES = ("dark", "light")
_WIDTHS = (1280, 360)
_HEIGHT = 800
_SETTLE_MS = 1200
_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
_PERSON = "trial@tidemark.example"
# A page without state of its own to show is looked at as somebody in the middle of it would see it.
_EXAMPLES = {routes.CHART: routes.chart("EURUSD"), "404": "/nowhere"}
_AS = {routes.ONBOARDING: "fresh@tidemark.example"}


@dataclass(frozen=True, slots=True)
class Shot:
    path: str
    theme: str
    width: int

    @property
    def file(self) -> Path:
        name = self.path.strip("/").replace("/", "_").replace("?", "_") or "landing"
        return OUT / f"{name}-{self.theme}-{self.width}.png"


def shots() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    with step("Building the pages"):
        built()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_product(Path(folder) / "tree") as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGS)
        known: dict[str, StorageState] = {}
        taken = [shot for page in sitemap.PAGES for shot in _of(browser, product, page, known)]
        for path in dict.fromkeys(shot.path for shot in taken):
            _contact_sheet(browser, [shot for shot in taken if shot.path == path])
        browser.close()
    say(f"{len(taken)} pictures and a contact sheet per page are in {OUT.relative_to(ROOT)}/.")
    return 0


def _of(
    browser: Browser, product: Product, page: sitemap.Page, known: dict[str, StorageState]
) -> Iterator[Shot]:
    path = _EXAMPLES.get(page.path, page.path)
    person = _AS.get(page.path, _PERSON) if page.audience is sitemap.SIGNED_IN else ""
    for theme in _THEMES:
        for width in _WIDTHS:
            shot = Shot(path, theme, width)
            context = browser.new_context(
                viewport={"width": width, "height": _HEIGHT},
                base_url=product.url,
                storage_state=known.get(person),
            )
            context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
            tab = context.new_page()
            if person and person not in known:
                # Once per person: more would be slowed down like anybody's guessing.
                log_in(tab, person)
                known[person] = context.storage_state()
            tab.goto(path)
            tab.wait_for_timeout(_SETTLE_MS)
            tab.screenshot(path=shot.file, full_page=True)
            context.close()
            yield shot


def log_in(tab: Page, email: str, password: str = PASSWORD) -> None:
    tab.goto(routes.LOGIN)
    tab.fill("#email", email)
    tab.fill("#password", password)
    tab.click("button[type=submit]")
    tab.wait_for_url(lambda url: routes.LOGIN not in url)


def _contact_sheet(browser: Browser, taken: list[Shot]) -> None:
    cells = "".join(
        f"<figure><img src='file://{shot.file}'><figcaption>{shot.theme} {shot.width}</figcaption></figure>"
        for shot in taken
    )
    sheet = taken[0].file.with_name(taken[0].file.name.rsplit("-", 2)[0] + "-sheet.html")
    sheet.write_text(
        "<style>body{margin:16px;display:flex;gap:16px;align-items:flex-start;font:14px sans-serif}"
        f"figure{{margin:0}}img{{max-height:1400px;max-width:560px;border:1px solid #888}}</style>{cells}<title>{html.escape(taken[0].path)}</title>"
    )
    tab = browser.new_page(viewport={"width": 1800, "height": 1000})
    tab.goto(f"file://{sheet}")
    tab.screenshot(path=sheet.with_suffix(".png"), full_page=True)
    tab.close()
    sheet.unlink()
