"""Puts what a source told on the tape. What has been shown is never changed by what comes later."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, delete, select

from saas_app.core import upsert
from saas_app.core.texts import text
from saas_app.market.bars import Bar
from saas_app.market.errors import Gap
from saas_app.market.tape.models import TapeBar, TapeHead, TapeLiquidation
from saas_app.market.timeframes import BASE

_STEP = BASE.seconds
_AT_ONCE = 500  # rows of eight values: SQLite takes 32,766 in one statement


class Taken(NamedTuple):
    """What became of candles: `late` ones fall where the tape already said there was none."""

    added: int
    repeated: int
    different: int
    late: int


class Price(NamedTuple):
    """A trade or a quote; `at` in Unix seconds by the source's clock, `volume` 0 where it is not told."""

    at: int
    price: float
    volume: float = 0.0


def head(session: Session, source: str, symbol: str) -> TapeHead:
    """The row, there from now on and nobody else's to change until the transaction ends."""
    upsert.added(session, TapeHead, TapeHead(source=source, symbol=symbol).model_dump())
    mine = select(TapeHead).where(TapeHead.source == source, TapeHead.symbol == symbol)
    return session.exec(mine.with_for_update().execution_options(populate_existing=True)).one()


def bars(
    session: Session, source: str, symbol: str, given: Sequence[Bar], *, begin: int, until: int
) -> Taken:
    """Keep closed base candles, ascending: all there are from `begin` to `until`, both whole steps.

    They carry on at an end of the tape or repeat it. Between its ends there is nothing to add,
    since alerts were judged on it. Raises Gap where they would leave a hole.
    """
    state = head(session, source, symbol)
    if state.until and (begin > state.until or until < state.since):
        raise Gap(text("feeds.gap", symbol=symbol), symbol=symbol, until=state.until)
    known = _known(session, source, symbol, given)
    fresh = [bar for bar in given if bar.time not in known]
    added = [bar for bar in fresh if not state.since <= bar.time < state.until]
    for start in range(0, len(added), _AT_ONCE):
        rows = [
            {"source": source, "symbol": symbol, **bar._asdict()}
            for bar in added[start : start + _AT_ONCE]
        ]
        session.connection().execute(upsert.insert(session, TapeBar).values(rows))
    state.since = min(state.since, begin) if state.until else begin
    state.until = max(state.until, until)
    session.add(state)
    same = sum(known[bar.time] == bar for bar in given if bar.time in known)
    return Taken(len(added), same, len(known) - same, len(fresh) - len(added))


def prices(session: Session, source: str, symbol: str, given: Sequence[Price]) -> int:
    """Carry the forming candle on; how many were in time. Those of a candle that is over come too late."""
    state = head(session, source, symbol)
    taken = 0
    for price in sorted(given, key=lambda each: each.at):
        opened = price.at - price.at % _STEP
        if opened < max(state.opened, state.until):
            continue
        taken += 1
        if opened > state.opened:
            state.opened, state.volume = opened, 0.0
            state.open = state.high = state.low = price.price
        state.high, state.low = max(state.high, price.price), min(state.low, price.price)
        state.volume += price.volume
        if price.at >= state.priced_at:
            state.price, state.priced_at = price.price, price.at
    session.add(state)
    return taken


def open_interest(session: Session, source: str, symbol: str, amount: float, at: int) -> None:
    """The newest is kept."""
    state = head(session, source, symbol)
    if at >= state.open_interest_at:
        state.open_interest, state.open_interest_at = amount, at
        session.add(state)


def liquidation(session: Session, source: str, symbol: str, amount: float, at: int) -> None:
    """Add to what was closed by force in that base candle's time. The caller tells it once."""
    slot = at - at % _STEP
    row = {"source": source, "symbol": symbol, "time": slot}
    adding = upsert.insert(session, TapeLiquidation).values(**row, amount=amount)
    session.connection().execute(
        adding.on_conflict_do_update(
            index_elements=["source", "symbol", "time"],
            set_={"amount": col(TapeLiquidation.amount) + amount},
        )
    )


def purge(session: Session, *, before: int) -> int:
    """Forget liquidations that no sum counts any more. Candles stay: the levels stand on them."""
    gone = delete(TapeLiquidation).where(col(TapeLiquidation.time) < before)
    return session.exec(gone).rowcount


def _known(session: Session, source: str, symbol: str, given: Sequence[Bar]) -> dict[int, Bar]:
    """Those of these moments that the tape has."""
    if not given:
        return {}
    wanted = {bar.time for bar in given}
    rows = select(TapeBar).where(
        TapeBar.source == source,
        TapeBar.symbol == symbol,
        col(TapeBar.time).between(given[0].time, given[-1].time),
    )
    return {row.time: as_bar(row) for row in session.exec(rows) if row.time in wanted}


def as_bar(row: TapeBar) -> Bar:
    return Bar(row.time, row.open, row.high, row.low, row.close, row.volume)
