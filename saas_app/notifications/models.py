# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What was told to whom. `key` is a business key: the same fact is told once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Notification(SQLModel, table=True):
    """A line in somebody's notification centre; the words are rendered from `kind` and `data`."""

    __tablename__ = "notification"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    workspace_id: int | None = Field(default=None, foreign_key="workspace.id")
    key: str
    kind: str
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime
    read_at: datetime | None = None
    hidden_at: datetime | None = None


class Mail(SQLModel, table=True):
    """A letter to one person. Written with the fact it tells; sent by a task; kept as evidence.

    `body` and `html` are emptied once it is sent or given up: they may hold one-time links.
    """

    __tablename__ = "mail"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    to: str
    subject: str
    body: str
    html: str
    created_at: datetime
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
    # The list a reader may leave with one click; empty for letters nobody can leave.
    list_name: str = ""
    # Whose letter it is, where that is known: the link to leave a list is theirs.
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)


class ChannelChoice(SQLModel, table=True):
    """A person's own choice for one event and one channel; where there is none the table's default holds."""

    __tablename__ = "channel_choice"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    event: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    wanted: bool
    changed_at: datetime


class Suppression(SQLModel, table=True):
    """An address that letters must not go to. Only a digest: the list outlives the account."""

    __tablename__ = "suppression"

    address_digest: str = Field(primary_key=True)
    reason: str
    created_at: datetime
    detail: str = ""


class Bounce(SQLModel, table=True):
    """A letter that came back for a passing reason; several in a week suppress the address."""

    __tablename__ = "bounce"

    id: int | None = Field(default=None, primary_key=True)
    address_digest: str = Field(index=True)
    at: datetime
    detail: str = ""


class Sms(SQLModel, table=True):
    """A text message to one number. `body` is emptied once sent: it may hold a code."""

    __tablename__ = "sms"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    to: str
    body: str
    created_at: datetime
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    provider_id: str = ""
    failure: str = ""
