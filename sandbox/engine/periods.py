"""When billing periods end; pure calendar arithmetic in UTC."""

import calendar
from datetime import UTC, datetime

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def next_end(anchor: int, start: int, interval: str, count: int) -> int:
    """The first billing boundary after `start`, counted from the anchor.

    Months are counted from the anchor, not from the last boundary, so a subscription
    begun on the 31st bills on the last day of short months and on the 31st of long ones.
    """
    if interval in _DAYS:
        span = _DAYS[interval] * count * 86_400
        return anchor + ((start - anchor) // span + 1) * span
    first = datetime.fromtimestamp(anchor, UTC)
    step = 0
    while int(_months_later(first, step * _MONTHS[interval] * count).timestamp()) <= start:
        step += 1
    return int(_months_later(first, step * _MONTHS[interval] * count).timestamp())


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
