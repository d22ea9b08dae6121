"""The help page in real Chromium: searched by keyboard, opened by an anchor, written to."""

import time

import pytest
from playwright.sync_api import expect

from saas_app.help import answers

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_somebody_searches_opens_an_answer_and_writes_to_us(context, product, complaints):
    page = context.new_page()
    page.goto("/help#repaint")
    expect(page.locator("#repaint")).to_have_attribute("open", "")
    expect(page.get_by_test_id("found")).to_have_text(f"{len(answers.every())} answers")
    page.keyboard.press("/")
    field = page.get_by_label("Search the answers")
    expect(field).to_be_focused()
    page.keyboard.type("invoices PDF")
    expect(page.get_by_test_id("found")).to_have_text("1 answer found")
    expect(page.locator("#invoices")).to_be_visible()
    expect(page.locator("#repaint")).to_be_hidden()
    field.fill("zebra")
    expect(page.get_by_test_id("found").get_by_role("link")).to_have_attribute("href", "#contact")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(page.locator("#repaint")).to_be_visible()
    page.get_by_role("button", name="Send the message").click()
    expect(page.locator("#message-error")).to_contain_text("characters")
    page.get_by_label("Your e-mail address").fill("stranger@example.com")
    page.get_by_label("Your message").fill("Where do I find the levels?")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("on its way to us")).to_be_visible()
    assert "Where do I find the levels?" in _mailed(product)["text"]
    assert product.sandbox.mail("stranger@example.com") == []
    assert complaints == []


def _mailed(product):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for letter in product.sandbox.mail():
            if "stranger@example.com" in letter["subject"]:
                return letter
        time.sleep(0.1)
    raise AssertionError("the message did not arrive")
