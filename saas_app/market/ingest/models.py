# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What we remember of bridges: their messages, their state, and the operator's own lines."""

from datetime import datetime

from sqlmodel import BigInteger, Field, SQLModel


class IngestMessage(SQLModel, table=True):
    """A message that was taken; told again, it changes nothing."""

    __tablename__ = "ingest_message"

    id: str = Field(primary_key=True)
    taken_at: datetime = Field(index=True)


class IngestQuarantine(SQLModel, table=True):
    """A message that was signed and could not be used, as it came, for whoever mends the bridge."""

    __tablename__ = "ingest_quarantine"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    came_at: datetime = Field(index=True)
    why: str
    body: str


class FeedStatus(SQLModel, table=True):
    """What a feed last said of itself, and when anything last came from it."""

    __tablename__ = "feed_status"

    source: str = Field(primary_key=True)
    heard_at: datetime
    connected: bool = True
    program: str = ""
    instrument: str = ""
    said: str = ""


class OwnLine(SQLModel, table=True):
    """One value of one buffer of an indicator of the operator's own, at one closed candle."""

    __tablename__ = "own_line"

    source: str = Field(primary_key=True)
    symbol: str = Field(primary_key=True)
    timeframe: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    time: int = Field(primary_key=True, sa_type=BigInteger)
    value: float
