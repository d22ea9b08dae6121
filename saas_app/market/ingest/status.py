"""How each feed is: when it was last heard of and how far its tapes reach. Judges nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from saas_app.market.ingest.models import FeedStatus, IngestQuarantine
from saas_app.market.tape.models import TapeHead


@dataclass(frozen=True, slots=True)
class Reach:
    """`until`: every candle that closed before it is there. `price` is the last one told."""

    symbol: str
    until: datetime
    price: float | None


@dataclass(frozen=True, slots=True)
class Feed:
    status: FeedStatus
    reaches: tuple[Reach, ...]


def feeds(session: Session) -> list[Feed]:
    heads: dict[str, list[Reach]] = {}
    for row in session.exec(select(TapeHead).order_by(col(TapeHead.symbol))):
        until = datetime.fromtimestamp(row.until, UTC)
        heads.setdefault(row.source, []).append(Reach(row.symbol, until, row.price))
    rows = session.exec(select(FeedStatus).order_by(col(FeedStatus.source)))
    return [Feed(row, tuple(heads.get(row.source, ()))) for row in rows]


def put_aside(session: Session) -> int:
    """How many messages wait in quarantine for somebody to look."""
    return session.exec(select(func.count()).select_from(IngestQuarantine)).one()
