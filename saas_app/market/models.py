# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What a workspace keeps an eye on."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
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
