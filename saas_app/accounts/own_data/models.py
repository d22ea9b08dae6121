# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a person may always ask for: everything we hold of them, and that it be forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class DataExport(SQLModel, table=True):
    """Everything we hold of a person, as an archive. `archive` is emptied when it expires."""

    __tablename__ = "data_export"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    requested_at: datetime
    ready_at: datetime | None = None
    failed_at: datetime | None = None
    expires_at: datetime | None = Field(default=None, index=True)
    archive: bytes = b""


class AccountDeletion(SQLModel, table=True):
    """A wish to be forgotten. Carried out at `due_at` unless it was taken back before."""

    __tablename__ = "account_deletion"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    requested_at: datetime
    due_at: datetime = Field(index=True)
    canceled_at: datetime | None = None
    done_at: datetime | None = None
    # What was done and what had to stay, for the day somebody asks.
    report: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
