# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a contract gives a workspace beyond its plan, and what a workspace used of its quotas."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class EntitlementOverride(SQLModel, table=True):
    """One limit of one workspace, as agreed with it. Ends by date; the row stays as the record."""

    __tablename__ = "entitlement_override"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    feature: str
    # A whole number, "unlimited", true, or a list that may begin with "+": see `plans.limits`.
    value: Any = Field(sa_column=Column(JSON, nullable=False))
    reason: str
    granted_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime
    starts_at: datetime
    ends_at: datetime | None = None


class UsageCounter(SQLModel, table=True):
    """How much of a quota a workspace used in one period. Only ever moved by one conditional update."""

    __tablename__ = "usage_counter"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    feature: str = Field(primary_key=True)
    period_start_at: datetime = Field(primary_key=True)
    used: int = 0


class UsageRecord(SQLModel, table=True):
    """One use of a quota, by the name of the request that asked for it: asked twice, counted once."""

    __tablename__ = "usage_record"
    __table_args__ = (UniqueConstraint("workspace_id", "feature", "request_id"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    feature: str
    request_id: str
    amount: int
    period_start_at: datetime
    at: datetime
    given_back_at: datetime | None = None
    # Raised by each use after a give-back: the name under which Stripe hears of it.
    turn: int = 0


class MeterEvent(SQLModel, table=True):
    """A use that is also a bill, on its way to Stripe. `identifier` makes sending it twice harmless.

    `value` is negative where a use was given back after it had been reported.
    """

    __tablename__ = "meter_event"
    __table_args__ = (Index("ix_meter_event_due", "sent_at", "next_try_at"),)

    identifier: str = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    event_name: str
    value: int
    at: datetime
    next_try_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    # Stripe takes nothing older than 35 days: given up with the reason, staff are told.
    error: str = ""


class KeptChoice(SQLModel, table=True):
    """One thing that stays awake where a smaller plan has no room for all of its kind."""

    __tablename__ = "kept_choice"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    feature: str = Field(primary_key=True)
    thing: int = Field(primary_key=True)
    chosen_by: int = Field(foreign_key="user.id")
    chosen_at: datetime


class AccessRecord(SQLModel, table=True):
    """What a workspace's access hung on from this moment until the next row. Only ever added to."""

    __tablename__ = "access_record"
    __table_args__ = (Index("ix_access_record_workspace_at", "workspace_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    at: datetime
    # Empty where no subscription was left.
    subscription: str = ""
    status: str = ""
    price: str | None = None
    plan: str | None = None
    generation: int | None = None
    seats: int = 1
    past_due_since_at: datetime | None = None
