"""Where the alerts on one market wait, as lines for its chart."""

from typing import TypedDict

from sqlmodel import Session

from saas_app.alerts import rules
from saas_app.alerts.conditions import Kind
from saas_app.alerts.crossing import marks
from saas_app.alerts.models import Alert, Status
from saas_app.core.texts import text


class Line(TypedDict):
    """One price, as the drawing takes it."""

    price: float
    title: str
    fired: bool


def lines(session: Session, workspace_id: int, symbol: str) -> list[Line]:
    """Of alerts that watch a price and are awake; those judged on closed candles have none."""
    mine = [
        alert
        for alert in rules.of(session, workspace_id)
        if alert.symbol == symbol and alert.status == Status.ACTIVE
    ]
    return [_line(alert, price) for alert in reversed(mine) for price in _prices(alert)]


def _prices(alert: Alert) -> list[float]:
    return sorted({mark.price for mark in marks(Kind(alert.kind), alert.figures)})


def _line(alert: Alert, price: float) -> Line:
    return {"price": price, "title": text("alerts.here"), "fired": alert.fired_count > 0}
