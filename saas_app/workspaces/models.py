# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Workspaces and who belongs to them."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Workspace(SQLModel, table=True):
    """The tenant and payer. `key` is the name it has outside: at Stripe, in idempotency keys."""

    __tablename__ = "workspace"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    personal: bool = True
    time_zone: str = "UTC"
    # Raised whenever the plan's access changes: a token that names an older one is stale.
    tier_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime
    deleted_at: datetime | None = None


class Membership(SQLModel, table=True):
    """One person in one workspace, with the role that says what they may do there."""

    __tablename__ = "membership"

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    user_id: int = Field(foreign_key="user.id", primary_key=True, index=True)
    role: str
    created_at: datetime
    # No seat on the plan of now: nothing of theirs is gone, and they are back when there is one.
    suspended_at: datetime | None = None


class AnsweredCall(SQLModel, table=True):
    """A call that a program named, and what it was told; without a status it is still being made."""

    __tablename__ = "answered_call"

    digest: str = Field(primary_key=True)  # of the caller and the name
    user_id: int = Field(foreign_key="user.id", index=True)
    fingerprint: str
    created_at: datetime = Field(index=True)
    status: int | None = None
    sealed_answer: str = Field(default="", sa_column_kwargs={"server_default": ""})
