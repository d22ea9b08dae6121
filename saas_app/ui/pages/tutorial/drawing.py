"""What the practice chart is handed, and the figures its lessons speak of. Pure."""

from datetime import UTC, datetime
from typing import Any

from saas_app.core import dates
from saas_app.core.texts import text
from saas_app.market import symbols
from saas_app.market.indicators.horizontal import Level
from saas_app.onboarding import tutorial
from saas_app.onboarding.tutorial import View

_MARKET = symbols.everything()[tutorial.SYMBOL]
_ROOM = len(tutorial.candles()) + 3


def given(seen: View) -> dict[str, Any]:
    """In the shapes of the chart's own REST answers, so that one drawing serves both."""
    bars = seen.bars
    return {
        "room": _ROOM,
        "candles": [bars.at(index)._asdict() for index in range(len(bars))],
        "found": {
            "fractals": [
                {"time": int(bars.time[fractal.bar]), "kind": fractal.direction}
                for fractal in seen.fractals
            ],
            "diagonal": [],
            "horizontal": [_level(seen.level, seen)] if seen.level else [],
            "alerts": [_practice_alert(seen.alert, fired=seen.fired)]
            if seen.alert is not None
            else [],
        },
    }


def facts(seen: View) -> dict[str, Any]:
    last = seen.bars.at(-1)
    return {
        "market": _MARKET.name,
        "symbol": _MARKET.id,
        "year": datetime.fromtimestamp(last.time, UTC).year,
        "day": dates.day(datetime.fromtimestamp(last.time, UTC), "UTC"),
        "close": _price(last.close),
        "low": _price(last.low),
        "price": _price(tutorial.level_price()),
        "count": len(seen.bars),
        "of": len(tutorial.candles()),
    }


def _level(level: Level, seen: View) -> dict[str, Any]:
    return {
        "side": level.side,
        "price": round(level.price, _MARKET.digits),
        "state": level.state,
        "versions": [
            {
                "valid_from": int(seen.bars.time[version.valid_from]),
                "price": round(version.price, _MARKET.digits),
            }
            for version in level.versions
        ],
    }


def _practice_alert(price: float, *, fired: bool) -> dict[str, Any]:
    return {
        "price": price,
        "fired": fired,
        "title": text("tutorial.alert_fired" if fired else "tutorial.alert_waits"),
    }


def _price(value: float) -> str:
    return f"{value:.{_MARKET.digits}f}"
