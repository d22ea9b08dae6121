# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""What live sources told. Nothing here is of a person; every row says which source it came from."""

from sqlmodel import BigInteger, Field, SQLModel


class TapeBar(SQLModel, table=True):
    """One closed base candle; `time` is its opening in Unix seconds. It is never changed."""

    __tablename__ = "tape_bar"

    source: str = Field(primary_key=True)
    symbol: str = Field(primary_key=True)
    time: int = Field(primary_key=True, sa_type=BigInteger)
    open: float
    high: float
    low: float
    close: float
    volume: int = Field(sa_type=BigInteger)


class TapeHead(SQLModel, table=True):
    """Where one market stands at one source.

    Every base candle from `since` on that closed by `until` is on the tape, and there is none else.
    The base candle that is forming was made from the prices that came since `opened`.
    """

    __tablename__ = "tape_head"

    source: str = Field(primary_key=True)
    symbol: str = Field(primary_key=True)
    since: int = Field(default=0, sa_type=BigInteger)
    until: int = Field(default=0, sa_type=BigInteger)
    price: float | None = None
    priced_at: int = Field(default=0, sa_type=BigInteger)
    opened: int = Field(default=0, sa_type=BigInteger)
    open: float = 0.0
    high: float = 0.0
    low: float = 0.0
    volume: float = 0.0
    open_interest: float | None = None
    open_interest_at: int = Field(default=0, sa_type=BigInteger)


class TapeLiquidation(SQLModel, table=True):
    """What was closed by force in one base candle's time, in the quote currency."""

    __tablename__ = "tape_liquidation"

    source: str = Field(primary_key=True)
    symbol: str = Field(primary_key=True)
    time: int = Field(primary_key=True, sa_type=BigInteger)
    amount: float
