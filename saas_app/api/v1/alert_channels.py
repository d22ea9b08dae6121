"""Where alerts go outside the app: the workspace's webhook, one's own Telegram chat."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from saas_app.alerts import telegram_link, webhook_target
from saas_app.api import quota
from saas_app.api.caller import BrowserCaller, SignedInCaller
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.channels.outbound import LONGEST_URL
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api/alerts", tags=["Alerts"], dependencies=[Depends(quota.counted)])


class NewWebhook(BaseModel):
    url: Annotated[str, Field(max_length=LONGEST_URL)]


class WebhookAnswer(BaseModel):
    url: str
    created_at: datetime


class WebhookWithSecret(BaseModel):
    """The secret is shown this once; what is signed with it is described by Standard Webhooks."""

    url: str
    secret: str


class Tried(BaseModel):
    delivered: bool
    status: int | None
    message: str


class TelegramAnswer(BaseModel):
    linked: bool
    linked_at: datetime | None = None


class TelegramCode(BaseModel):
    """To be written to the bot as a message, within a quarter of an hour."""

    code: str


@router.get("/webhook")
def read_webhook(caller: SignedInCaller) -> WebhookAnswer:
    """The workspace's endpoint, without its secret. 404 where there is none."""
    with snapshot() as session:
        memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.MANAGE_SETTINGS
        )
        row = webhook_target.find(session, caller.workspace_id)
        return WebhookAnswer.model_validate(row, from_attributes=True)


@router.put("/webhook")
def set_webhook(wanted: NewWebhook, caller: SignedInCaller) -> WebhookWithSecret:
    """Set the endpoint and get a new secret for it; the one of before signs nothing any more."""
    with transaction() as session:
        memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.MANAGE_SETTINGS
        )
        secret = webhook_target.put(session, caller.workspace_id, caller.user_id, wanted.url)
    return WebhookWithSecret(url=wanted.url, secret=secret)


@router.delete("/webhook", status_code=204)
def remove_webhook(caller: SignedInCaller) -> None:
    """Take the endpoint away; what is still on its way to it is dropped."""
    with transaction() as session:
        memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.MANAGE_SETTINGS
        )
        webhook_target.remove(session, caller.workspace_id, caller.user_id)


@router.post("/webhook/test")
def try_webhook(caller: SignedInCaller) -> Tried:
    """Send a message of type `alert.test` to the endpoint now, and say what came of it."""
    with snapshot() as session:
        memberships.require(
            session, caller.workspace_id, caller.user_id, Permission.MANAGE_SETTINGS
        )
        row = webhook_target.find(session, caller.workspace_id)
    tried = webhook_target.try_out(row)
    return Tried.model_validate(tried, from_attributes=True)


@router.get("/telegram")
def read_telegram(caller: SignedInCaller) -> TelegramAnswer:
    """Whether one's own Telegram chat is linked."""
    with snapshot() as session:
        linked_at = telegram_link.linked_at(session, caller.user_id)
    return TelegramAnswer(linked=linked_at is not None, linked_at=linked_at)


@router.post("/telegram")
def begin_telegram(caller: BrowserCaller) -> TelegramCode:
    """A code that proves a chat once it is written to the bot. 503 where there is no bot."""
    with transaction() as session:
        return TelegramCode(code=telegram_link.begin(session, caller.user_id))


@router.post("/telegram/confirm")
def confirm_telegram(caller: BrowserCaller) -> TelegramAnswer:
    """Look for the code among what the bot was told, and link the chat it came from."""
    with snapshot() as session:
        waiting = telegram_link.waiting(session, caller.user_id)
    chat_id = telegram_link.look(caller.user_id, waiting)
    with transaction() as session:
        linked_at = telegram_link.link(session, caller.user_id, waiting, chat_id)
    return TelegramAnswer(linked=True, linked_at=linked_at)


@router.delete("/telegram", status_code=204)
def unlink_telegram(caller: SignedInCaller) -> None:
    """Alerts do not go to the chat any more."""
    with transaction() as session:
        telegram_link.unlink(session, caller.user_id)
