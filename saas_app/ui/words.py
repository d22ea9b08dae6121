"""Turns figures into the words of the catalogue: a limit's cell, a price, a date."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from saas_app.core.money import Money
from saas_app.core.texts import has, text
from saas_app.plans.table import Cell

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def limit(cell: Cell) -> str:
    """`15 markets`, `Alerts by app, e-mail and webhook`, `Included`."""
    if cell.count == 1 and has(one := cell.text.replace("limit.", "limit.one.", 1)):
        return text(one)
    if cell.items:
        return text(cell.text, count=cell.count, items=listed([item(name) for name in cell.items]))
    return text(cell.text, count=f"{cell.count:,}") if cell.count is not None else text(cell.text)


def item(name: str) -> str:
    """A set's member by its own word, or by its name where it has none (a symbol, a timeframe)."""
    return text(f"item.{name}") if has(f"item.{name}") else name


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def price(amount: Money) -> str:
    """`$29` for round amounts, `$9.99` for others."""
    return str(amount).removesuffix(".00")


def day(at: datetime | None, zone: str = "UTC") -> str:
    """`5 Dec 2026`, as the calendar hangs in that zone."""
    at = at.astimezone(ZoneInfo(zone)) if at else None
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}" if at else ""


def moment(at: datetime | None) -> str:
    """`5 Dec 2026, 14:05 UTC`."""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC" if at else ""
