"""Somebody new for a journey: signed up over REST, logged in in a browser of their own."""

import re
import time

import httpx
from playwright.sync_api import Browser, BrowserContext

from tests.support.product import PASSWORD


def newcomer(product, name: str, theme: str = "dark") -> str:
    """Somebody who has just confirmed their address, and who likes this theme."""
    email = f"{name}@example.com"
    origin = {"Origin": product.url}
    with httpx.Client(base_url=product.url, headers=origin) as client:
        asked = client.post("/api/auth/register", json={"email": email, "password": PASSWORD})
        assert asked.status_code == 201, asked.text
        token = _mailed(product, email)
        assert client.post("/api/auth/verify-email", json={"token": token}).is_success
        tokens = client.post("/api/auth/login", json={"email": email, "password": PASSWORD}).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        client.put("/api/user/appearance", json={"theme": theme}, headers=bearer).raise_for_status()
    return email


def _mailed(product, email: str) -> str:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for letter in product.sandbox.mail(email):
            for link in letter["links"]:
                if found := re.search(r"token=([\w.-]+)", link):
                    return found[1]
        time.sleep(0.1)
    raise AssertionError("no letter with a link arrived")


def device(chromium: Browser, product, email: str, viewport) -> BrowserContext:
    """A browser of its own that is logged in."""
    made = chromium.new_context(base_url=product.url, viewport=viewport, reduced_motion="reduce")
    answer = made.request.post(
        "/api/auth/session",
        data={"email": email, "password": PASSWORD},
        headers={"Origin": product.url},
    )
    assert answer.ok, answer.text()
    return made
