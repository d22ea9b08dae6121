"""Hands one message to a chat through Telegram's Bot API, and reads what people write to the bot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from saas_app.core.errors import Unavailable

_TIMEOUT_SECONDS = 10
_OK = 200
# The chat is gone, or its owner has shut the bot out.
_NEVER = {400, 403}


class Refused(Exception):
    """This chat takes nothing from us: retrying cannot help."""


@dataclass(frozen=True, slots=True)
class Bot:
    token: str = field(repr=False)
    base: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote to the bot, alone with it."""

    chat_id: int
    words: str


def send(bot: Bot, chat_id: int, words: str) -> None:
    """Raises Refused for a chat that takes nothing, Unavailable for what may pass."""
    answer = _asked(
        bot,
        "sendMessage",
        {"chat_id": chat_id, "text": words, "link_preview_options": {"is_disabled": True}},
    )
    if answer.status_code in _NEVER:
        raise Refused(f"Telegram answers {answer.status_code}.")
    if answer.status_code != _OK:
        raise Unavailable(f"Telegram answers {answer.status_code}.")


def heard(bot: Bot) -> list[Said]:
    """The last hundred messages to the bot, the newest last; older ones are forgotten with it.

    Raises Unavailable.
    """
    answer = _asked(bot, "getUpdates", {"offset": -100, "allowed_updates": ["message"]})
    if answer.status_code != _OK:
        raise Unavailable(f"Telegram answers {answer.status_code}.")
    try:
        return list(_said(answer.json()))
    except (ValueError, TypeError, KeyError, AttributeError) as unread:
        raise Unavailable("Telegram answers something unreadable.") from unread


def _said(answer: dict[str, Any]) -> Iterator[Said]:
    for update in answer["result"]:
        message = cast("dict[str, Any]", update.get("message") or {})
        chat = message.get("chat") or {}
        # In a group everybody would read the alerts, and anybody could have written the code.
        if chat.get("type") == "private" and isinstance(message.get("text"), str):
            yield Said(int(chat["id"]), message["text"])


def _asked(bot: Bot, method: str, asking: dict[str, Any]) -> httpx.Response:
    try:
        return httpx.post(
            f"{bot.base}/bot{bot.token}/{method}", json=asking, timeout=_TIMEOUT_SECONDS
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        # The address holds the bot's token: the cause is not carried along.
        raise Unavailable("Telegram does not answer.") from None
