"""What there is to say about an event: as words for people, as facts for programs."""

from dataclasses import dataclass
from typing import Any

from saas_app.accounts.models import User
from saas_app.alerts import words
from saas_app.alerts.models import Alert, AlertEvent
from saas_app.alerts.outbox import Leased
from saas_app.core.settings import settings
from saas_app.core.texts import text

PATH = "/alerts"


@dataclass(frozen=True, slots=True)
class Order:
    """A delivery with everything it speaks of, read at one moment."""

    leased: Leased
    alert: Alert
    event: AlertEvent
    person: User


def facts(alert: Alert, event: AlertEvent) -> dict[str, Any]:
    """What the words of `alert.fired` are filled with."""
    return {
        "symbol": alert.symbol,
        "timeframe": alert.timeframe,
        "what": words.condition(alert),
        "shown": words.price(alert.symbol, float(event.facts.get("last", event.price))),
        "note": alert.note,
    }


def link(alert: Alert) -> str:
    return f"{settings().origin}{PATH}?alert={alert.key}"


def brief(order: Order, *, longest: int = 1000) -> str:
    """Two lines for a small screen, cut at a length a message may have."""
    known = facts(order.alert, order.event)
    title = text("notification.alert.fired.title", **known)
    body = text("notification.alert.fired.body", **known).strip()
    return f"{title}\n{body}"[:longest]


def document(order: Order) -> dict[str, Any]:
    """The body of a webhook: the same at every try, so nothing of the try itself is in it."""
    alert, event = order.alert, order.event
    return {
        "type": "alert.fired",
        "timestamp": event.stored_at.isoformat(),
        "data": {
            "delivery": order.leased.key,
            "event": event.key,
            "alert": alert.key,
            "symbol": alert.symbol,
            "timeframe": alert.timeframe,
            "kind": alert.kind,
            "figures": alert.figures,
            "condition": words.condition(alert),
            "note": alert.note,
            "at": event.at,
            "bar": event.bar,
            "price": event.price,
            "facts": event.facts,
            "source": event.source,
            "data_kind": event.data_kind,
            "late": event.late,
            "link": link(alert),
        },
    }
