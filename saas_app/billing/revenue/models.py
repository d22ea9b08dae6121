# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""The books. Rows are added and never changed; they outlive the customer, as the law wants."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from saas_app.core.columns import CENTS


class RevenueEntry(SQLModel, table=True):
    """One movement of money: paid, given back, taken by a dispute. `key` is its business key."""

    __tablename__ = "revenue_entry"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    invoice: str | None = Field(default=None, index=True)
    kind: str
    amount_cents: int = Field(sa_type=CENTS)
    currency: str
    at: datetime = Field(index=True)
    recorded_at: datetime


class MrrMovement(SQLModel, table=True):
    """One change of a workspace's monthly revenue. Their sum is what it pays per month now."""

    __tablename__ = "mrr_movement"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    delta_cents: int = Field(sa_type=CENTS)
    currency: str
    at: datetime = Field(index=True)
