# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a workspace keeps an eye on, and how its people look at long lists and at charts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class WatchlistItem(SQLModel, table=True):
    """One symbol on one timeframe, shared by the workspace."""

    __tablename__ = "watchlist_item"
    __table_args__ = (UniqueConstraint("workspace_id", "symbol", "timeframe"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    symbol: str
    timeframe: str
    position: int
    created_at: datetime
    created_by: int = Field(foreign_key="user.id")


class SavedFilter(SQLModel, table=True):
    """Conditions under a name, for one list; `wanted` is as `filters.kept` gave it."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id", "on_list", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    on_list: str
    name: str
    wanted: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime


class ChartLayout(SQLModel, table=True):
    """How one person likes their charts, in every workspace. Names of `layout.SWITCHES`, with commas."""

    __tablename__ = "chart_layout"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    switched_on: str
    updated_at: datetime
