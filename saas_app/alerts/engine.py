"""Judges every waiting alert on what the markets did since the last look, exactly once.

One turn is one short look at the prices without a transaction, then one transaction for each
market that moved past something: events, deliveries and the watermark together. Two engines
cannot judge the same move: the watermark is moved from where it was found, or not at all.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select, update

from saas_app.alerts import closing, frequency, steps
from saas_app.alerts.closing import Facts, Seen
from saas_app.alerts.conditions import Kind
from saas_app.alerts.crossing import Step, from_then, marks
from saas_app.alerts.desk import Armed, Chart, Desk
from saas_app.alerts.frequency import Held
from saas_app.alerts.models import Alert, AlertWatermark, Status
from saas_app.alerts.recording import Met, record
from saas_app.alerts.rules import resting
from saas_app.alerts.steps import Reached
from saas_app.core import clock, upsert
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import access
from saas_app.market import permitted
from saas_app.market.board import Board
from saas_app.market.indicators.study import Study
from saas_app.market.sessions import bar_start
from saas_app.market.timeframes import BASE, Timeframe

# Where nothing fires the watermark is written this seldom: a restart looks again at so much.
_WRITTEN_EVERY_SECONDS = 30
# Candles close at the turn of a base candle; for so long after it they are looked for.
_CLOSING_SECONDS = 45


class Overtaken(Exception):
    """Another engine judged this move; nothing of ours was written."""


@dataclass(slots=True)
class Engine:
    """One per process, on one thread. Everything it holds can be lost."""

    board: Board
    desk: Desk = field(default_factory=Desk)
    _reached: dict[str, Reached] = field(default_factory=dict[str, Reached])
    _written: dict[str, Reached] = field(default_factory=dict[str, Reached])
    _closed: dict[Chart, int] = field(default_factory=dict[Chart, int])

    def turn(self, now: datetime) -> int:
        """One look at everything; how many alerts told somebody. Raises what the database raises."""
        with snapshot() as session:
            self.desk.refresh(session, clock.wall())
        told = 0
        for symbol, book in list(self.desk.books.items()):
            if len(book):
                told += self._tick(symbol, now)
        for chart in list(self.desk.charts):
            told += self._close(chart, now)
        return told

    def forget(self) -> None:
        """After trouble: believe the database alone."""
        self.desk = Desk()
        self._reached.clear()
        self._written.clear()
        self._closed.clear()

    def _tick(self, symbol: str, now: datetime) -> int:
        source = self.board.source_of(symbol)
        reached = self._reached.get(symbol) or self._stored(symbol)
        if reached is None or now.timestamp() - reached.at > BASE.seconds:
            # At the very first, or after a pause in which perhaps nobody waited.
            first = self.desk.first_armed(symbol)
            reached = _skipped(reached, first) if first else reached
        if reached is None:
            return 0
        moves, then = steps.since(source, symbol, reached, now=now)
        passed: set[int] = set()
        for step in moves:
            passed |= self.desk.books[symbol].passed(step)
        told = 0
        written = self._written.get(symbol)
        if passed or written is None or then.at - written.at >= _WRITTEN_EVERY_SECONDS:
            told = self._judge_moves(symbol, moves, passed, then, now)
        self._reached[symbol] = then
        return told

    def _judge_moves(
        self, symbol: str, moves: list[Step], passed: set[int], then: Reached, now: datetime
    ) -> int:
        source, told = self.board.source_of(symbol), 0
        calendar = source.calendar(symbol)
        with transaction() as session:
            _advance(session, symbol, "", self._written.get(symbol), then)
            barred = _Barred(session)
            for alert in _awake(session, passed):
                kind = Kind(alert.kind)
                mine, asleep = marks(kind, alert.figures), alert.asleep
                for step in moves:
                    seen = from_then(step, alert.armed_at, alert.armed_price)
                    if seen is None or alert.status != Status.ACTIVE:
                        continue
                    mark, alert.asleep = frequency.judged(mine, alert.asleep, seen)
                    if mark is None:
                        continue
                    bar = bar_start(calendar, Timeframe(alert.timeframe), seen.bar)
                    facts: Facts = {"last": seen.last, "way": mark.way.value, "since": seen.start}
                    met = Met(seen.end, bar, mark.price, facts)
                    told += record(
                        session,
                        alert,
                        met,
                        barred=barred.why(alert),
                        source=source,
                        seen_at=now,
                    )
                if alert.asleep != asleep:
                    alert.changed(clock.wall())
                    session.add(alert)
        self._written[symbol] = then
        return told

    def _close(self, chart: Chart, now: datetime) -> int:
        """The candles that closed since; most turns find none and ask nothing of the database."""
        done = self._closed.get(chart)
        if done is not None and now.timestamp() % BASE.seconds > _CLOSING_SECONDS:
            return 0
        frame = Timeframe(chart.timeframe)
        source = self.board.source_of(chart.symbol)
        newest = source.history(chart.symbol, frame, end=now, count=1)
        if len(newest) == 0:
            return 0
        last = int(newest.time[-1])
        if done is None:
            done = self._stored_close(chart, last)
        if last <= done:
            self._closed[chart] = done
            return 0
        told = self.board.studied(
            chart.symbol,
            chart.timeframe,
            now=now,
            use=lambda study: self._judge_closes(chart, study, done, now),
        )
        self._closed[chart] = last
        return told

    def _judge_closes(self, chart: Chart, study: Study, done: int, now: datetime) -> int:
        seen, told = Seen(study), 0
        source = self.board.source_of(chart.symbol)
        length = Timeframe(chart.timeframe).seconds
        fresh = [i for i in range(len(study.bars)) if study.time(i) > done]
        if not fresh:
            return 0
        last = Reached(study.time(-1), study.time(-1), 0.0, 0.0, 0.0)
        before = Reached(done, done, 0.0, 0.0, 0.0)
        with transaction() as session:
            _advance(session, chart.symbol, chart.timeframe, before, last)
            barred = _Barred(session)
            for alert in _awake(session, self.desk.charts.get(chart, set())):
                for index in fresh:
                    opened = study.time(index)
                    if opened + length <= alert.armed_at or alert.status != Status.ACTIVE:
                        continue
                    facts = closing.fires(Kind(alert.kind), alert.figures, seen, index)
                    if facts is None:
                        continue
                    close = float(study.bars.close[index])
                    told += record(
                        session,
                        alert,
                        Met(opened + length, opened, close, facts),
                        barred=barred.why(alert),
                        source=source,
                        seen_at=now,
                    )
        return told

    def _stored(self, symbol: str) -> Reached | None:
        with snapshot() as session:
            row = session.get(AlertWatermark, (symbol, ""))
        if row is not None:
            self._written[symbol] = Reached(row.at, row.bar, row.price, row.low, row.high)
        return self._written.get(symbol)

    def _stored_close(self, chart: Chart, last: int) -> int:
        """From where the closed candles are new; the first engine ever begins with the next one."""
        row = {"symbol": chart.symbol, "timeframe": chart.timeframe, "at": last, "bar": last}
        with transaction() as session:
            if upsert.added(session, AlertWatermark, row | {"price": 0.0, "low": 0.0, "high": 0.0}):
                return last
            return session.get_one(AlertWatermark, tuple(chart)).bar


class _Barred:
    """What the plans of the moment say of an alert; asked once for each workspace of a turn."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, tuple[access.Access, frozenset[int]]] = {}

    def why(self, alert: Alert) -> Held | None:
        if alert.workspace_id not in self._known:
            standing = access.of(self._session, alert.workspace_id, clock.now())
            rests = resting(self._session, alert.workspace_id, standing)
            self._known[alert.workspace_id] = standing, rests
        standing, rests = self._known[alert.workspace_id]
        if permitted.why_not(standing, alert.symbol, alert.timeframe) is not None:
            return Held.LOCKED
        return Held.RESTING if alert.id in rests else None


