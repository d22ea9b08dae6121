"""Changing at the period's end: booked, shown, replaced, undone, honoured at the boundary."""

from datetime import timedelta

import pytest

from saas_app.billing import cancellation, publication
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.change_plan.confirm import Outcome
from saas_app.billing.stripe import client
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    invoices_of,
    new_tenant,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


@pytest.fixture
def shop(stripe_world, configured):
    configured.catalog = "binance-dashboard"
    publication.apply()
    return stripe_world


@pytest.fixture
def ada(shop):
    """On Elite, by the month."""
    tenant = new_tenant()
    buy(shop, tenant)
    book(tenant, plan="elite")
    return tenant


def book(tenant, **wanted):
    quote = preview.quote(tenant.workspace, **wanted)
    return confirm.confirm(tenant.workspace, tenant.owner, quote.key)


def at_stripe(tenant):
    return client.made().v1.subscriptions.retrieve(subscriptions_of(tenant)[0].stripe_id)


def the_row(tenant):
    (row,) = subscriptions_of(tenant)
    return row


def test_row_09_a_downgrade_waits_for_the_end_of_what_was_paid_for(ada, shop):
    charged = len(invoices_of(ada))
    done = book(ada, plan="pro")
    assert done.outcome is Outcome.SCHEDULED
    row = the_row(ada)
    assert (row.plan, row.scheduled_price, row.scheduled_seats) == ("elite", "bd_pro_month_v1", 1)
    assert row.scheduled_at == row.current_period_end_at
    assert access_of(ada).plan == "elite"
    assert len(invoices_of(ada)) == charged


def test_row_09_at_the_boundary_the_smaller_plan_is_charged_and_the_schedule_lets_go(ada, shop):
    book(ada, plan="pro")
    advance(shop, "32d")
    deliver_all(shop)
    row = the_row(ada)
    assert (row.plan, row.status, row.scheduled_at) == ("pro", "active", None)
    assert access_of(ada).plan == "pro"
    assert max(invoices_of(ada), key=lambda i: i.created_at).total_cents == 999
    advance(shop, "32d")
    deliver_all(shop)
    row = the_row(ada)
    assert (row.plan, row.schedule) == ("pro", None)


def test_row_09_undoing_it_leaves_all_as_it_was(ada, shop):
    book(ada, plan="pro")
    confirm.undo(ada.workspace, ada.owner)
    row = the_row(ada)
    assert (row.plan, row.schedule, row.scheduled_at) == ("elite", None, None)
    advance(shop, "32d")
    deliver_all(shop)
    assert the_row(ada).plan == "elite"


def test_undoing_what_is_not_there_is_harmless(ada):
    confirm.undo(ada.workspace, ada.owner)
    assert the_row(ada).plan == "elite"


def test_row_09_a_second_wish_replaces_the_first(ada):
    book(ada, plan="pro")
    first = the_row(ada).schedule
    book(ada, plan="pro", interval="year")
    row = the_row(ada)
    assert row.scheduled_price == "bd_pro_year_v1"
    assert row.schedule not in {None, first}


def test_row_09_an_upgrade_takes_a_booked_change_off_first(ada):
    book(ada, plan="pro")
    done = book(ada, interval="year")
    assert done.outcome is Outcome.DONE
    row = the_row(ada)
    assert (row.plan, row.interval, row.schedule) == ("elite", "year", None)


@pytest.mark.parametrize("end", [cancellation.at_period_end, cancellation.at_once])
def test_row_10_a_booked_change_does_not_stand_in_the_way_of_an_end(ada, end):
    book(ada, plan="pro")
    end(ada.workspace, ada.owner)
    row = the_row(ada)
    assert (row.schedule, row.ends_at is not None) == (None, True)


def test_row_09_items_seats_and_discounts_live_through_the_first_phase(ada):
    book(ada, plan="pro")
    row = the_row(ada)
    schedule = client.made().v1.subscription_schedules.retrieve(row.schedule)
    first, second = schedule.phases
    assert schedule.end_behavior == "release"
    assert first.items[0].quantity == second.items[0].quantity == 1
    assert first.end_date == second.start_date == int(row.current_period_end_at.timestamp())


def test_row_09_a_shorter_interval_begins_when_the_long_one_is_over(shop):
    ben = new_tenant("ben")
    buy(shop, ben, interval="year")
    done = book(ben, interval="month")
    assert done.outcome is Outcome.SCHEDULED
    row = the_row(ben)
    assert (row.interval, row.scheduled_price) == ("year", "bd_pro_month_v1")
    assert row.scheduled_at - row.current_period_start_at > timedelta(days=360)


def test_a_schedule_that_was_made_elsewhere_is_seen_too(ada):
    made = client.made().v1.subscription_schedules.create(
        {"from_subscription": the_row(ada).stripe_id}
    )
    sync.workspace(ada.id)
    row = the_row(ada)
    assert (row.schedule, row.scheduled_at) == (made.id, None)
    assert told(ada.owner)[-1] == "billing.upgraded"
