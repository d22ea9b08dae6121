"""When a quota begins anew: the calendar day or month of the workspace, summer time included. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to just before `end`, both in UTC."""

    start: datetime
    end: datetime


def around(at: datetime, period: str, zone: str) -> Period:
    """The `day` or `month` that `at` falls into, where the workspace is.

    A day has 23 or 25 hours when the clocks change; a midnight that is skipped begins with the
    first moment there is.
    """
    place = ZoneInfo(zone)
    here = at.astimezone(place)
    start = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "day":
        return Period(_utc(start, place), _utc(start + timedelta(days=1), place))
    first = start.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(_utc(first, place), _utc(following, place))


def _utc(midnight: datetime, place: ZoneInfo) -> datetime:
    # The sum of a local time and a span is a local time: its offset is looked up anew.
    return midnight.replace(tzinfo=place, fold=0).astimezone(UTC)
