"""An alert's condition as a sentence, in the market's own digits."""

from saas_app.alerts.conditions import Figures
from saas_app.alerts.models import Alert
from saas_app.core.texts import text
from saas_app.market import symbols

_PRICES = frozenset({"price", "low", "high"})


def condition(alert: Alert) -> str:
    """`crosses 1.08500`, `breaks a level touched at least 3 times`."""
    return said(alert.symbol, alert.kind, alert.figures)


def said(symbol: str, kind: str, figures: Figures) -> str:
    shown = {
        name: price(symbol, value)
        if name in _PRICES and not isinstance(value, str)
        else _plain(name, value)
        for name, value in figures.items()
    }
    return text(f"alert.condition.{kind}", **shown)


def price(symbol: str, value: float) -> str:
    return f"{value:,.{symbols.everything()[symbol].digits}f}"


def _plain(name: str, value: float | str) -> str:
    if not isinstance(value, str):
        return f"{value:,g}"
    return text(f"alert.side.{value}") if name == "side" else text(f"alert.figure.{value}")
