"""What waits where: every waking alert by its market, kept in memory and brought up to date by what changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from saas_app.alerts.book import Book
from saas_app.alerts.conditions import CONDITIONS, Judged, Kind
from saas_app.alerts.crossing import Mark, marks
from saas_app.alerts.frequency import watched
from saas_app.alerts.models import Alert, Status

# Two processes' clocks, and a transaction that began before and ended after the last look.
_OVERLAP = timedelta(seconds=30)


class Armed(NamedTuple):
    at: int
    price: float


class Chart(NamedTuple):
    symbol: str
    timeframe: str


@dataclass(slots=True)
class Desk:
    """Not safe between threads: one engine owns it. The database decides; this only finds candidates."""

    books: dict[str, Book] = field(default_factory=dict[str, Book])
    charts: dict[Chart, set[int]] = field(default_factory=dict[Chart, set[int]])
    _where: dict[int, Chart | str] = field(default_factory=dict[int, "Chart | str"])
    _armed: dict[int, Armed] = field(default_factory=dict[int, "Armed"])
    _seen: datetime | None = None

    def refresh(self, session: Session, at: datetime) -> None:
        """Take what changed since the last look; the first look takes everything that is awake."""
        first = self._seen is None
        rows = select(Alert)
        if self._seen is not None:
            rows = rows.where(col(Alert.changed_at) >= self._seen - _OVERLAP)
        else:
            rows = rows.where(Alert.status == Status.ACTIVE, col(Alert.deleted_at).is_(None))
        fresh: dict[str, dict[int, tuple[Mark, ...]]] = {}
        for alert in session.exec(rows):
            self._take(alert, fresh if first else None)
        for symbol, mine in fresh.items():
            self.books.setdefault(symbol, Book()).fill(mine)
        self._seen = at

    def first_armed(self, symbol: str) -> "Armed | None":
        """Since when, and from which price, somebody waits for a move of it; None when nobody does."""
        there = [self._armed[alert] for alert, where in self._where.items() if where == symbol]
        return min(there, default=None)

    def _take(self, alert: Alert, fresh: dict[str, dict[int, tuple[Mark, ...]]] | None) -> None:
        ident = alert.id or 0
        self._drop(ident)
        if alert.status != Status.ACTIVE or alert.deleted_at is not None:
            return
        kind = Kind(alert.kind)
        self._armed[ident] = Armed(alert.armed_at, alert.armed_price)
        if CONDITIONS[kind].judged is Judged.CLOSE:
            chart = Chart(alert.symbol, alert.timeframe)
            self._where[ident] = chart
            self.charts.setdefault(chart, set()).add(ident)
            return
        self._where[ident] = alert.symbol
        mine = watched(marks(kind, alert.figures), alert.asleep)
        if fresh is None:
            self.books.setdefault(alert.symbol, Book()).put(ident, mine)
        else:
            fresh.setdefault(alert.symbol, {})[ident] = mine

    def _drop(self, ident: int) -> None:
        self._armed.pop(ident, None)
        match self._where.pop(ident, None):
            case Chart() as chart:
                self.charts[chart].discard(ident)
                if not self.charts[chart]:
                    del self.charts[chart]
            case str() as symbol:
                self.books[symbol].drop(ident)
            case None:
                pass
