"""Turning templates into pages: the environment, the words for money and time, the answers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.clock import DAY, HOUR
from sandbox.engine import due, pricing
from sandbox.house import House

_TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parents[1] / "static"


def day(instant: float | None) -> str:
    """A date: "5 Dec 2026"."""
    return _at(instant, "%-d %b %Y")


def moment(instant: float | None) -> str:
    """A date and a time with its zone: "5 Dec 2026, 09:06 UTC"."""
    return _at(instant, "%-d %b %Y, %H:%M UTC")


def clock_time(instant: float | None) -> str:
    """A time to the second, for logs."""
    return _at(instant, "%H:%M:%S")


def span(seconds: int) -> str:
    """How long, in the largest unit that says enough: "32 days", "5 hours", "2 minutes"."""
    for name, length in (("day", DAY), ("hour", HOUR), ("minute", 60)):
        count = round(seconds / length)
        if seconds >= length:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "a moment"


def pretty(value: Any) -> str:
    """JSON as a person reads it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def words(status: str) -> str:
    """A status in words: "past_due" is "past due"."""
    return status.replace("_", " ")


def show(house: House, template: str, *, status: int = 200, **facts: Any) -> Response:
    """The page."""
    page = _ENVIRONMENT.get_template(template)
    common = {
        "now": house.world.now(),
        "offset": house.world.clock.offset,
        "app_url": house.world.settings.app_url,
    }
    return HTMLResponse(page.render(**common, **facts), status)


def go(address: str) -> Response:
    """See other: after a POST, so that reloading does not post again."""
    return RedirectResponse(address, 303)


def _at(instant: float | None, shape: str) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime(shape) if instant else "–"  # noqa: RUF001 - a dash for "none"


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "clock_time": clock_time,
    "day": day,
    "moment": moment,
    "money": pricing.money,
    "pretty": pretty,
    "span": span,
    "words": words,
}
_ENVIRONMENT.globals["due_words"] = due.WORDS
