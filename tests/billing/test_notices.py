"""What is told beside the life of a subscription, and what time alone brings about. Each thing once."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from saas_app.accounts import time_zone
from saas_app.billing import noticed, notices
from saas_app.billing.lifecycle import Happening, Seen
from saas_app.billing.notices import GivenBack, Paid
from saas_app.billing.wallet import CardFacts
from saas_app.core import clock, dates
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import refresh, sync
from saas_app.notifications import dispatch
from saas_app.plans.access import Status
from saas_app.workspaces.roles import Role
from tests.support.billing_world import (
    add_member,
    advance,
    buy,
    customer_of,
    deliver_all,
    new_tenant,
    new_user,
    subscriptions_of,
    told,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RUNNING = Seen("sub_1", Status.ACTIVE, "pro", "pro_month", 1, period_end_at=NOW + 20 * DAY)
CARD = CardFacts("pm_1", "card", NOW, "visa", "4242", 3, 2026)


def kinds(seen: Seen = RUNNING, now: datetime = NOW, card: CardFacts | None = CARD, **more):
    return [c.what for c in notices.due(seen, card=card, now=now, **more)]


@pytest.mark.parametrize(
    ("month", "end"),
    [((12, 2026), (2027, 1)), ((1, 2026), (2026, 2)), ((11, 2030), (2030, 12))],
)
def test_a_card_is_good_through_the_last_day_of_its_month(month, end):
    card = dataclasses.replace(CARD, exp_month=month[0], exp_year=month[1])
    assert notices.expires_at(card) == datetime(*end, 1, tzinfo=UTC)


CHARGED_IN_APRIL = dataclasses.replace(RUNNING, period_end_at=NOW + 35 * DAY)
YEARLY = dataclasses.replace(RUNNING, period_end_at=NOW + 200 * DAY)
TRIAL = dataclasses.replace(RUNNING, status=Status.TRIALING, trial_end_at=NOW + 33 * DAY)


@pytest.mark.parametrize(
    ("seen", "days", "what"),
    [
        (RUNNING, 0, []),  # the card is good for 31 days more
        (RUNNING, 1, [Happening.CARD_EXPIRING]),
        (CHARGED_IN_APRIL, 1, [Happening.CARD_EXPIRING]),
        (CHARGED_IN_APRIL, 27.9, [Happening.CARD_EXPIRING]),
        (CHARGED_IN_APRIL, 28, [Happening.CARD_WILL_FAIL]),
        (TRIAL, 27, [Happening.CARD_WILL_FAIL]),
        (YEARLY, 30.9, [Happening.CARD_EXPIRING]),
        (YEARLY, 31, [Happening.CARD_EXPIRED]),
        (YEARLY, 194, [Happening.CARD_WILL_FAIL]),
        (dataclasses.replace(RUNNING, ends_at=NOW + DAY), 28, []),
        (dataclasses.replace(RUNNING, status=Status.PAST_DUE), 28, []),
        (dataclasses.replace(RUNNING, status=Status.CANCELED), 28, []),
    ],
)
def test_a_card_is_announced_a_month_ahead_and_when_the_next_charge_would_fail(seen, days, what):
    assert kinds(seen, NOW + days * DAY) == what


def test_the_end_of_a_card_is_one_notice_before_or_after():
    before, after = (
        notices.due(YEARLY, card=CARD, now=NOW + days * DAY)[0].key for days in (2, 40)
    )
    assert before == after


def test_no_card_or_one_without_a_date_expires_never():
    assert kinds(card=None, now=NOW + 60 * DAY) == []
    assert kinds(card=dataclasses.replace(CARD, exp_year=None), now=NOW + 60 * DAY) == []


def test_a_renewal_is_told_but_neither_the_first_payment_nor_old_ones():
    paid = Paid("in_1", "sub_1", "subscription_cycle", 2900, "usd", NOW)
    good = dataclasses.replace(CARD, exp_year=2040)
    for other, expected in (
        ({}, [Happening.RENEWED]),
        ({"reason": "subscription_create"}, []),
        ({"subscription": "sub_2"}, []),
        ({"cents": 0}, []),
        ({"at": NOW - 31 * DAY}, []),
    ):
        assert kinds(card=good, paid=[dataclasses.replace(paid, **other)]) == expected
    converted = dataclasses.replace(RUNNING, trial_end_at=NOW)
    assert kinds(converted, card=good, paid=[paid]) == []


def test_money_given_back_is_told_in_its_own_currency():
    back = GivenBack("re_1", 500, "jpy", NOW)
    (change,) = notices.due(RUNNING, card=None, given_back=[back], now=NOW)
    assert (change.what, change.key, change.facts["amount"]) == (
        Happening.REFUNDED,
        "billing.refunded:re_1",
        "JPY 500",
    )


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def tell_by_time(times: int = 2) -> None:
    for _ in range(times):
        refresh.remind(clock.now())


@pytest.mark.db
def test_a_trial_is_announced_three_days_and_one_day_ahead_without_any_webhook(ada, stripe_world):
    for span in ("10d", "25h", "23h", "24h", "4h"):
        advance(stripe_world, span)
        tell_by_time()
    assert told(ada.owner)[1:] == ["billing.trial_ending", "billing.trial_last_day"]


@pytest.mark.db
def test_a_year_is_announced_a_fortnight_ahead_and_told_when_paid(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant, interval="year")
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    advance(stripe_world, "349d")
    tell_by_time()
    assert "billing.renewing" not in told(tenant.owner)
    advance(stripe_world, "2d")
    tell_by_time()
    advance(stripe_world, "13d")
    advance(stripe_world, "3h")  # an invoice is a draft for an hour
    sync.workspace(tenant.id)
    sync.workspace(tenant.id)
    kinds = told(tenant.owner)
    assert kinds.count("billing.renewing") == 1
    assert kinds[-1] == "billing.renewed"
    assert kinds.count("billing.renewed") == 1


@pytest.mark.db
def test_a_card_that_runs_out_is_told_once_and_no_more_once_the_bank_renewed_it(ada, stripe_world):
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    customer = customer_of(ada).stripe_id
    stripe_world.post(f"/customers/{customer}/expire_cards", {"months": -1})
    deliver_all(stripe_world)
    tell_by_time(3)
    cards = [kind for kind in told(ada.owner) if kind.startswith("billing.card_")]
    assert len(cards) == 1
    stripe_world.post(f"/customers/{customer}/renew_cards")
    deliver_all(stripe_world)
    advance(stripe_world, "10d")
    tell_by_time(3)
    assert [kind for kind in told(ada.owner) if kind.startswith("billing.card_")] == cards
    with snapshot() as session:
        assert notices.expires_at(noticed.default_card(session, ada.id)) > clock.now() + 60 * DAY


def test_each_of_the_payers_reads_the_day_by_their_own_clock(stripe_world):
    ada = new_tenant()
    bob = new_user("bob")
    add_member(ada, bob, Role.ADMIN)
    with transaction() as session:
        # Whenever it is, these two never have the same day.
        time_zone.choose(session, ada.owner.id, "Pacific/Kiritimati")
        time_zone.choose(session, bob.id, "Pacific/Niue")
    buy(stripe_world, ada)
    deliver_all(stripe_world)
    ends = subscriptions_of(ada)[0].trial_end_at
    with snapshot() as session:
        rows = [
            row.data["trial_end"]
            for person in (ada.owner, bob)
            for row in dispatch.latest(session, person.id)
            if row.kind == "billing.trial_started"
        ]
    assert rows == [dates.day(ends, "Pacific/Kiritimati"), dates.day(ends, "Pacific/Niue")]
    assert rows[0] != rows[1]
