"""What the alerts page shows, as frozen rows. Pure: facts in, words out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from saas_app.alerts import words
from saas_app.alerts.conditions import CONDITIONS, Choice, Kind, Number
from saas_app.alerts.history import Happening, Scene, Silence, silence
from saas_app.alerts.models import Alert, AlertEvent, Outcome
from saas_app.core import dates
from saas_app.core.texts import text
from saas_app.ui import figures, routes

_TONES = {
    Silence.WAITS: "good",
    Silence.BEYOND: "good",
    Silence.MUTED: "warn",
    Silence.LATE: "bad",
    Silence.LOCKED: "second",
    Silence.RESTING: "second",
}
# By which an alert can tell, in the order they are offered.
WAYS = ("in_app", "email", "webhook", "telegram", "sms")
_LOCKED = {Silence.LOCKED, Silence.RESTING}
_OVER = {Silence.PAUSED, Silence.DONE, Silence.EXPIRED}


@dataclass(frozen=True, slots=True)
class Row:
    """`sleeps` offers to wake it, else to let it sleep; `why` is empty unless the plan is in its way."""

    key: str
    symbol: str
    timeframe: str
    href: str
    sentence: str
    note: str
    badge: str
    tone: str
    silence: str
    about: str
    sleeps: bool
    muted: bool
    why: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One time the condition was met: what it was, and each step of the way with its time."""

    key: str
    title: str
    detail: str
    steps: list[str]


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Field:
    """One figure of the form; `options` are empty where a number is written."""

    name: str
    label: str
    value: str
    options: list[Option]
    problem: str
    hint: str = ""


def row(alert: Alert, scene: Scene, zone: str) -> Row:
    why = silence(alert, scene)
    return Row(
        key=alert.key,
        symbol=alert.symbol,
        timeframe=alert.timeframe,
        href=routes.chart(alert.symbol, alert.timeframe),
        sentence=words.condition(alert),
        note=alert.note,
        badge=text(f"alerts.silence.{why}"),
        tone=_TONES.get(why, "quiet"),
        silence=text(f"alerts.silence_text.{why}"),
        about=_about(alert, zone),
        sleeps=why in _OVER,
        muted=why is Silence.MUTED,
        why=_why(why),
    )


def event(happening: Happening, symbol: str, zone: str) -> EventRow:
    met = happening.event
    told = met.outcome == Outcome.FIRED
    moment = dates.moment(datetime.fromtimestamp(met.at, UTC), zone)
    price = words.price(symbol, float(met.facts.get("last", met.price)))
    return EventRow(
        met.key,
        text("alerts.told" if told else f"alerts.held.{met.reason}", moment=moment, price=price),
        text("alerts.data", kind=text(f"market.data.{met.data_kind}"), source=met.source),
        list(_steps(happening, met)),
    )


def fields(
    kind: str, values: Mapping[str, str], problems: Mapping[str, str], *, now: str = ""
) -> list[Field]:
    """The figures that this condition asks for, with what was written so far; `now` is the last price."""
    return [
        Field(
            name,
            text(f"alerts.figure.{name}"),
            values.get(name, _usual(asked)),
            [
                Option(each, text(f"alert.{'side' if name == 'side' else 'figure'}.{each}"))
                for each in asked.offered
            ]
            if isinstance(asked, Choice)
            else [],
            problems.get(name, ""),
            text("alerts.now", price=now)
            if isinstance(asked, Number) and asked.price and now
            else "",
        )
        for name, asked in CONDITIONS[Kind(kind)].figures.items()
    ]


def kinds() -> list[Option]:
    return [Option(kind.value, text(f"alerts.kind.{kind.value}")) for kind in Kind]


def given(kind: str, values: Mapping[str, str]) -> dict[str, object]:
    """What was written, as `conditions.checked` takes it; what is no number stays as it was written."""
    asked = CONDITIONS[Kind(kind)].figures
    return {
        name: values[name] if isinstance(each, Choice) else _number(values[name])
        for name, each in asked.items()
        if values.get(name, "") != ""
    }


def _usual(asked: Number | Choice) -> str:
    if isinstance(asked, Choice):
        return asked.usual
    return "" if asked.price else f"{asked.usual:g}"


def _number(written: str) -> object:
    try:
        return figures.number(written)
    except ValueError:
        return written


def _about(alert: Alert, zone: str) -> str:
    parts = [
        text(f"alerts.frequency.{alert.frequency}"),
        ", ".join(text(f"channel.{each}") for each in alert.channels),
        text("alerts.fired", count=alert.fired_count) if alert.fired_count else "",
        text("alerts.until", day=dates.day(alert.expires_at, zone)) if alert.expires_at else "",
    ]
    return " · ".join(part for part in parts if part)


def _why(why: Silence) -> str:
    return (
        routes.why("alerts_active" if why is Silence.RESTING else "symbols")
        if why in _LOCKED
        else ""
    )


def _steps(happening: Happening, met: AlertEvent) -> list[str]:
    lines = [
        text("alerts.step.seen", moment=_exact(met.seen_at)),
        text("alerts.step.stored", moment=_exact(met.stored_at)),
    ]
    for sent in happening.deliveries:
        at = sent.sent_at or sent.next_try_at
        name = text(f"channel.{sent.channel}")
        lines.append(
            text(f"alerts.step.{sent.status}", channel=name, moment=_exact(at), error=sent.error)
        )
    return [*lines, text("alerts.late")] if met.late else lines


def _exact(at: datetime) -> str:
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"
