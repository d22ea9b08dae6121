"""What a page says to somebody who was sent to it: `?notice=` names words, never carries them."""

from urllib.parse import parse_qs, urlsplit

import reflex as rx

from saas_app.core.texts import has, text
from saas_app.ui.state.session import Level, Session


def asked(state: rx.State, name: str) -> str:
    """One value of the address the page was opened with; empty where there is none."""
    return parse_qs(urlsplit(state.router.url).query).get(name, [""])[0]


async def say(state: rx.State, key: str, level: Level = "good") -> None:
    """Say these words, if there are such: part of the key comes from the page's address."""
    if has(key):
        (await state.get_state(Session))._say(text(key), level)
