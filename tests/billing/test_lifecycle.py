"""The pure part: which subscription counts, what an end is, what changed."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.billing import lifecycle
from saas_app.billing.gateway import InvoiceFacts, SubscriptionFacts
from saas_app.billing.lifecycle import Happening, Seen
from saas_app.plans.access import Status

START = datetime(2026, 3, 1, tzinfo=UTC)
GRACE = timedelta(days=7)
DAY = timedelta(days=1)


def facts(status: Status = Status.ACTIVE, name: str = "sub_1", **values) -> SubscriptionFacts:
    given = {"created_at": START, "started_at": START, "workspace_key": "ws_1", **values}
    return SubscriptionFacts(id=name, customer="cus_1", status=status, **given)


def invoice(status: str, day: int, subscription: str | None = "sub_1", **values) -> InvoiceFacts:
    return InvoiceFacts(
        id=f"in_{day}",
        customer="cus_1",
        status=status,
        total_cents=2900,
        due_cents=2900,
        paid_cents=0,
        currency="usd",
        created_at=START + day * DAY,
        period_start_at=START,
        period_end_at=START,
        subscription=subscription,
        **values,
    )


def seen(status: Status = Status.ACTIVE, **values) -> Seen:
    return Seen(
        id="sub_1", status=status, **{"plan": "pro", "price": "pro_month", "seats": 1, **values}
    )


def told(before: Seen | None, after: Seen, now: datetime = START) -> list[Happening]:
    return [c.what for c in lifecycle.changes(before, after, now=now, grace=GRACE)]


RANKS = {"sub_pro": 1, "sub_elite": 2}


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ([], None),
        ([facts(Status.CANCELED, "a")], "a"),
        ([facts(Status.CANCELED, "a"), facts(Status.ACTIVE, "b")], "b"),
        ([facts(Status.PAUSED, "a"), facts(Status.CANCELED, "b", created_at=START + DAY)], "a"),
        ([facts(Status.PAST_DUE, "a"), facts(Status.UNPAID, "b")], "a"),
        (
            [
                facts(Status.ACTIVE, "sub_pro", created_at=START + DAY),
                facts(Status.ACTIVE, "sub_elite"),
            ],
            "sub_elite",
        ),
        ([facts(Status.ACTIVE, "a"), facts(Status.ACTIVE, "b", created_at=START + DAY)], "b"),
        ([facts(Status.INCOMPLETE, "a", created_at=START + DAY), facts(Status.TRIALING, "b")], "b"),
    ],
)
def test_access_hangs_on_what_gives_then_the_highest_then_the_newest(there, chosen):
    picked = lifecycle.current(there, lambda s: RANKS.get(s.id, 0))
    assert (picked.id if picked else None) == chosen


@given(st.permutations([facts(status, status.value) for status in Status]))
def test_the_order_they_come_in_does_not_matter(there):
    assert lifecycle.current(there, lambda _: 0).status in {
        Status.ACTIVE,
        Status.TRIALING,
        Status.PAST_DUE,
    }
    assert lifecycle.current(there, lambda _: 0) == lifecycle.current(there[::-1], lambda _: 0)


@pytest.mark.parametrize(
    ("status", "blocks"),
    [
        (Status.TRIALING, True),
        (Status.ACTIVE, True),
        (Status.PAST_DUE, True),
        (Status.PAUSED, True),
        (Status.UNPAID, True),
        (Status.INCOMPLETE, False),
        (Status.INCOMPLETE_EXPIRED, False),
        (Status.CANCELED, False),
    ],
)
def test_what_is_alive_or_could_be_revived_blocks_a_second_purchase(status, blocks):
    assert (lifecycle.blocking([facts(status)]) is not None) is blocks


def test_only_our_own_doubles_are_ended_and_the_newest_stays():
    old = facts(name="old")
    new = facts(name="new", created_at=START + DAY)
    by_hand = facts(name="by hand", workspace_key=None)
    ended = facts(Status.CANCELED, "ended")
    assert lifecycle.surplus([new, by_hand, old, ended], "ws_1") == (old,)
    assert lifecycle.surplus([new, by_hand], "ws_1") == ()
    assert lifecycle.surplus([], "ws_1") == ()


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ({}, None),
        ({"cancel_at": START + DAY}, START + DAY),
        ({"cancel_at_period_end": True, "period_end_at": START + 2 * DAY}, START + 2 * DAY),
        (
            {"cancel_at": START + DAY, "cancel_at_period_end": True, "period_end_at": START},
            START + DAY,
        ),
        ({"ended_at": START, "cancel_at": START + DAY}, START),
    ],
)
def test_an_end_is_read_in_both_of_its_forms(values, end):
    assert lifecycle.ends_at(facts(**values)) == end


@pytest.mark.parametrize(
    ("invoices", "since"),
    [
        ([invoice("open", 5)], START + 5 * DAY),
        ([invoice("open", 5, finalized_at=START + 6 * DAY)], START + 6 * DAY),
        ([invoice("paid", 1), invoice("open", 5), invoice("open", 9)], START + 5 * DAY),
        ([invoice("open", 1), invoice("paid", 5), invoice("open", 9)], START + 9 * DAY),
        ([invoice("open", 5), invoice("draft", 9), invoice("void", 8)], START + 5 * DAY),
        ([invoice("open", 5), invoice("paid", 9, "sub_other")], START + 5 * DAY),
        ([], START + 20 * DAY),
    ],
)
def test_payment_is_owed_since_the_first_unpaid_invoice_in_a_row(invoices, since):
    found = lifecycle.past_due_since(
        facts(Status.PAST_DUE), invoices, known=None, now=START + 20 * DAY
    )
    assert found == since


def test_without_invoices_what_was_known_counts_on():
    found = lifecycle.past_due_since(facts(Status.PAST_DUE), [], known=START, now=START + 20 * DAY)
    assert found == START


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.PAST_DUE, Status.UNPAID}])
def test_who_owes_nothing_owes_since_never(status):
    assert (
        lifecycle.past_due_since(facts(status), [invoice("open", 5)], known=START, now=START)
        is None
    )


PAST_DUE = {"past_due_since_at": START}
SCHEDULED = {"ends_at": START + 30 * DAY, "canceled_at": START}


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (None, seen(Status.TRIALING), [Happening.TRIAL_STARTED]),
        (None, seen(), [Happening.STARTED]),
        (None, seen(Status.INCOMPLETE), []),
        (None, seen(Status.CANCELED), []),
        (seen(Status.INCOMPLETE), seen(), [Happening.STARTED]),
        (seen(Status.TRIALING), seen(), [Happening.TRIAL_CONVERTED]),
        (seen(), seen(price="pro_year"), [Happening.PLAN_CHANGED]),
        (seen(rank=1), seen(price="elite_month", rank=2), [Happening.UPGRADED]),
        (seen(rank=2), seen(price="pro_month_v2", rank=1), [Happening.DOWNGRADED]),
        (seen(), seen(seats=2), [Happening.SEATS_CHANGED]),
        (seen(Status.INCOMPLETE), seen(price="pro_year"), [Happening.STARTED]),
        (seen(), seen(Status.PAST_DUE, **PAST_DUE), [Happening.PAYMENT_FAILED]),
        (seen(Status.PAST_DUE, **PAST_DUE), seen(Status.PAST_DUE, **PAST_DUE), []),
        (seen(Status.PAST_DUE, **PAST_DUE), seen(), [Happening.RECOVERED]),
        (seen(Status.UNPAID, **PAST_DUE), seen(), [Happening.RECOVERED]),
        (seen(Status.PAST_DUE, **PAST_DUE), seen(Status.UNPAID, **PAST_DUE), [Happening.LAPSED]),
        (seen(Status.PAST_DUE, **PAST_DUE), seen(Status.CANCELED), [Happening.UNCOLLECTED]),
        (seen(), seen(**SCHEDULED), [Happening.CANCEL_SCHEDULED]),
        (seen(**SCHEDULED), seen(), [Happening.RESUMED]),
        (seen(**SCHEDULED), seen(Status.CANCELED, **SCHEDULED), [Happening.ENDED]),
        (seen(Status.TRIALING), seen(Status.PAUSED), [Happening.PAUSED]),
        (seen(Status.CANCELED), seen(Status.CANCELED), []),
    ],
)
def test_what_happened_between_two_looks(before, after, what):
    assert told(before, after) == what


@pytest.mark.parametrize(
    ("left", "announced"),
    [
        (timedelta(days=3, seconds=1), []),
        (timedelta(days=3), [Happening.TRIAL_ENDING]),
        (timedelta(days=1, seconds=1), [Happening.TRIAL_ENDING]),
        (timedelta(days=1), [Happening.TRIAL_LAST_DAY]),
        (timedelta(hours=1), [Happening.TRIAL_LAST_DAY]),
    ],
)
def test_the_end_of_a_trial_is_announced_three_days_and_one_day_before(left, announced):
    trial = seen(Status.TRIALING, trial_end_at=START + left)
    assert told(trial, trial) == announced


YEAR = {"interval": "year"}


@pytest.mark.parametrize(
    ("left", "values", "announced"),
    [
        (timedelta(days=14, seconds=1), YEAR, []),
        (timedelta(days=14), YEAR, [Happening.RENEWING]),
        (timedelta(seconds=1), YEAR, [Happening.RENEWING]),
        (timedelta(0), YEAR, []),
        (timedelta(days=3), {"interval": "month"}, []),
        (timedelta(days=3), {**YEAR, "ends_at": START + 3 * DAY}, []),
    ],
)
def test_a_years_charge_is_announced_a_fortnight_before(left, values, announced):
    year = seen(period_end_at=START + left, **values)
    assert told(year, year) == announced


@pytest.mark.parametrize(
    ("after", "lapsed"), [(GRACE - timedelta(seconds=1), False), (GRACE, True)]
)
def test_grace_that_is_over_is_news(after, lapsed):
    owing = seen(Status.PAST_DUE, **PAST_DUE)
    assert (Happening.LAPSED in told(owing, owing, START + after)) is lapsed


STATES = st.builds(
    seen,
    st.sampled_from(Status),
    price=st.sampled_from(["pro_month", "pro_year", None]),
    seats=st.integers(1, 2),
    ends_at=st.sampled_from([None, START, START + DAY]),
    canceled_at=st.sampled_from([None, START]),
    past_due_since_at=st.sampled_from([None, START - 8 * DAY, START]),
    trial_end_at=st.sampled_from([None, START + DAY, START + 9 * DAY]),
)


@given(STATES)
def test_nothing_new_is_no_news_but_for_the_clock(state):
    assert set(told(state, state)) <= lifecycle.BY_TIME


@given(st.none() | STATES, STATES)
def test_no_two_pieces_of_news_share_a_key(before, after):
    found = lifecycle.changes(before, after, now=START, grace=GRACE)
    assert len({change.key for change in found}) == len(found)
    assert all(change.key.startswith(f"billing.{change.what.value}:sub_1") for change in found)


@given(STATES, STATES)
def test_telling_again_uses_the_same_key(before, after):
    first = lifecycle.changes(before, after, now=START, grace=GRACE)
    again = lifecycle.changes(dataclasses.replace(before), after, now=START, grace=GRACE)
    assert [change.key for change in first] == [change.key for change in again]
