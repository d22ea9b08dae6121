# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Where alerts go outside the app: a workspace's webhook, a person's Telegram chat."""

from datetime import datetime

from sqlmodel import BigInteger, Field, SQLModel


class AlertWebhook(SQLModel, table=True):
    """One endpoint of a workspace. Its secret is shown once, when it is set, and sealed here."""

    __tablename__ = "alert_webhook"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    url: str
    sealed_secret: str
    created_at: datetime


class TelegramChat(SQLModel, table=True):
    """A person's chat with our bot; it counts once `chat_id` is there. `code_digest` waits for its proof."""

    __tablename__ = "telegram_chat"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    linked_at: datetime | None = None
    code_digest: str = ""
    code_until: datetime | None = None
