"""The whole life of a subscription in Chromium, on our own pages and Stripe's, by the clock in hand.

SHOTS names a folder for pictures of every stage.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from saas_app.core.texts import text
from tests.support.newcomer import device, newcomer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SHOTS = os.environ.get("SHOTS", "")
_A_YEAR = 90_000
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


@pytest.mark.parametrize(("theme", "viewport"), [("dark", WIDE), ("light", NARROW)])
def test_a_subscription_from_its_trial_to_its_end_and_back(chromium, product, theme, viewport):
    email = newcomer(product, f"payer-{theme}", theme)
    context = device(chromium, product, email, viewport)
    page = context.new_page()
    life = Life(page, product, email, theme)
    life.tries()
    life.is_converted()
    life.upgrades_to_the_cent()
    life.books_a_downgrade_and_takes_it_back()
    life.fails_at_the_renewal()
    life.recovers()
    life.cancels_with_a_reason_and_resumes()
    life.leaves()
    life.comes_back_without_a_second_trial()
    context.close()


class Life:
    def __init__(self, page: Page, product, email: str, theme: str) -> None:
        self.page, self.product, self.email, self.theme = page, product, email, theme
        self.shots = 0

    def tries(self) -> None:
        self._buys("Start 14-day trial")
        self._bill()
        expect(self.card).to_contain_text(text("billing_page.badge.trial"))
        self._shot("trial")

    def is_converted(self) -> None:
        self.product.sandbox.advance("14d")
        self.product.sandbox.advance("2h")
        expect(self.card).to_contain_text(text("billing_page.badge.paid"))
        expect(self.page.get_by_test_id("invoices")).to_contain_text("$29.00")
        self._shot("converted")

    def upgrades_to_the_cent(self) -> None:
        self.product.sandbox.advance("10d")
        self._looks_at("year")
        self._shot("preview")
        confirm = self.page.get_by_role("button", name=re.compile("^Change now and pay"))
        due = confirm.inner_text().rsplit(" ", 1)[1]
        confirm.click()
        expect(self.page.get_by_role("heading", name=text("change_page.done.done"))).to_be_visible()
        self._shot("upgraded")
        self._bill()
        expect(self.page.get_by_test_id("invoices")).to_contain_text(due)
        expect(self.card).to_contain_text("$290")

    def books_a_downgrade_and_takes_it_back(self) -> None:
        self._looks_at("month")
        self.page.get_by_role("button", name=text("change_page.period_end.free_button")).click()
        booked = self.page.get_by_role("heading", name=text("change_page.done.scheduled"))
        expect(booked).to_be_visible()
        self._bill()
        ahead = self.page.get_by_test_id("ahead")
        expect(ahead).to_contain_text("by the month")
        self._shot("booked")
        ahead.get_by_role("button", name=text("billing_page.ahead.undo")).click()
        expect(ahead).to_be_hidden()

    def fails_at_the_renewal(self) -> None:
        room = self.page.context.new_page()
        room.goto(f"{self.product.sandbox.base_url}/subscriptions")
        room.get_by_role("button", name=f"Fail the next payment of {self.email}").click()
        expect(room.get_by_role("status")).to_contain_text("fails")
        room.close()
        self.product.sandbox.advance("365d")
        self.product.sandbox.advance("3h")
        # A year brings a year of everybody's events: they are worked off one customer at a time.
        expect(self.card).to_contain_text(text("billing_page.badge.in_grace"), timeout=_A_YEAR)
        expect(self.page.get_by_text("$290.00 is open").first).to_be_visible()
        assert self.page.request.get("/api/candles/GBPJPY/M5").ok
        self._shot("failed")
        self.page.goto("/dashboard")
        banner = self.page.get_by_role("status").filter(has_text="Your last payment failed").first
        expect(banner).to_contain_text("7 days")

    def recovers(self) -> None:
        owed = next(
            each
            for each in self.page.request.get("/api/invoices").json()["invoices"]
            if each["status"] == "open"
        )
        self.page.goto(owed["hosted_url"])
        self.page.get_by_text("4242 4242 4242 4242").click()
        self.page.get_by_role("button", name=re.compile("^Pay")).click()
        expect(self.page.get_by_text(re.compile("paid", re.IGNORECASE)).first).to_be_visible()
        self._bill()
        expect(self.card).to_contain_text(text("billing_page.badge.paid"))
        expect(self.page.get_by_text("Your last payment failed")).to_have_count(0)

    def cancels_with_a_reason_and_resumes(self) -> None:
        self._cancels()
        expect(self.card).to_contain_text(text("billing_page.badge.ending"))
        self._shot("ending")
        self.page.get_by_role("button", name=text("billing_page.resume")).click()
        expect(self.card).to_contain_text(text("billing_page.badge.paid"))

    def leaves(self) -> None:
        self._cancels()
        expect(self.card).to_contain_text(text("billing_page.badge.ending"))
        self.product.sandbox.advance("364d")
        self.product.sandbox.advance("3d")
        expect(self.card).to_contain_text(text("billing_page.badge.ended"), timeout=_A_YEAR)
        assert self.page.request.get("/api/candles/GBPJPY/M5").status == 403
        self._shot("ended")

    def comes_back_without_a_second_trial(self) -> None:
        self._buys(re.compile("^Subscribe|^Pay"))
        self._bill()
        expect(self.card).to_contain_text(text("billing_page.badge.paid"))
        assert self.page.request.get("/api/candles/GBPJPY/M5").ok
        self._shot("back")

    @property
    def card(self):
        return self.page.get_by_test_id("plan-card")

    def _bill(self) -> None:
        self.page.goto("/settings/billing")
        expect(self.card.get_by_role("heading").first).to_be_visible()

    def _buys(self, button) -> None:
        self.page.goto("/create-checkout?tier=pro&billing_cycle=monthly")
        self.page.wait_for_url("**/c/pay/**")
        self.page.get_by_text("4242 4242 4242 4242").click()
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_url("/payment/success**")
        expect(self.page.get_by_test_id("returned")).to_contain_text("Pro")

    def _looks_at(self, interval: str) -> None:
        self._bill()
        self.page.get_by_role("link", name=text("billing_page.change")).click()
        self.page.get_by_role("button", name=text(f"pricing.{interval}")).click()
        self.page.get_by_role("button", name=text("change_page.look")).click()
        expect(self.page.get_by_text(text("change_page.good_for"))).to_be_visible()

    def _cancels(self) -> None:
        self.page.get_by_role("button", name=text("billing_page.cancel"), exact=True).click()
        asked = self.page.get_by_role("alertdialog")
        asked.get_by_label(text("billing_page.leaving.too_expensive")).check()
        asked.get_by_role("button", name=text("billing_page.cancel_yes")).click()
        expect(asked).to_be_hidden()

    def _shot(self, stage: str) -> None:
        self.shots += 1
        if SHOTS:
            name = f"{self.shots:02}-{stage}-{self.theme}.png"
            self.page.screenshot(path=Path(SHOTS) / name, full_page=True)
