# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Who asked for a contract, and the terms that were offered, accepted and ended."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from saas_app.core.columns import CENTS


class Lead(SQLModel, table=True):
    """Somebody asked about a plan by contract. Handled once staff wrote an offer or said so."""

    __tablename__ = "lead"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    workspace_id: int | None = Field(default=None, foreign_key="workspace.id")
    plan: str
    email: str
    name: str
    company: str
    seats: int
    message: str = Field(sa_type=Text)
    created_at: datetime
    handled_at: datetime | None = None


class ContractStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Contract(SQLModel, table=True):
    """The terms for one workspace. `key` is its name outside: in addresses and at Stripe.

    `limits` are as a catalogue writes them and lie over the plan's for as long as the contract
    runs. An offer that nobody accepted until `offered_until_at` is worth nothing.
    """

    __tablename__ = "contract"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    plan: str
    generation: int
    interval: str
    amount_cents: int = Field(sa_type=CENTS)
    currency: str
    seats: int
    limits: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    term_months: int
    days_until_due: int
    status: str
    created_at: datetime
    offered_until_at: datetime
    accepted_at: datetime | None = None
    accepted_by: int | None = Field(default=None, foreign_key="user.id")
    # Written before Stripe is asked: a second try is the same try.
    subscription: str | None = None
    ended_at: datetime | None = None
