# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a person told us about how they trade, and how far they came in what guides them."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Preferences(SQLModel, table=True):
    """The wizard's answers: stored step by step, editable later."""

    __tablename__ = "preferences"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    markets: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    alert_types: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    timeframes: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    channels: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    # How many times the usual volume is worth a word; and the least volume, in units a day.
    volume_multiple: float | None = None
    minimum_volume: int | None = None
    experience: str = ""
    step: int = 0
    finished_at: datetime | None = None
    updated_at: datetime


class TourProgress(SQLModel, table=True):
    """How far a person came in a guided tour or in the tutorial, and whether they are through."""

    __tablename__ = "tour_progress"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    tour: str = Field(primary_key=True)
    # The id of the next step: steps may be added and moved without losing anybody's place.
    step: str = ""
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None
    dismissed_at: datetime | None = None
