"""The access rule on each status and each boundary of the grace period."""

from datetime import UTC, datetime, timedelta

import pytest

from saas_app.plans import access, catalogue
from saas_app.plans.access import Reason, Standing, Status, Subscribed, standing
from saas_app.plans.features import Feature

FAILED = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "entitled", "reason"),
    [
        (Status.TRIALING, True, Reason.TRIAL),
        (Status.ACTIVE, True, Reason.PAID),
        (Status.PAUSED, False, Reason.PAUSED),
        (Status.UNPAID, False, Reason.UNPAID),
        (Status.INCOMPLETE, False, Reason.NOT_STARTED),
        (Status.INCOMPLETE_EXPIRED, False, Reason.NOT_STARTED),
        (Status.CANCELED, False, Reason.ENDED),
    ],
)
def test_a_status_gives_the_plan_or_does_not(status, entitled, reason):
    assert standing(status, failed_since=None, now=FAILED, grace=WEEK) == Standing(entitled, reason)


@pytest.mark.parametrize(
    ("now", "entitled"),
    [
        (FAILED, True),
        (FAILED + WEEK - INSTANT, True),
        (FAILED + WEEK, False),
        (FAILED + WEEK + INSTANT, False),
    ],
)
def test_a_failed_payment_keeps_the_plan_until_the_grace_ends(now, entitled):
    stands = standing(Status.PAST_DUE, failed_since=FAILED, now=now, grace=WEEK)
    reason = Reason.IN_GRACE if entitled else Reason.GRACE_OVER
    assert stands == Standing(entitled, reason, FAILED + WEEK)


def test_a_failure_without_a_date_has_only_just_happened():
    assert standing(Status.PAST_DUE, failed_since=None, now=FAILED, grace=WEEK).entitled


def test_every_status_has_a_standing():
    assert all(standing(s, failed_since=None, now=FAILED, grace=WEEK) for s in Status)


def test_without_a_subscription_everybody_has_the_default_plan(tidemark):
    has = access.of(tidemark, None, now=FAILED)
    assert (has.plan, has.reason, has.limits) == (
        "free",
        Reason.NO_SUBSCRIPTION,
        tidemark.default.limits,
    )


def test_a_known_price_gives_its_plan(tidemark):
    has = access.of(tidemark, Subscribed(Status.ACTIVE, "tidemark_pro_year_v1"), now=FAILED)
    assert (has.plan, has.generation, has.alerts) == ("pro", 1, ())


def test_a_lapsed_subscription_has_the_default_plan_and_says_why(tidemark):
    lapsed = Subscribed(Status.PAST_DUE, "tidemark_pro_year_v1", failed_since=FAILED)
    has = access.of(tidemark, lapsed, now=FAILED + WEEK)
    assert (has.plan, has.reason, has.grace_until) == ("free", Reason.GRACE_OVER, FAILED + WEEK)


def test_an_unknown_price_keeps_the_last_known_plan_and_tells_the_operator(tidemark):
    odd = Subscribed(Status.ACTIVE, "made_by_hand", last_plan="pro", last_generation=1)
    has = access.of(tidemark, odd, now=FAILED)
    assert has.plan == "pro"
    assert "made_by_hand" in has.alerts[0]


def test_an_unknown_price_without_any_past_is_no_silent_free(tidemark):
    has = access.of(tidemark, Subscribed(Status.ACTIVE, None), now=FAILED)
    assert has.plan == "free"
    assert has.alerts


def test_an_unknown_price_gives_nothing_once_the_subscription_has_ended(tidemark):
    odd = Subscribed(Status.CANCELED, "made_by_hand", last_plan="pro")
    assert access.of(tidemark, odd, now=FAILED).plan == "free"


def test_a_contract_is_laid_over_the_plan(tidemark):
    has = access.granted(
        tidemark,
        "enterprise",
        overrides={"seats": 40, "exports": ["+", "parquet"], "sms": "unlimited"},
    )
    assert has.limits[Feature.SEATS] == 40
    assert has.limits[Feature.EXPORTS] == {"csv", "json", "parquet"}
    assert has.limits[Feature.SMS] is None
    assert (
        has.limits[Feature.ALERTS_ACTIVE]
        == tidemark.plan("enterprise").limits[Feature.ALERTS_ACTIVE]
    )


def test_a_contract_that_cannot_be_read_locks_nobody_out(tidemark):
    has = access.granted(
        tidemark, "pro", overrides={"seats": "many", "yachts": 2, "alerts_active": 30}
    )
    assert has.limits[Feature.ALERTS_ACTIVE] == 30
    assert has.limits[Feature.SEATS] == 1
    assert len(has.alerts) == 2


@pytest.mark.parametrize(("bought", "limit"), [(3, 3), (25, 25), (26, 25)])
def test_seats_that_are_paid_for_one_by_one_are_the_limit(bought, limit, written):
    per_seat = catalogue.load(
        written(
            ("files = { kind", "seats = { kind = 'stock' }\nfiles = { kind"),
            ('files = "read_only"', 'files = "read_only"\nseats = "suspend_newest"'),
            ("amount = 900", "amount = 900, per = 'seat', min = 3"),
            ("files = 10\n", "files = 10\nseats = 25\n"),
        )
    )
    has = access.of(per_seat, Subscribed(Status.ACTIVE, "pro_v1", quantity=bought), now=FAILED)
    assert has.limits[Feature.SEATS] == limit
