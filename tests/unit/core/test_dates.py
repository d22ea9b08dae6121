"""Dates as a reader's own calendar and clock have them."""

from datetime import UTC, datetime

import pytest

from saas_app.core import dates

EVENING = datetime(2026, 12, 5, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("UTC", "5 Dec 2026", "5 Dec 2026, 23:30 UTC"),
        ("Europe/Berlin", "6 Dec 2026", "6 Dec 2026, 00:30 CET"),
        ("America/New_York", "5 Dec 2026", "5 Dec 2026, 18:30 EST"),
        ("Asia/Dubai", "6 Dec 2026", "6 Dec 2026, 03:30 UTC+04"),
        ("Asia/Kathmandu", "6 Dec 2026", "6 Dec 2026, 05:15 UTC+0545"),
    ],
)
def test_a_moment_is_written_by_the_clock_of_its_reader(zone, day, moment):
    assert dates.day(EVENING, zone) == day
    assert dates.moment(EVENING, zone) == moment


def test_no_moment_is_no_words():
    assert (dates.day(None, "UTC"), dates.moment(None, "UTC")) == ("", "")
