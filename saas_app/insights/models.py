# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Forecasts as they were published, and what came. Of nobody: a forecast is the same for everybody."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Forecast(SQLModel, table=True):
    """Written once per closed candle, closed once when its horizon is over, never written again.

    `candle` is the opening of the last candle it knew, in Unix seconds; `low` to `high` and `came` are
    distances in money. `up` is there where a direction was given, `rose` is what the close did.
    """

    __tablename__ = "forecast"
    __table_args__ = (UniqueConstraint("symbol", "timeframe", "source", "candle"),)

    id: int | None = Field(default=None, primary_key=True)
    symbol: str
    timeframe: str
    source: str
    data_kind: str
    candle: int = Field(sa_column=Column(BigInteger, nullable=False))
    fitted_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    horizon: int
    close: float
    low: float
    expected: float
    high: float
    up: float | None = None
    published_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
    came: float | None = None
    rose: bool | None = None
