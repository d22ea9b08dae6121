"""Who sits in front of this tab, and the two ways the server moves it: a notice and a departure.

Everything here is for showing. Handlers decide by the cookie they re-read, never by these vars.
"""

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

import reflex as rx
from reflex.state import BaseState

from saas_app.accounts import sessions

Level = Literal["good", "info", "bad"]


class Session(rx.State):
    signed_in: bool = False
    email: str = ""
    name: str = ""
    initials: str = ""
    is_staff: bool = False
    # {id, level, text, href, label}: a new id is a new toast
    notice: dict[str, str] = {}
    # {id, to}: a new id is a full-page navigation, each carried out once per tab
    departure: dict[str, str] = {}

    # Whose log-in in which workspace this tab's state belongs to; "" for a stranger.
    _bound: str = ""

    def _say(self, text: str, level: Level = "good", *, href: str = "", label: str = "") -> None:
        self.notice = {
            "id": secrets.token_hex(8),
            "level": level,
            "text": text,
            "href": href,
            "label": label,
        }

    def _leave(self, to: str) -> None:
        self.departure = {"id": secrets.token_hex(8), "to": to}

    def _name(self, name: str, email: str) -> None:
        self.name = name or email.split("@", maxsplit=1)[0]
        self.initials = "".join(part[0] for part in self.name.split()[:2]).upper()

    def _show(self, who: sessions.SignedIn) -> None:
        self.signed_in = True
        self.email = who.email
        self._name(who.name, who.email)
        self.is_staff = who.is_staff


def session_cookie(state: BaseState) -> str:
    """The log-in cookie as it was at the websocket's handshake; worthless once revoked."""
    jar: SimpleCookie = SimpleCookie()
    headers: Any = state.router.headers
    try:
        jar.load(headers.cookie or "")
    except CookieError:
        return ""
    return jar[sessions.COOKIE].value if sessions.COOKIE in jar else ""
