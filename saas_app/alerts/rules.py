"""Making, changing, pausing and deleting alerts, never more awake ones than the plan allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from saas_app.alerts import conditions
from saas_app.alerts.conditions import CONDITIONS, Faulty, Judged, Kind
from saas_app.alerts.crossing import marks
from saas_app.alerts.errors import NoMarket
from saas_app.alerts.frequency import LONGEST_COOLDOWN, SHORTEST_COOLDOWN, Frequency
from saas_app.alerts.models import Alert, Status
from saas_app.core import clock, ids, live
from saas_app.core.errors import Invalid, NotFound
from saas_app.entitlements import access, keeping, stock
from saas_app.entitlements.errors import refusal
from saas_app.entitlements.keeping import Thing
from saas_app.market import current, permitted, symbols
from saas_app.notifications.matrix import Channel
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

TOPIC = "alerts"
LONGEST_NOTE = 500
LONGEST_LIFE_DAYS = 366
USUAL_LIFE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person asks for; nothing in it is believed. `days` is how long it lives, None for ever."""

    symbol: str
    timeframe: str
    kind: str
    figures: Mapping[str, object] = field(default_factory=dict[str, object])
    frequency: str = Frequency.ONCE
    cooldown_seconds: int = SHORTEST_COOLDOWN
    channels: Sequence[str] = (Channel.IN_APP,)
    note: str = ""
    sound: bool = False
    days: int | None = USUAL_LIFE_DAYS


def create(session: Session, workspace_id: int, user_id: int, draft: Draft) -> Alert:
    """Raises Invalid with every fault, UnknownSymbol, UnknownTimeframe, NoMarket, NeedsUpgrade, LimitReached."""
    facts = _checked(session, workspace_id, draft)
    stock.take(session, workspace_id, Feature.ALERTS_ACTIVE, used=lambda s: count(s, workspace_id))
    alert = Alert(
        key=ids.new("al"),
        workspace_id=workspace_id,
        created_by=user_id,
        created_at=clock.now(),
        changed_at=clock.wall(),
        **facts,
    )
    _touch(session, alert)
    return alert


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft that was checked and is only tried on the past."""

    symbol: str
    timeframe: str
    kind: Kind
    figures: conditions.Figures
    frequency: Frequency
    cooldown_seconds: int


def tried(session: Session, workspace_id: int, draft: Draft) -> Tried:
    """Raises as `create`, save that there need be no room for it."""
    facts = _checked(session, workspace_id, draft)
    return Tried(
        draft.symbol,
        draft.timeframe,
        Kind(draft.kind),
        facts["figures"],
        Frequency(draft.frequency),
        draft.cooldown_seconds,
    )


def change(session: Session, workspace_id: int, key: str, draft: Draft) -> Alert:
    """All of it anew; the history stays, and it waits from the price of now. Raises as `create`, and NotFound."""
    alert = find(session, workspace_id, key)
    facts = _checked(session, workspace_id, draft)
    if alert.status != Status.ACTIVE:
        stock.take(
            session, workspace_id, Feature.ALERTS_ACTIVE, used=lambda s: count(s, workspace_id)
        )
    for name, value in {**facts, "asleep": 0, "last_fired_at": None, "fired_bar": None}.items():
        setattr(alert, name, value)
    _touch(session, alert)
    return alert


def pause(session: Session, workspace_id: int, key: str) -> Alert:
    """Raises NotFound. One that is over stays as it is."""
    alert = find(session, workspace_id, key)
    if alert.status == Status.ACTIVE:
        alert.status = Status.PAUSED
        _touch(session, alert)
    return alert


def resume(session: Session, workspace_id: int, key: str) -> Alert:
    """Wait again, from the price of now. Raises NotFound, NeedsUpgrade, LimitReached, NoMarket."""
    alert = find(session, workspace_id, key)
    if alert.status == Status.ACTIVE:
        return alert
    permitted.require(session, workspace_id, alert.symbol, alert.timeframe)
    stock.take(session, workspace_id, Feature.ALERTS_ACTIVE, used=lambda s: count(s, workspace_id))
    at, price = _now_in(alert.symbol)
    alert.status, alert.armed_at, alert.armed_price, alert.asleep = Status.ACTIVE, at, price, 0
    if alert.expires_at is not None and alert.expires_at <= clock.now():
        alert.expires_at = clock.now() + timedelta(days=USUAL_LIFE_DAYS)
    _touch(session, alert)
    return alert


def mute(session: Session, workspace_id: int, key: str, until: datetime | None) -> Alert:
    """Nobody is told until then; what happens is still written down. None ends it. Raises NotFound."""
    alert = find(session, workspace_id, key)
    alert.muted_until = until
    _touch(session, alert)
    return alert


def delete(session: Session, workspace_id: int, key: str) -> Alert:
    """Raises NotFound. Its row stays for a while, so that `restore` can bring it back."""
    alert = find(session, workspace_id, key)
    alert.deleted_at = clock.now()
    _touch(session, alert)
    return alert


def restore(session: Session, workspace_id: int, key: str) -> Alert:
    """Undo a deletion; one that was awake needs its room again. Raises NotFound, LimitReached.

    One that is there stays as it is.
    """
    alert = _any(session, workspace_id, key)
    if alert.deleted_at is None:
        return alert
    if alert.status == Status.ACTIVE:
        stock.take(
            session, workspace_id, Feature.ALERTS_ACTIVE, used=lambda s: count(s, workspace_id)
        )
        alert.armed_at, alert.armed_price = _now_in(alert.symbol)
        alert.asleep = 0
    alert.deleted_at = None
    _touch(session, alert)
    return alert


def of(session: Session, workspace_id: int) -> list[Alert]:
    """The newest first; deleted ones are not among them."""
    mine = select(Alert).where(Alert.workspace_id == workspace_id, col(Alert.deleted_at).is_(None))
    return list(session.exec(mine.order_by(col(Alert.id).desc())))


def find(session: Session, workspace_id: int, key: str) -> Alert:
    """Raises NotFound for a missing one, a deleted one and somebody else's alike."""
    alert = _any(session, workspace_id, key)
    if alert.deleted_at is not None:
        raise _NotThere
    return alert


