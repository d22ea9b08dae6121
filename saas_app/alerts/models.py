# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Alerts, what became of them, what still has to be delivered, and how far the judging has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import BigInteger, Field, SQLModel


class Status(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    DONE = "done"  # fired, and was asked to once
    EXPIRED = "expired"


class Alert(SQLModel, table=True):
    """One condition on one market. `figures` are as `conditions.checked` gave them.

    Unix seconds (`armed_at`, `last_fired_at`, `fired_bar`) are the market's own time, moments the
    business clock's. `asleep` has a bit for each of its marks that must see the price come back first.
    """

    __tablename__ = "alert"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    created_by: int = Field(foreign_key="user.id", index=True)
    symbol: str = Field(index=True)
    timeframe: str
    kind: str
    figures: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    frequency: str
    cooldown_seconds: int = 60
    channels: list[str] = Field(sa_column=Column(JSON, nullable=False))
    note: str = ""
    sound: bool = False
    status: str = Field(default=Status.ACTIVE, index=True)
    created_at: datetime
    # Wall time, never going back: what changed since the engine's last look is found by it.
    changed_at: datetime = Field(index=True)
    expires_at: datetime | None = None
    muted_until: datetime | None = None
    deleted_at: datetime | None = None  # kept for a while: a deletion can be undone
    armed_at: int = Field(sa_type=BigInteger)
    armed_price: float
    asleep: int = 0
    fired_count: int = 0
    last_fired_at: int | None = Field(default=None, sa_type=BigInteger)
    fired_bar: int | None = Field(default=None, sa_type=BigInteger)

    def changed(self, at: datetime) -> None:
        """Never back in time: another machine's clock may run ahead, and the engine looks forward only."""
        self.changed_at = max(self.changed_at, at)


class Outcome(StrEnum):
    FIRED = "fired"
    HELD = "held"  # the condition was met, and `reason` says why nobody was told


class AlertEvent(SQLModel, table=True):
    """The condition of an alert was met. Written in the transaction that moves the watermark past it.

    `at` is the market's second, `bar` the candle it belongs to; `facts` are what was true then.
    """

    __tablename__ = "alert_event"
    __table_args__ = (UniqueConstraint("alert_id", "bar", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    outcome: str
    reason: str = ""
    at: int = Field(sa_type=BigInteger)
    bar: int = Field(sa_type=BigInteger)
    price: float
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str
    data_kind: str
    late: bool = False
    # Wall time with its milliseconds: when the move was looked at, and when this was on disk.
    seen_at: datetime
    stored_at: datetime


class Sending(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # tried for as long as it is worth it
    DROPPED = "dropped"  # never to be sent, and `error` is the key of the reason


class AlertDelivery(SQLModel, table=True):
    """One event on its way through one channel. Leased by a worker, tried again with back-off.

    `key` is what the receiver tells a repetition by. `attempts` counts leases: a try that took the
    process with it was one, too.
    """

    __tablename__ = "alert_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "channel"),
        # What is due is looked for every few seconds among everything that was ever sent.
        Index("ix_alert_delivery_status_next_try_at", "status", "next_try_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    event_id: int = Field(foreign_key="alert_event.id", index=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    channel: str
    status: str = Field(default=Sending.PENDING)
    attempts: int = 0
    created_at: datetime
    next_try_at: datetime
    leased_until: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""


class AlertWatermark(SQLModel, table=True):
    """How far a market was judged: ticks where `timeframe` is empty, else the closed candles of it.

    `low` and `high` are the extremes of the base candle `bar` as far as they were seen.
    """

    __tablename__ = "alert_watermark"

    symbol: str = Field(primary_key=True)
    timeframe: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    bar: int = Field(sa_type=BigInteger)
    price: float = 0.0
    low: float = 0.0
    high: float = 0.0
