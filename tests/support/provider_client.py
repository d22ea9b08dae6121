"""A person at a sandbox provider's consent page, and a client written by hand: urls, hashes, HTTP.

Shares nothing with the product: what both agree on is the protocol.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

CALLBACK = "http://localhost:8000/auth/{}/callback"
AUTHORIZE = {
    "google": "/oidc/google/authorize",
    "microsoft": "/oidc/microsoft/authorize",
    "github": "/oauth/github/login/oauth/authorize",
}
TOKEN = {
    "google": "/oidc/google/token",
    "microsoft": "/oidc/microsoft/token",
    "github": "/oauth/github/login/oauth/access_token",
}


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def chooses(
    client: httpx.Client, address: str, who: str = "", *, answer: str = "continue", **typed: str
) -> str:
    """Open a consent page, pick whoever's row holds `who` (or type somebody), and where that leads."""
    page = client.get(address)
    if page.status_code == 303:
        return page.headers["location"]
    assert page.status_code == 200, page.text
    hidden = unescape(re.search(r'name="query" value="([^"]*)"', page.text).group(1))
    form = {"query": hidden, "answer": answer, "person": "else" if typed else row(page.text, who)}
    gone = client.post(urlsplit(address).path, data={**form, **typed})
    assert gone.status_code == 303, gone.text
    return gone.headers["location"]


def row(page: str, who: str) -> str:
    for block in page.split("<label")[1:]:
        if who in block and (found := re.search(r'name="person" value="([^"]+)"', block)):
            return found.group(1)
    raise AssertionError(f"nobody like {who!r} is offered")


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@dataclass
class HandClient:
    """One visit to one provider, as the standards describe it and no library helps."""

    http: httpx.Client
    provider: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def redirect_uri(self) -> str:
        return CALLBACK.format(self.provider)

    def address(self, **change: str | None) -> str:
        asked = {
            "response_type": "code",
            "client_id": f"sandbox-{self.provider}",
            "redirect_uri": self.redirect_uri,
            "scope": "user:email" if self.provider == "github" else "openid email profile",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **change,
        }
        kept = {name: value for name, value in asked.items() if value is not None}
        return f"{AUTHORIZE[self.provider]}?{urlencode(kept)}"

    def returns(self, who: str = "", **typed: str) -> dict[str, str]:
        back = chooses(self.http, self.address(), who, **typed)
        assert back.startswith(f"{self.redirect_uri}?")
        return query(back)

    def redeems(self, code: str, /, **change: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "client_id": f"sandbox-{self.provider}",
            "client_secret": "sandbox-secret",
            **change,
        }
        return self.http.post(
            TOKEN[self.provider], data=form, headers={"Accept": "application/json"}
        )

    def asks(self, path: str, token: str) -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {token}"})
