"""Takes a checked message in, once, in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from saas_app.core import upsert
from saas_app.core.errors import Invalid
from saas_app.core.texts import text
from saas_app.market import symbols
from saas_app.market.bars import Bar
from saas_app.market.ingest.messages import BarsIn, LinesIn, StatusIn, TicksIn
from saas_app.market.ingest.models import FeedStatus, IngestMessage, IngestQuarantine, OwnLine
from saas_app.market.tape import writing
from saas_app.market.tape.writing import Price, Taken

# How far a clock beside ours may run ahead before what it says is of the future.
_AHEAD_SECONDS = 5
_AT_ONCE = 500
_MOST_KEPT = 500  # messages in quarantine
_LONGEST_KEPT = 10_000
_REMEMBERED = timedelta(minutes=15)  # three times as long as a signature is good


def first_time(session: Session, message: str, now: datetime) -> bool:
    """False for a message that was taken before."""
    return upsert.added(session, IngestMessage, {"id": message, "taken_at": now})


def bars(session: Session, given: BarsIn, now: datetime) -> Taken:
    """Raises Invalid, and Gap where candles are missing before these."""
    _known(given.source, {"symbol": given.symbol})
    if given.until > now.timestamp() + _AHEAD_SECONDS:
        raise _wrong("until", text("ingest.not_closed"))
    _heard(session, given.source, now)
    rows = [Bar(*bar.model_dump().values()) for bar in given.bars]
    return writing.bars(
        session, given.source, given.symbol, rows, begin=given.begin, until=given.until
    )


def ticks(session: Session, given: TicksIn, now: datetime) -> int:
    """How many prices were in time. Raises Invalid."""
    lists = {
        "ticks": given.ticks,
        "open_interest": given.open_interest,
        "liquidations": given.liquidations,
    }
    for name, rows in lists.items():
        for index, row in enumerate(rows):
            _known(given.source, {f"{name}.{index}.symbol": row.symbol})
            if row.at > now.timestamp() + _AHEAD_SECONDS:
                raise _wrong(f"{name}.{index}.at", text("ingest.future"))
    _heard(session, given.source, now)
    taken = 0
    # Always in the same order: two messages that meet must not wait for each other.
    for symbol in sorted({tick.symbol for tick in given.ticks}):
        mine = [Price(t.at, t.price, t.volume) for t in given.ticks if t.symbol == symbol]
        taken += writing.prices(session, given.source, symbol, mine)
    for row in sorted(given.open_interest, key=lambda each: (each.symbol, each.at)):
        writing.open_interest(session, given.source, row.symbol, row.amount, row.at)
    for row in sorted(given.liquidations, key=lambda each: (each.symbol, each.at)):
        writing.liquidation(session, given.source, row.symbol, row.amount, row.at)
    return taken


def lines(session: Session, given: LinesIn, now: datetime) -> int:
    """Keep values of an indicator of the operator's own; a value told again replaces the old one."""
    _known(given.source, {"symbol": given.symbol})
    for index, point in enumerate(given.points):
        if point.time + given.timeframe.seconds > now.timestamp() + _AHEAD_SECONDS:
            raise _wrong(f"points.{index}.time", text("ingest.not_closed"))
    _heard(session, given.source, now)
    of = given.model_dump(include={"source", "symbol", "timeframe", "name"}, mode="json")
    rows = [of | {"time": time, "value": value} for time, value in _newest(given)]
    for start in range(0, len(rows), _AT_ONCE):
        adding = upsert.insert(session, OwnLine).values(rows[start : start + _AT_ONCE])
        session.connection().execute(
            adding.on_conflict_do_update(
                index_elements=[*of, "time"], set_={"value": adding.excluded.value}
            )
        )
    return len(rows)


def status(session: Session, given: StatusIn, now: datetime) -> None:
    _known(given.source, {})
    _heard(session, given.source, now, **given.model_dump(exclude={"source"}))


def quarantine(session: Session, kind: str, body: bytes, why: str, now: datetime) -> None:
    """Keep what could not be used; the oldest make room."""
    # PostgreSQL takes no NUL in a text.
    plain = body[:_LONGEST_KEPT].decode("utf-8", "replace").replace("\0", "�")
    session.add(IngestQuarantine(kind=kind, came_at=now, why=why[:1000], body=plain))
    session.flush()
    number = col(IngestQuarantine.id)
    beyond = select(number).order_by(number.desc()).offset(_MOST_KEPT).limit(1)
    oldest = session.exec(beyond).first()
    if oldest is not None:
        session.exec(delete(IngestQuarantine).where(number <= oldest))


def purge(session: Session, now: datetime) -> int:
    """Messages whose signature is no longer good, and garbage nobody looked at for a month."""
    seen = delete(IngestMessage).where(col(IngestMessage.taken_at) < now - _REMEMBERED)
    old = delete(IngestQuarantine).where(col(IngestQuarantine.came_at) < now - timedelta(days=30))
    before = int((now - timedelta(days=2)).timestamp())
    gone = session.exec(seen).rowcount + session.exec(old).rowcount
    return gone + writing.purge(session, before=before)


def _newest(given: LinesIn) -> Iterable[tuple[int, float]]:
    return sorted({point.time: point.value for point in given.points}.items())


def _known(source: str, asked: dict[str, str]) -> None:
    served = {each.id for each in symbols.traded() if source in each.sources}
    if not served:
        raise _wrong("source", text("ingest.unknown_source"))
    for field, symbol in asked.items():
        if symbol not in served:
            raise _wrong(field, text("ingest.unknown_symbol", symbol=symbol, source=source))


def _wrong(field: str, why: str) -> Invalid:
    return Invalid(text("ingest.invalid", field=field, why=why), fields={field: why})


def _heard(session: Session, source: str, now: datetime, **more: object) -> None:
    row = {"connected": True, **more, "heard_at": now}
    adding = upsert.insert(session, FeedStatus).values(
        **({"program": "", "instrument": "", "said": ""} | row), source=source
    )
    session.connection().execute(adding.on_conflict_do_update(index_elements=["source"], set_=row))
