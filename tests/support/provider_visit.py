"""A browser between our pages and a provider: cookies that httpx would not send on plain http, and verbs."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import httpx

from saas_app.accounts import sessions
from saas_app.core.db import snapshot
from saas_app.core.settings import settings
from tests.support.provider_client import chooses
from tests.support.web import Web


@dataclass
class Browser:
    """One jar; as many tabs as a test likes."""

    web: Web
    provider: httpx.Client
    jar: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, **sent: Any) -> Any:
        return self._kept(
            self.web.post(path, headers=self._headers(), follow_redirects=False, **sent)
        )

    def get(self, path: str) -> Any:
        return self._kept(self.web.get(path, headers=self._headers(), follow_redirects=False))

    def leaves(self, provider: str, **form: Any) -> str:
        """Press the button; the address at the provider."""
        answer = self.post(f"/auth/{provider}/start", data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def chooses(self, address: str, who: str = "", **typed: str) -> str:
        """At the provider; the callback's address with its answer, path and query only."""
        base = str(self.provider.base_url).rstrip("/")
        return within(chooses(self.provider, address.removeprefix(base), who, **typed))

    def continues(self, provider: str, who: str = "", *, form: Any = None, **typed: str) -> str:
        """The whole way; the page it ends on."""
        back = self.chooses(self.leaves(provider, **(form or {})), who, **typed)
        return self.arrives(back)

    def arrives(self, back: str) -> str:
        answer = self.get(back)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def logs_in(self, plain: str) -> None:
        self.jar[sessions.COOKIE] = plain

    @property
    def who(self) -> sessions.SignedIn | None:
        with snapshot() as session:
            return sessions.lookup(session, self.jar.get(sessions.COOKIE, ""))

    def _headers(self) -> dict[str, str]:
        sent = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return {"Origin": settings().origin, **({"Cookie": sent} if sent else {})}

    def _kept(self, answer: Any) -> Any:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value
        return answer


def within(address: str) -> str:
    """Path and query of an address of ours."""
    assert address.startswith(f"{settings().origin}/"), address
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