def _awake(session: Session, idents: set[int]) -> list[Alert]:
    """As they are now, and nobody else's to change until the transaction ends."""
    if not idents:
        return []
    rows = select(Alert).where(
        col(Alert.id).in_(idents),
        Alert.status == Status.ACTIVE,
        col(Alert.deleted_at).is_(None),
    )
    found = session.exec(rows.order_by(col(Alert.id)).with_for_update()).all()
    return [alert for alert in found if not _expired(session, alert)]


def _expired(session: Session, alert: Alert) -> bool:
    if alert.expires_at is None or clock.now() < alert.expires_at:
        return False
    alert.status = Status.EXPIRED
    alert.changed(clock.wall())
    session.add(alert)
    return True


def _advance(
    session: Session, symbol: str, timeframe: str, before: Reached | None, then: Reached
) -> None:
    """Move the watermark from where we found it. Raises Overtaken when it is elsewhere."""
    values = then._asdict()
    if before is None:
        row = {"symbol": symbol, "timeframe": timeframe, **values}
        if not upsert.added(session, AlertWatermark, row):
            raise Overtaken
        return
    ours = update(AlertWatermark).where(
        col(AlertWatermark.symbol) == symbol,
        col(AlertWatermark.timeframe) == timeframe,
        col(AlertWatermark.at) == before.at,
    )
    if session.exec(ours.values(**values)).rowcount != 1:
        raise Overtaken


def _skipped(reached: Reached | None, first: Armed) -> Reached:
    """From a moment before the first who waits, at the price they saw: `from_then` cuts off the rest."""
    if reached is not None and first.at - reached.at <= BASE.seconds:
        return reached
    bar = first.at - first.at % BASE.seconds
    return Reached(first.at - 1, bar, first.price, first.price, first.price)
