"""Google, Microsoft and GitHub in real Chromium: joining, coming back, connecting, taking away."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_journey import mailed_link
from tests.support.product import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

DEMO = "trial@tidemark.example"


def continues(page: Page, provider: str, who: str) -> None:
    """Press the button and choose somebody on the consent page."""
    page.get_by_role("button", name=f"Continue with {provider}").click()
    says_who(page, who)


def says_who(page: Page, who: str) -> None:
    expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    page.get_by_role("radio", name=re.compile(who)).check()
    page.get_by_role("button", name="Continue").click()


def fresh(chromium, product) -> BrowserContext:
    return chromium.new_context(base_url=product.url, viewport={"width": 360, "height": 740})


def connecting_link(product) -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for letter in product.sandbox.mail(DEMO):
            for link in letter["links"]:
                if "/login/provider/connect?token=" in link:
                    return link
        time.sleep(0.1)
    raise AssertionError("no letter with a link to connect arrived")


def letters_tell(product, *subjects: str) -> None:
    """Letters leave by a task, a moment after the page."""
    deadline = time.monotonic() + 15
    missing = set(subjects)
    while missing and time.monotonic() < deadline:
        told = {each["subject"] for each in product.sandbox.mail(DEMO)}
        missing = {each for each in subjects if not any(each in subject for subject in told)}
        time.sleep(0.1)
    assert missing == set()


def test_joining_with_google_and_coming_back(
    product, context: BrowserContext, chromium, complaints
):
    page = context.new_page()
    page.goto("/register")
    continues(page, "Google", "Nora Lindqvist")
    page.wait_for_url("/onboarding")

    again = fresh(chromium, product)
    phone = again.new_page()
    phone.goto("/login?next=/watchlists")
    phone.get_by_label("Stay logged in on this browser").check()
    continues(phone, "Google", "Nora Lindqvist")
    phone.wait_for_url("/watchlists")
    cookies = {each["name"]: each for each in again.cookies()}
    assert cookies["__Host-sid"]["expires"] > 0
    assert cookies["__Host-sid"]["httpOnly"]
    again.close()
    assert complaints == []


def test_saying_no_and_trying_again_keeps_where_one_wanted_to_go(context, complaints):
    page = context.new_page()
    page.goto("/login?next=/watchlists")
    page.get_by_role("button", name="Continue with Microsoft").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="You did not continue")).to_be_visible()
    continues(page, "Microsoft", "Petra Holm")
    page.wait_for_url("/watchlists")
    assert complaints == []


def test_an_unproved_address_is_confirmed_first(product, context, complaints):
    page = context.new_page()
    page.goto("/register")
    continues(page, "GitHub", "Ulf Dahl")
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(mailed_link(product, "ulf@unproved.example"))
    page.get_by_role("button", name="Confirm my address").click()
    page.wait_for_url("/login?verified=1")
    continues(page, "GitHub", "Ulf Dahl")
    page.wait_for_url("/onboarding")
    assert complaints == []


def test_whoever_shows_no_address_gives_one(product, context, complaints):
    page = context.new_page()
    page.goto("/register")
    continues(page, "GitHub", "Pia Hidden")
    page.get_by_label("E-mail address").fill("nonsense")
    page.get_by_role("button", name="Send the letter").click()
    expect(page.locator("#email-error")).not_to_be_empty()
    page.get_by_label("E-mail address").fill("pia@mail.example")
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(mailed_link(product, "pia@mail.example"))
    page.get_by_role("button", name="Confirm my address").click()
    page.wait_for_url("/login?verified=1")
    assert complaints == []


def test_an_account_that_is_there_is_connected_by_its_owner_only(product, context, complaints):
    page = context.new_page()
    page.goto("/login")
    continues(page, "Google", "Tess Trial")
    expect(page.get_by_role("heading", name="You are already with us")).to_be_visible()
    page.get_by_role("link", name="Log in and connect").click()
    page.get_by_label("E-mail address").fill(DEMO)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("/login/provider/connect")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url("/settings/security**")
    card = page.locator("#connected-accounts")
    expect(card.get_by_role("button", name=f"Disconnect Google {DEMO}")).to_be_visible()

    card.get_by_role("button", name="Connect GitHub").click()
    says_who(page, "Anna Berg")
    page.wait_for_url("/settings/security?notice=connected_github")
    card.get_by_role("button", name="Disconnect GitHub anna@code.example").click()
    page.wait_for_url("/settings/security?notice=disconnected")
    expect(card.get_by_role("button", name="Connect GitHub")).to_be_visible()
    card.get_by_role("button", name=f"Disconnect Google {DEMO}").click()
    expect(card.get_by_role("button", name="Connect Google")).to_be_visible()
    accounts = (f"Google ({DEMO})", "GitHub (anna@code.example)")
    letters_tell(product, *[f"{each} can now open" for each in accounts])
    letters_tell(product, *[f"{each} can no longer open" for each in accounts])
    assert complaints == []


def test_the_mailed_link_opens_in_the_same_browser_only(product, context, chromium, complaints):
    page = context.new_page()
    page.goto("/login?next=/watchlists")
    continues(page, "Microsoft", "Tess Trial")
    page.get_by_role("button", name="Send me a link instead").click()
    expect(page.get_by_role("status").filter(has_text="sent a letter")).to_be_visible()
    link = connecting_link(product)

    foreign = fresh(chromium, product)
    other = foreign.new_page()
    other.goto(link)
    other.get_by_role("button", name="Connect", exact=True).click()
    expect(other.get_by_role("status").filter(has_text="another browser")).to_be_visible()
    foreign.close()

    page.goto(link)
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url("/watchlists")
    assert complaints == []
