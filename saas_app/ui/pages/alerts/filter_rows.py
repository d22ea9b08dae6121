"""What a filter of alerts can ask, and which alerts pass it. Pure."""

from collections.abc import Mapping
from typing import Any

from saas_app.alerts import history
from saas_app.alerts.conditions import Kind
from saas_app.alerts.history import Scene, Silence
from saas_app.alerts.models import Alert
from saas_app.core.texts import text
from saas_app.market import filters, symbols
from saas_app.market.filters import Filter
from saas_app.market.timeframes import Timeframe
from saas_app.ui.pages.alerts.rows import WAYS, Option

_DIRECTIONS = ("up", "down")
ASKED = ("symbols", "timeframes", "kind", "channel", "state", "direction")


def offered(name: str) -> list[str]:
    return [option.id for option in options(name)]


def options(name: str) -> list[Option]:
    return _OPTIONS[name]()


def as_filter(asked: Mapping[str, str]) -> Filter:
    named: dict[str, Any] = {
        name: ((value,) if value else ()) if name in filters.NAMES else value
        for name, value in asked.items()
    }
    return Filter(**named)


def chosen(wanted: Filter) -> dict[str, str]:
    there = {name: getattr(wanted, name) for name in ASKED}
    return {
        name: (value[0] if value else "") if isinstance(value, tuple) else value
        for name, value in there.items()
    }


def passing(alerts: list[Alert], scene: Scene, wanted: Filter) -> list[Alert]:
    return [
        alert
        for alert in alerts
        if filters.alert_passes(alert, history.silence(alert, scene), wanted)
    ]


def counted(shown: int, every: int, wanted: Filter) -> str:
    """How many pass, where anything was asked."""
    return text("alerts.counted", shown=shown, every=every) if wanted.asks else ""


def _state(each: Silence) -> str:
    """Both that wait wear the same badge; here they have to be told apart."""
    return text("alerts.comes_back" if each is Silence.BEYOND else f"alerts.silence.{each.value}")


_OPTIONS = {
    "symbols": lambda: [Option(market.id, market.id) for market in symbols.traded()],
    "timeframes": lambda: [Option(each.value, each.value) for each in Timeframe],
    "kind": lambda: [Option(each.value, text(f"alerts.kind.{each.value}")) for each in Kind],
    "channel": lambda: [Option(each, text(f"channel.{each}")) for each in WAYS],
    "state": lambda: [Option(each.value, _state(each)) for each in Silence],
    "direction": lambda: [Option(each, text(f"alert.figure.{each}")) for each in _DIRECTIONS],
}
