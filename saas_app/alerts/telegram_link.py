"""Whose Telegram chat is whose: a person gets a code here and writes it to the bot there."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from saas_app.alerts.target_models import TelegramChat
from saas_app.core import clock, rate_limit, tokens
from saas_app.core.errors import Conflict, Unavailable
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications.channels import telegram
from saas_app.notifications.channels.telegram import Bot, Said

_GOOD_FOR = timedelta(minutes=15)
_LOOKS, _LOOKS_SECONDS = 20, 600


@dataclass(frozen=True, slots=True)
class Waiting:
    """The digest of the code somebody was shown, until it runs out."""

    digest: str


def bot() -> Bot | None:
    """None where the operator has no bot."""
    token = settings().telegram_bot_token.get_secret_value()
    return Bot(token, settings().telegram_base_url) if token else None


def chat_of(session: Session, user_id: int) -> int | None:
    row = session.get(TelegramChat, user_id)
    return row.chat_id if row else None


def linked_at(session: Session, user_id: int) -> datetime | None:
    row = session.get(TelegramChat, user_id)
    return row.linked_at if row else None


def begin(session: Session, user_id: int) -> str:
    """A code to be written to the bot; one of before is void. Raises Unavailable without a bot."""
    _required()
    code = f"tide-{secrets.token_hex(8)}"
    row = session.get(TelegramChat, user_id) or TelegramChat(user_id=user_id)
    row.code_digest, row.code_until = tokens.digest(code), clock.wall() + _GOOD_FOR
    session.add(row)
    return code


def waiting(session: Session, user_id: int) -> Waiting:
    """Raises Conflict where no code waits any more."""
    row = session.get(TelegramChat, user_id)
    if row is None or not row.code_digest or row.code_until is None:
        raise Conflict(text("alert_telegram.no_code"))
    if row.code_until <= clock.wall():
        raise Conflict(text("alert_telegram.no_code"))
    return Waiting(row.code_digest)


def look(user_id: int, for_: Waiting) -> int:
    """The chat that the code came from. Outside any transaction. Raises Conflict, Unavailable, TooMany."""
    rate_limit.hit("alerts.telegram", str(user_id), limit=_LOOKS, seconds=_LOOKS_SECONDS)
    for said in reversed(telegram.heard(_required())):
        if _is(said, for_):
            return said.chat_id
    raise Conflict(text("alert_telegram.not_yet"))


def link(session: Session, user_id: int, proved: Waiting, chat_id: int) -> datetime:
    """When it was. Raises Conflict where another code was asked for meanwhile."""
    mine = select(TelegramChat).where(
        TelegramChat.user_id == user_id, TelegramChat.code_digest == proved.digest
    )
    row = session.exec(mine.with_for_update()).first()
    if row is None:
        raise Conflict(text("alert_telegram.no_code"))
    at = clock.now()
    row.chat_id, row.linked_at = chat_id, at
    row.code_digest, row.code_until = "", None
    session.add(row)
    return at


def unlink(session: Session, user_id: int) -> None:
    row = session.get(TelegramChat, user_id)
    if row is not None:
        session.delete(row)


def _is(said: Said, for_: Waiting) -> bool:
    # A link to the bot hands the code over as its start word.
    code = said.words.strip().removeprefix("/start").strip()
    return tokens.same(tokens.digest(code), for_.digest)


def _required() -> Bot:
    there = bot()
    if there is None:
        raise Unavailable(text("alert_telegram.no_bot"))
    return there