def count(session: Session, workspace_id: int, _now: datetime | None = None) -> int:
    """How many are awake: paused ones and those that are over take no room."""
    mine = select(func.count()).where(
        col(Alert.workspace_id) == workspace_id,
        col(Alert.status) == Status.ACTIVE,
        col(Alert.deleted_at).is_(None),
    )
    return session.exec(mine).one()


def things(session: Session, workspace_id: int) -> list[Thing]:
    """Those awake, by their names, the oldest first."""
    awake = [alert for alert in of(session, workspace_id) if alert.status == Status.ACTIVE]
    return [
        Thing(alert.id or 0, f"{alert.symbol} {alert.timeframe} {alert.kind}")
        for alert in reversed(awake)
    ]


def resting(session: Session, workspace_id: int, standing: Access) -> frozenset[int]:
    """Which of them a smaller plan has no room for: they stay, and tell nobody."""
    order = [thing.id for thing in things(session, workspace_id)]
    kept = keeping.chosen(session, workspace_id, Feature.ALERTS_ACTIVE)
    return keeping.resting(standing, Feature.ALERTS_ACTIVE, order, kept)


def waits_beyond(alert: Alert) -> bool:
    """Whether the price stands on the far side already, so that it has to come back first."""
    return any(
        alert.armed_price >= mark.price if mark.way == "up" else alert.armed_price <= mark.price
        for mark in marks(Kind(alert.kind), alert.figures)
    ) and alert.kind in {Kind.CROSSES_UP, Kind.CROSSES_DOWN}


def _any(session: Session, workspace_id: int, key: str) -> Alert:
    mine = select(Alert).where(Alert.key == key, Alert.workspace_id == workspace_id)
    alert = session.exec(mine).first()
    if alert is None:
        raise _NotThere
    return alert


class _NotThere(NotFound):
    def __init__(self) -> None:
        super().__init__("That alert is not there. Nothing was changed.")


def _checked(session: Session, workspace_id: int, draft: Draft) -> dict[str, Any]:
    current.board().check(draft.symbol, draft.timeframe)
    permitted.require(session, workspace_id, draft.symbol, draft.timeframe)
    at, price = _now_in(draft.symbol)
    problems = _faults(draft)
    kept: conditions.Figures = {}
    try:
        kind, kept = conditions.checked(draft.kind, draft.figures, price=price)
        if CONDITIONS[kind].judged is Judged.CLOSE and draft.frequency == Frequency.ONCE_PER_BAR:
            problems["frequency"] = "A closed candle is judged once anyway: choose once or every."
    except Faulty as wrong:
        problems |= wrong.fields
    if problems:
        raise Invalid("This alert needs another look. Nothing was saved yet.", fields=problems)
    _reachable(access.of(session, workspace_id, clock.now()), draft.channels)
    return {
        "symbol": draft.symbol,
        "timeframe": draft.timeframe,
        "kind": draft.kind,
        "figures": dict(kept),
        "frequency": draft.frequency,
        "cooldown_seconds": draft.cooldown_seconds,
        "channels": sorted(set(draft.channels)),
        "note": draft.note.strip(),
        "sound": draft.sound,
        "status": Status.ACTIVE,
        "expires_at": clock.now() + timedelta(days=draft.days) if draft.days else None,
        "armed_at": at,
        "armed_price": price,
    }


def _faults(draft: Draft) -> dict[str, str]:
    problems: dict[str, str] = {}
    if draft.frequency not in {each.value for each in Frequency}:
        problems["frequency"] = f"Choose one of: {', '.join(Frequency)}."
    if not SHORTEST_COOLDOWN <= draft.cooldown_seconds <= LONGEST_COOLDOWN:
        problems["cooldown_seconds"] = "Wait at least a minute and at most a week."
    if not draft.channels:
        problems["channels"] = "Choose at least one way to be told."
    if unknown := [each for each in draft.channels if each not in {one.value for one in Channel}]:
        problems["channels"] = f"There is no channel called {unknown[0][:40]}."
    if len(draft.note) > LONGEST_NOTE or not all(c.isprintable() or c == "\n" for c in draft.note):
        problems["note"] = f"Use at most {LONGEST_NOTE} printable characters."
    if draft.days is not None and not 1 <= draft.days <= LONGEST_LIFE_DAYS:
        problems["days"] = f"Choose from 1 to {LONGEST_LIFE_DAYS} days, or none for ever."
    return problems


def _reachable(standing: Access, channels: Sequence[str]) -> None:
    for channel in channels:
        answer = decide(standing, Feature.CHANNELS, item=channel)
        if isinstance(answer, Denied):
            raise refusal(answer, standing)


def _now_in(symbol: str) -> tuple[int, float]:
    """The market's second and its price. Raises NoMarket for one that never moves again."""
    now = clock.wall()
    market = symbols.find(symbol)
    quote = current.board().quote(symbol, now=now)
    if market is None or market.archived or quote is None:
        raise NoMarket
    return int(now.timestamp()), quote.price


def _touch(session: Session, alert: Alert) -> None:
    alert.changed(clock.wall())
    session.add(alert)
    session.flush()
    live.publish(session, TOPIC)
    live.publish(session, live.workspace_topic(alert.workspace_id))
