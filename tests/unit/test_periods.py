from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from saas_app.plans import periods

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Havana",
)


def test_a_day_in_berlin_begins_before_utcs():
    period = periods.around(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "day", "Europe/Berlin")
    assert period.start == datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert period.end == datetime(2026, 7, 2, 22, tzinfo=UTC)


def test_the_days_when_the_clocks_change_have_23_and_25_hours():
    spring = periods.around(datetime(2026, 3, 29, 12, tzinfo=UTC), "day", "Europe/Berlin")
    autumn = periods.around(datetime(2026, 10, 25, 12, tzinfo=UTC), "day", "Europe/Berlin")
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


def test_a_month_ends_where_the_next_begins():
    december = periods.around(datetime(2026, 12, 31, 12, tzinfo=UTC), "month", "America/New_York")
    assert december.start == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert december.end == datetime(2027, 1, 1, 5, tzinfo=UTC)


@given(
    at=st.integers(1_577_836_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    period=st.sampled_from(["day", "month"]),
    zone=st.sampled_from(ZONES),
)
def test_periods_follow_each_other_without_a_gap_and_hold_their_moment(at, period, zone):
    now = periods.around(at, period, zone)
    assert now.start <= at < now.end
    assert periods.around(now.end, period, zone).start == now.end
    assert periods.around(now.end - timedelta(seconds=1), period, zone) == now
    assert now.start.astimezone(ZoneInfo(zone)).hour in {0, 1}  # 1 where midnight is skipped
