import pytest

from saas_app.billing import cancellation, checkout
from saas_app.billing.changing import CancelReason, Feedback
from saas_app.billing.errors import NoSubscription
from saas_app.billing.stripe import client
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    deliver_all,
    new_tenant,
    reloaded,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def at_stripe(tenant):
    return client.made().v1.subscriptions.retrieve(subscriptions_of(tenant)[0].stripe_id)


def cancel_by_flag(tenant):
    cancellation.at_period_end(tenant.workspace, tenant.owner)


def cancel_by_date(tenant):
    """What Stripe's portal does under flexible billing: only a date, the flag stays down."""
    client.made().v1.subscriptions.update(
        subscriptions_of(tenant)[0].stripe_id, {"cancel_at": "min_period_end"}
    )
    sync.workspace(tenant.id)


BOTH_FORMS = pytest.mark.parametrize("cancel", [cancel_by_flag, cancel_by_date])


@BOTH_FORMS
def test_row_11_a_scheduled_end_is_shown_and_keeps_the_plan(ada, cancel):
    cancel(ada)
    (row,) = subscriptions_of(ada)
    assert row.ends_at == row.current_period_end_at
    assert access_of(ada).plan == "pro"
    assert told(ada.owner) == ["billing.trial_started", "billing.cancel_scheduled"]


@BOTH_FORMS
def test_row_11_either_form_can_be_taken_back(ada, cancel):
    cancel(ada)
    written = cancellation.resume(ada.workspace, ada.owner)
    assert written.current.ends_at is None
    assert (at_stripe(ada).cancel_at, at_stripe(ada).cancel_at_period_end) == (None, False)
    assert told(ada.owner)[-1] == "billing.resumed"


@BOTH_FORMS
def test_row_11_on_the_day_it_ends_in_free_and_nothing_is_charged(ada, stripe_world, cancel):
    cancel(ada)
    advance(stripe_world, "15d")
    deliver_all(stripe_world)
    (row,) = subscriptions_of(ada)
    assert row.status == "canceled"
    assert access_of(ada).plan == "free"
    person = reloaded(ada.owner)
    assert (person.plan_type, person.subscription_status) == ("free", "canceled")
    assert told(ada.owner)[-1] == "billing.ended"


def test_why_somebody_leaves_is_told_to_stripe_and_kept(ada):
    reason = CancelReason(Feedback.TOO_EXPENSIVE, "Half of it would do.")
    cancellation.at_period_end(ada.workspace, ada.owner, reason=reason)
    details = at_stripe(ada).cancellation_details
    assert (details.feedback, details.comment) == ("too_expensive", "Half of it would do.")
    (row,) = subscriptions_of(ada)
    assert (row.cancel_feedback, row.cancel_comment) == ("too_expensive", "Half of it would do.")


def test_a_reason_goes_with_an_end_at_once_too(ada):
    cancellation.at_once(ada.workspace, ada.owner, reason=CancelReason(Feedback.UNUSED))
    assert subscriptions_of(ada)[0].cancel_feedback == "unused"


def test_cancelling_twice_says_it_once(ada):
    cancel_by_flag(ada)
    cancel_by_flag(ada)
    assert told(ada.owner).count("billing.cancel_scheduled") == 1


def test_cancelling_again_after_resuming_is_told_again(ada, stripe_world):
    cancel_by_flag(ada)
    cancellation.resume(ada.workspace, ada.owner)
    advance(stripe_world, "1h")
    cancel_by_flag(ada)
    assert told(ada.owner).count("billing.cancel_scheduled") == 2


def test_resuming_what_runs_changes_nothing(ada):
    cancellation.resume(ada.workspace, ada.owner)
    assert told(ada.owner) == ["billing.trial_started"]


def test_cancelling_at_once_ends_in_free_now(ada):
    cancellation.at_once(ada.workspace, ada.owner)
    assert access_of(ada).plan == "free"
    assert told(ada.owner)[-1] == "billing.ended"


@pytest.mark.parametrize(
    "action", [cancellation.at_period_end, cancellation.at_once, cancellation.resume]
)
def test_without_a_subscription_there_is_nothing_to_cancel(stripe_world, action):
    ben = new_tenant("ben")
    with pytest.raises(NoSubscription):
        action(ben.workspace, ben.owner)


def test_what_ended_at_stripe_a_moment_ago_is_not_cancelled_again(ada):
    client.made().v1.subscriptions.cancel(subscriptions_of(ada)[0].stripe_id)
    with pytest.raises(NoSubscription):
        cancellation.at_period_end(ada.workspace, ada.owner)
    assert access_of(ada).plan == "free"


def test_row_12_coming_back_is_a_new_subscription_and_the_old_end_does_not_touch_it(
    ada, stripe_world
):
    cancellation.at_once(ada.workspace, ada.owner)
    advance(stripe_world, "1h")
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="year")
    stripe_world.complete_checkout(started.session_id)
    deliver_all(stripe_world)  # the old one's end among them, after the new one began
    assert {(s.interval, s.status) for s in subscriptions_of(ada)} == {
        ("month", "canceled"),
        ("year", "active"),
    }
    assert access_of(ada).plan == "pro"
