"""How the feeds of real prices are, for staff."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from saas_app.api.caller import StaffCaller
from saas_app.core.db import snapshot
from saas_app.market.ingest import status

router = APIRouter(prefix="/api/admin", tags=["Admin"])


class MarketReach(BaseModel):
    """Every candle of the market that closed before `until` is on the tape."""

    symbol: str
    until: datetime
    price: float | None


class FeedState(BaseModel):
    source: str
    heard_at: datetime
    connected: bool
    program: str
    instrument: str
    said: str
    markets: list[MarketReach]


class Feeds(BaseModel):
    feeds: list[FeedState]
    quarantined: int


@router.get("/feeds")
def read_feeds(
    caller: StaffCaller,  # noqa: ARG001 — asking for the caller is the guard
) -> Feeds:
    """When each feed was last heard of, what it said of itself, and how far its candles reach."""
    with snapshot() as session:
        found, aside = status.feeds(session), status.put_aside(session)
    states = [
        FeedState(
            **feed.status.model_dump(),
            markets=[
                MarketReach(symbol=r.symbol, until=r.until, price=r.price) for r in feed.reaches
            ],
        )
        for feed in found
    ]
    return Feeds(feeds=states, quarantined=aside)
