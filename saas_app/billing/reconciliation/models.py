# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What each reconciliation found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Scope(StrEnum):
    EVENTS = "events"  # whoever Stripe's list of events names and our inbox does not know
    EVERYTHING = "everything"  # every customer at Stripe and every one of ours


class ReconciliationRun(SQLModel, table=True):
    """One run that got to its end. `seen_until_at` is on Stripe's clock: the next one begins there."""

    __tablename__ = "reconciliation_run"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(index=True)
    seen_until_at: datetime
    finished_at: datetime
    workspaces: int
    missed_events: int
    # One sentence each, as `saas reconcile` prints them.
    differences: list[str] = Field(sa_column=Column(JSON, nullable=False))
    failures: list[str] = Field(sa_column=Column(JSON, nullable=False))
