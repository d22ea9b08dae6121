"""How a date and a moment are written for a reader, by the calendar and the clock on their wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

# strftime's own would follow the machine's locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(at: datetime | None, zone: str) -> str:
    """`5 Dec 2026`; empty for no date."""
    here = at.astimezone(ZoneInfo(zone)) if at else None
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year}" if here else ""


def moment(at: datetime | None, zone: str) -> str:
    """`5 Dec 2026, 14:05 CET`, and `UTC+04` where a zone has no letters; empty for no moment."""
    if at is None:
        return ""
    here = at.astimezone(ZoneInfo(zone))
    name = here.tzname() or ""
    return f"{day(at, zone)}, {here:%H:%M} {name if name[:1].isalpha() else f'UTC{name}'}"
