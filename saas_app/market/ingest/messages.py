"""The four messages that a bridge sends. Checks shapes and figures; knows no clock and no database."""

import itertools
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from saas_app.market.timeframes import BASE, Timeframe

MOST = 5000
_STEP = BASE.seconds

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
Symbol = Annotated[str, Field(min_length=1, max_length=32)]
Moment = Annotated[int, Field(gt=0, le=2**40, description="Unix seconds, UTC.")]
Opening = Annotated[int, Field(gt=0, le=2**40, multiple_of=_STEP, description="A whole step, UTC.")]
Price = Annotated[FiniteFloat, Field(gt=0, le=1e12)]
Amount = Annotated[FiniteFloat, Field(ge=0, le=1e18)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PushedBar(_Message):
    time: Opening
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Annotated[int, Field(ge=0, le=2**53)]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low > min(self.open, self.close) or self.high < max(self.open, self.close):
            raise ValueError("low and high must enclose open and close")
        return self


class BarsIn(_Message):
    """Every closed M5 candle of a market that opens from `begin` on and before `until`, ascending."""

    source: Name
    symbol: Symbol
    begin: Opening
    until: Opening
    bars: Annotated[list[PushedBar], Field(max_length=MOST)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [bar.time for bar in self.bars]
        if self.begin > self.until:
            raise ValueError("begin must not lie after until")
        if any(later <= earlier for earlier, later in itertools.pairwise(times)):
            raise ValueError("bars must ascend in time, each once")
        if times and not self.begin <= times[0] <= times[-1] < self.until:
            raise ValueError("bars must open from begin on and before until")
        return self


class PushedTick(_Message):
    symbol: Symbol
    at: Moment
    price: Price
    volume: Amount = 0.0


class PushedAmount(_Message):
    symbol: Symbol
    at: Moment
    amount: Amount


class TicksIn(_Message):
    """Prices as they were made, and what futures tell besides."""

    source: Name
    ticks: Annotated[list[PushedTick], Field(max_length=MOST)] = []
    open_interest: Annotated[list[PushedAmount], Field(max_length=MOST)] = []
    liquidations: Annotated[list[PushedAmount], Field(max_length=MOST)] = []


class PushedPoint(_Message):
    time: Moment
    value: FiniteFloat


class LinesIn(_Message):
    """Values of one buffer of an indicator at candles that have closed; empty ones are left out."""

    source: Name
    symbol: Symbol
    timeframe: Timeframe
    name: Name
    points: Annotated[list[PushedPoint], Field(max_length=MOST)]


class StatusIn(_Message):
    """What the bridge says of itself."""

    source: Name
    connected: bool
    program: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""
    instrument: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""
    said: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
