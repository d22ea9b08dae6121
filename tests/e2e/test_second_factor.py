"""The second factor and passkeys in Chromium, with the authenticator that Chromium itself plays."""

import re
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong
from sqlmodel import Session, create_engine, update

from saas_app.accounts.models import LoginSession
from tests.support.product import PASSWORD

pytestmark = pytest.mark.e2e
PAGE = "/settings/security"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": False,
}


@pytest.fixture(scope="module")
def person(product):
    """Somebody of this module alone: the second factor of a demo person would be in others' way."""
    number = 0

    def sign_up() -> str:
        nonlocal number
        number += 1
        email = f"factor{number}@example.com"
        body = {"email": email, "password": PASSWORD}
        httpx.post(f"{product.url}/api/auth/register", json=body).raise_for_status()
        link = _mailed_token(product, email)
        httpx.post(f"{product.url}/api/auth/verify-email", json={"token": link}).raise_for_status()
        return email

    return sign_up


def _mailed_token(product, email) -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for letter in product.sandbox.mail(email):
            for link in letter["links"]:
                if "token=" in link:
                    return link.partition("token=")[2]
        time.sleep(0.1)
    raise AssertionError("no letter with a link arrived")


@contextmanager
def authenticator(page: Page):
    """A device with a fingerprint reader, and its owner's finger on it while inside."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def finger(there: bool) -> None:
        devtools.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": made["authenticatorId"], "enabled": there},
        )

    yield finger
    devtools.detach()


def log_in(page: Page, email: str, *, then: str = PAGE) -> None:
    page.goto(f"/login?next={then}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def log_out(context: BrowserContext) -> None:
    context.clear_cookies(name="__Host-sid")


def grow_stale(product) -> None:
    """Every proof was given an hour ago."""
    engine = create_engine(f"sqlite:///{product.folder / 'var' / 'tidemark.db'}")
    with Session(engine) as session:
        session.exec(
            update(LoginSession).values(authenticated_at=datetime.now(UTC) - timedelta(hours=1))
        )
        session.commit()
    engine.dispose()


def sets_up_an_app(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    page.get_by_role("button", name="Set up an app").click()
    key = page.locator("code.key").inner_text()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    app = pyotp.TOTP(key.replace(" ", ""))
    page.get_by_label("Code that the app shows now").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#app-code-error")).to_contain_text("wrong")
    page.get_by_label("Code that the app shows now").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#two-factor .badge--good")).to_be_visible()
    return app, codes


def _next_code(app: pyotp.TOTP) -> str:
    """The app's next code: the one of now was used to confirm it. A clock may be half a minute off."""
    return app.at(time.time() + 30)


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_stands_in_for_it(
    context: BrowserContext, person, complaints
):
    page, email = context.new_page(), person()
    log_in(page, email)
    page.wait_for_url(PAGE)
    app, codes = sets_up_an_app(page)
    assert len(codes) == 10

    log_out(context)
    log_in(page, email, then="/watchlists")
    page.wait_for_url("/login/second-step**")
    expect(page.get_by_role("heading", name="Authenticator app")).to_be_visible()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#proof-error")).to_contain_text("wrong")
    page.get_by_role("button", name="Code by e-mail").click()
    expect(page.get_by_role("button", name="Send the e-mail")).to_be_visible()
    page.get_by_role("button", name="Authenticator app").click()
    page.get_by_label("Code from your app").fill(_next_code(app))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("/watchlists")

    log_out(context)
    log_in(page, email)
    page.get_by_role("button", name="Recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0].upper())
    page.get_by_label("Do not ask on this browser").check()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(PAGE)
    expect(page.locator("#two-factor")).to_contain_text("9 of 10")
    expect(page.locator("#two-factor")).to_contain_text("Not asked until")

    log_out(context)
    log_in(page, email)
    page.wait_for_url(PAGE)
    page.get_by_role("button", name=re.compile("^Ask again")).click()
    page.wait_for_url("**done=distrusted")
    log_out(context)
    log_in(page, email)
    page.wait_for_url("/login/second-step**")
    assert complaints == []


def test_a_log_in_that_is_over_leads_back_and_keeps_the_page(context: BrowserContext):
    page = context.new_page()
    page.goto("/login/second-step?next=%2Fwatchlists")
    page.get_by_role("link", name="Start the log-in again").click()
    page.wait_for_url("/login?next=%2Fwatchlists")


def test_a_passkey_is_added_opens_the_account_and_goes(
    context: BrowserContext, product, person, complaints
):
    page, email = context.new_page(), person()
    with authenticator(page) as finger:
        log_in(page, email)
        page.wait_for_url(PAGE)
        finger(there=True)
        page.locator("#passkey-name").fill("Laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        page.get_by_role("link", name="I have kept them").click()
        expect(page.locator("[data-passkey=Laptop]")).to_be_visible()

        finger(there=False)
        log_out(context)
        page.goto("/login?next=/watchlists")
        expect(page.get_by_role("button", name="Continue with a passkey")).to_be_visible()
        finger(there=True)
        # The browser may have offered the key by itself and be gone before the button is pressed.
        with suppress(TookTooLong):
            page.get_by_role("button", name="Continue with a passkey").click(
                no_wait_after=True, timeout=3_000
            )
        page.wait_for_url("/watchlists")

        finger(there=False)
        log_out(context)
        log_in(page, email)
        page.wait_for_url("/login/second-step**")
        finger(there=True)
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url(PAGE)

        grow_stale(product)
        page.goto(PAGE)
        row = page.locator("[data-passkey=Laptop]")
        row.get_by_text("Rename").click()
        row.get_by_label("Name").fill("Old laptop")
        row.get_by_role("button", name="Save the name").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        dialog.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**done=passkey_renamed")
        expect(page.locator("[data-passkey='Old laptop']")).to_be_visible()

        row = page.locator("[data-passkey='Old laptop']")
        row.get_by_text("Remove …").click()
        row.get_by_role("button", name="Remove this passkey").click()
        page.wait_for_url("**done=passkey_removed")
        expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    assert complaints == []


def test_a_step_up_keeps_what_was_typed_and_every_open_page_goes_on(
    context: BrowserContext, product, person
):
    """The proof renews the cookie, and websockets keep the old one: no tab may be thrown out by it."""
    page, other, email = context.new_page(), context.new_page(), person()
    log_in(page, email)
    page.wait_for_url(PAGE)
    other.goto("/watchlists")
    expect(other.get_by_role("heading", name="Watchlist", exact=True).first).to_be_visible()
    grow_stale(product)
    page.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("not this one")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not your password")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Nothing was changed yet")).to_be_visible()

    page.get_by_role("button", name="Set up an app").click()
    dialog.get_by_label("Password").fill(PASSWORD)
    # The other tab notices within seconds that its cookie was replaced, and loads anew.
    with other.expect_event("load"):
        dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("code.key")).to_be_visible()
    app = pyotp.TOTP(page.locator("code.key").inner_text().replace(" ", ""))
    # By now the other tab was opened anew; this one still holds what it has to show.
    page.get_by_label("Code that the app shows now").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#two-factor .badge--good")).to_be_visible()
    assert "/login" not in other.url
    expect(other.get_by_role("heading", name="Watchlist", exact=True).first).to_be_visible()


def test_a_number_is_confirmed_by_the_sandboxs_tray_and_finishes_a_log_in(
    context: BrowserContext, product, person
):
    page, email = context.new_page(), person()
    log_in(page, email)
    page.wait_for_url(PAGE)
    sets_up_an_app(page)
    page.get_by_label("Mobile number").fill("+49 151 23456789")
    page.get_by_role("button", name="Send a code").click()
    page.get_by_label("Code from the message").fill(_texted(product))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**done=phone_added")
    expect(page.locator("#two-factor")).to_contain_text("+49 ••• 89")

    log_out(context)
    log_in(page, email)
    page.get_by_role("button", name="Code by SMS").click()
    before = _texted(product)
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("The message is on its way")).to_be_visible()
    page.get_by_label("Code from the message").fill(_texted(product, unlike=before))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(PAGE)


def _texted(product, unlike: str = "") -> str:
    """The code of the newest message."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        found = httpx.get(
            f"{product.sandbox.base_url}/2010-04-01/Accounts/ACsandbox/Messages.json"
        ).json()["messages"]
        codes = [re.match(r"\d{6}", message["body"]).group() for message in found]
        if codes and codes[0] != unlike:
            return codes[0]
        time.sleep(0.2)
    raise AssertionError("no message came")
