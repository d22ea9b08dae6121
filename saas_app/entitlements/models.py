# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a contract gives a workspace beyond its plan."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
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
