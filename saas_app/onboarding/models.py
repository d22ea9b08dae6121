# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a person told us about how they trade."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Preferences(SQLModel, table=True):
    """The wizard's answers: stored step by step, editable later."""

    __tablename__ = "preferences"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    markets: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    alert_types: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    experience: str = ""
    step: int = 0
    finished_at: datetime | None = None
    updated_at: datetime
