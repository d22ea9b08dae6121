"""How often a condition would have been met lately, by the same judgement that would judge it from now on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from saas_app.alerts import closing, frequency
from saas_app.alerts.closing import Seen
from saas_app.alerts.conditions import CONDITIONS, Figures, Judged, Kind
from saas_app.alerts.crossing import Step, marks
from saas_app.alerts.frequency import Rhythm, held
from saas_app.alerts.rules import Tried
from saas_app.market.bars import Bars
from saas_app.market.board import Board
from saas_app.market.indicators.study import Study
from saas_app.market.sessions import Calendar, bar_start
from saas_app.market.timeframes import BASE, Timeframe

SPAN = timedelta(days=30)
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Backtest:
    """`times` are Unix seconds, the last `_SHOWN` of `count`; `since` is where the data began."""

    count: int
    times: tuple[int, ...]
    since: int
    until: int
    data_kind: str


def run(board: Board, asked: Tried, *, now: datetime) -> Backtest:
    """Over the last thirty days, as far as there are candles.

    A one-shot alert is counted as if it were set again each time.
    """
    symbol, kind, figures = asked.symbol, asked.kind, asked.figures
    source, start = board.source_of(symbol), int((now - SPAN).timestamp())
    frame = Timeframe(asked.timeframe)
    if CONDITIONS[kind].judged is Judged.CLOSE:
        met = board.studied(
            symbol, frame, now=now, use=lambda study: _closes(study, kind, figures, start)
        )
        met = [at + frame.seconds for at in met]
    else:
        bars = source.since(symbol, BASE, start=start, end=now)
        met = _moves(bars, kind, figures)
    told = _told(met, asked, source.calendar(symbol))
    return Backtest(
        len(told), tuple(told[-_SHOWN:]), start, int(now.timestamp()), source.kind.value
    )


def _closes(study: Study, kind: Kind, figures: Figures, start: int) -> list[int]:
    seen = Seen(study)
    recent = (i for i in range(len(study.bars)) if study.time(i) >= start)
    return [study.time(i) for i in recent if closing.fires(kind, figures, seen, i) is not None]


def _moves(bars: Bars, kind: Kind, figures: Figures) -> list[int]:
    """Base candle by base candle: within one, what cannot be known for certain is not counted."""
    mine, asleep, met = marks(kind, figures), 0, list[int]()
    for index in range(1, len(bars)):
        bar, before = bars.at(index), float(bars.close[index - 1])
        step = Step(
            start=bar.time,
            end=bar.time + BASE.seconds,
            bar=bar.time,
            prev=before,
            low=min(before, bar.low),
            high=max(before, bar.high),
            last=bar.close,
        )
        mark, asleep = frequency.judged(mine, asleep, step)
        if mark is not None:
            met.append(step.end)
    return met


def _told(met: list[int], asked: Tried, calendar: Calendar) -> list[int]:
    frame = Timeframe(asked.timeframe)
    told: list[int] = []
    last: int | None = None
    told_bar: int | None = None
    for at in met:
        bar = bar_start(calendar, frame, at - 1)
        if (
            held(Rhythm(asked.frequency, asked.cooldown_seconds, last, told_bar), at=at, bar=bar)
            is None
        ):
            told.append(at)
            last, told_bar = at, bar
    return told
