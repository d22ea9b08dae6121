"""An account from sign-up to closing, in Chromium; and nothing secret left behind by it anywhere."""

import io
import json
import re
import time
import zipfile

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from launch.shots import log_in
from tests.support.product import Product

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

EMAIL, ELSEWHERE = "harriet@example.com", "harriet@elsewhere.example"
FIRST, SECOND, THIRD = (
    "four unrelated harbour words",
    "another quiet boat at anchor",
    "lighthouse keepers rarely hurry",
)
_REVOKED_WITHIN = 5_000


class Ears:
    """Hears everything the server sends to a browser's pages over their sockets."""

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        context.on("page", self._listen)

    def _listen(self, page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framereceived", self._take))

    def _take(self, frame: object) -> None:
        self.heard.append(str(frame))


@pytest.fixture
def ears(context: BrowserContext) -> Ears:
    return Ears(context)


def letters(product: Product, to: str, about: str, count: int = 1) -> list[dict]:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        found = [one for one in product.sandbox.mail(to) if about in one["subject"]]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no letter about {about!r} for {to}")


def link(letter: dict) -> str:
    return next(each for each in letter["links"] if "token=" in each)


def cookies(context: BrowserContext) -> dict[str, str]:
    return {each["name"]: each["value"] for each in context.cookies()}


def test_an_account_lives_and_leaves_nothing_secret_behind(
    product: Product, context: BrowserContext, ears: Ears, complaints, chromium
):
    page = context.new_page()
    secrets = [FIRST, SECOND, THIRD]
    secrets.append(_signs_up(page, product))
    first_cookie = cookies(context)["__Host-sid"]
    _changes_the_password(page)
    secrets += _changes_the_address(page, product)
    _ends_a_log_in_elsewhere(page, product, chromium)
    _fetches_everything(page, product)
    _closes_and_keeps_the_account(page, product)
    secrets.append(_forgets_the_password(page, product))
    secrets += [
        first_cookie,
        *(value for name, value in cookies(context).items() if "__Host" in name),
    ]
    assert complaints == []
    _nothing_was_said_aloud(product, ears, secrets)


def _signs_up(page: Page, product: Product) -> str:
    page.goto("/register")
    page.wait_for_load_state("networkidle")
    page.fill("#email", EMAIL)
    page.type("#password", "harbour")
    expect(page.locator(".strength")).to_contain_text("at least 10")
    page.fill("#password", FIRST)
    expect(page.locator(".strength")).to_have_attribute("data-score", "4")
    page.click("main button[type=submit]")
    expect(page.locator(".form__status")).to_contain_text(EMAIL)
    opened = link(letters(product, EMAIL, "Confirm")[0])
    page.goto(opened)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/login"))
    expect(page.get_by_text("Your address is confirmed")).to_be_visible()
    _dead_link(page, opened, "done its work")
    _dead_link(page, opened[:-6], "do not know this link")
    log_in(page, EMAIL, FIRST)
    page.get_by_role("button", name="Skip the rest").click()
    page.wait_for_url(re.compile("/dashboard"))
    return opened.partition("token=")[2]


def _dead_link(page: Page, address: str, words: str) -> None:
    page.goto(address)
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def _form(page: Page, name: str):
    return page.locator("form").filter(has=page.get_by_role("button", name=name, exact=True))


def _changes_the_password(page: Page) -> None:
    page.goto("/settings/account")
    form = _form(page, "Change the password")
    form.locator("[name=current]").fill("not the present one")
    form.locator("[name=password]").fill("short")
    form.get_by_role("button").click()
    expect(form.locator("[data-error-for=current]")).to_contain_text("not your present")
    expect(form.locator("[data-error-for=password]")).to_contain_text("at least 10")
    form.locator("[name=current]").fill(FIRST)
    form.locator("[name=password]").fill(SECOND)
    form.get_by_role("button").click()
    page.wait_for_url(re.compile("notice=password_changed"))
    expect(page.get_by_text("every other log-in was ended").first).to_be_visible()


def _changes_the_address(page: Page, product: Product) -> list[str]:
    page.goto("/settings/account")
    form = _form(page, "Change the address")
    form.locator("[name=email]").fill(ELSEWHERE)
    form.get_by_role("button").click()
    page.wait_for_url(re.compile("notice=letters_sent"))
    links = [
        link(letters(product, EMAIL, "about to change")[0]),
        link(letters(product, ELSEWHERE, "Confirm your new")[0]),
    ]
    for each in links:
        page.goto(each)
        page.get_by_role("button", name="I agree").click()
        expect(page.locator(".form__status")).not_to_be_empty()
    page.goto("/settings/account")
    expect(page.get_by_text(ELSEWHERE).first).to_be_visible()
    return [each.partition("token=")[2].partition("&")[0] for each in links]


def _ends_a_log_in_elsewhere(page: Page, product: Product, chromium) -> None:
    """A page that is open on another device is closed within five seconds."""
    other = chromium.new_context(base_url=product.url)
    there = other.new_page()
    log_in(there, ELSEWHERE, SECOND)
    there.goto("/settings/profile")
    expect(there.locator("#name")).to_be_visible()
    assert letters(product, ELSEWHERE, "new log-in")
    page.goto("/settings/security")
    page.locator("#log-ins").get_by_role("button", name=re.compile("^End: ")).click()
    there.wait_for_url(re.compile("/login"), timeout=_REVOKED_WITHIN)
    other.close()


def _fetches_everything(page: Page, product: Product) -> None:
    page.goto("/settings/privacy")
    page.get_by_role("button", name="Make my archive").click()
    page.wait_for_url(re.compile("notice=export_requested"))
    letters(product, ELSEWHERE, "archive is ready")
    page.goto("/settings/privacy")
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch my archive").click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert json.loads(archive.read("data.json"))["user"][0]["email"] == ELSEWHERE


def _closes_and_keeps_the_account(page: Page, product: Product) -> None:
    page.goto("/settings/account")
    form = _form(page, "Close my account")
    form.locator("[name=confirm]").fill("somebody@else.example")
    form.get_by_role("button").click()
    expect(form.locator("[data-error-for=confirm]")).to_contain_text("exactly")
    form.locator("[name=confirm]").fill(ELSEWHERE)
    form.get_by_role("button").click()
    page.wait_for_url(re.compile("notice=closing"))
    letters(product, ELSEWHERE, "Your account closes")
    page.goto("/dashboard")
    expect(page.get_by_text("one click keeps it")).to_be_visible()
    page.goto("/settings/account")
    _form(page, "Keep my account").get_by_role("button").click()
    page.wait_for_url(re.compile("notice=kept"))
    expect(_form(page, "Close my account")).to_be_visible()


def _forgets_the_password(page: Page, product: Product) -> str:
    page.goto("/forgot-password")
    page.fill("#email", ELSEWHERE)
    page.click("main button[type=submit]")
    opened = link(letters(product, ELSEWHERE, "Choose a new password")[0])
    page.goto(opened)
    page.fill("#password", THIRD)
    page.click("main button[type=submit]")
    page.wait_for_url(re.compile("/login"))
    log_in(page, ELSEWHERE, THIRD)
    return opened.partition("token=")[2]


def _nothing_was_said_aloud(product: Product, ears: Ears, secrets: list[str]) -> None:
    """Neither the log nor anything sent to a page holds a secret, a hash, or in the log an address."""
    log, frames = product.log, "\n".join(ears.heard)
    assert len(frames) > 10_000
    for secret in secrets:
        assert len(secret) > 8
        assert secret not in log
        assert secret not in frames
    for telling in ("$argon2", "password_hash", "sealed_secret", "csrf"):
        assert telling not in log + frames
    for address in (EMAIL, ELSEWHERE):
        assert address not in log
