"""Subscription schedules: planned, lived through phase by phase, and taken back."""

from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def planned(shop: Shop, subscription: Any, price: str, **more: Any) -> Any:
    """A switch to another price when the paid period ends."""
    item = subscription.items.data[0]
    made = shop.v1.subscription_schedules.create({"from_subscription": subscription.id})
    now: dict[str, Any] = {
        "items": [{"price": item.price.id, "quantity": item.quantity}],
        "start_date": made.phases[0].start_date,
        "end_date": made.phases[0].end_date,
    }
    if subscription.trial_end:
        now["trial_end"] = subscription.trial_end
    then = {"items": [{"price": price}], "proration_behavior": "none", **more.pop("then", {})}
    return shop.v1.subscription_schedules.update(
        made.id,
        {"phases": [now, then], "end_behavior": "release", **more},  # pyright: ignore[reportArgumentType]
    )


def test_a_schedule_made_from_a_subscription_holds_its_current_period(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    made = shop.v1.subscription_schedules.create({"from_subscription": subscription.id})

    item = subscription.items.data[0]
    assert (made.status, made.end_behavior, made.subscription) == (
        "active",
        "release",
        subscription.id,
    )
    assert len(made.phases) == 1
    phase = made.phases[0]
    assert (phase.start_date, phase.end_date) == (
        item.current_period_start,
        item.current_period_end,
    )
    assert [i.price for i in phase.items] == [item.price.id]
    assert shop.subscription(subscription.id).schedule == made.id


def test_the_price_switches_at_the_boundary_without_a_proration(
    shop: Shop, sandbox: Sandbox
) -> None:
    elite, pro = shop.price(5900), shop.price(2900)
    subscription = shop.subscribe(elite.id)
    schedule = planned(shop, subscription, pro.id)
    assert [len(phase.items) for phase in schedule.phases] == [1, 1]
    end = subscription.items.data[0].current_period_end
    sandbox.move_to(end - 1)
    assert shop.subscription(subscription.id).items.data[0].price.id == elite.id
    sandbox.move_to(end + HOUR)

    after = shop.subscription(subscription.id)
    assert after.items.data[0].price.id == pro.id
    assert after.items.data[0].id == subscription.items.data[0].id
    assert after.latest_invoice.billing_reason == "subscription_cycle"
    assert [line.amount for line in after.latest_invoice.lines.data] == [2900]
    assert (after.latest_invoice.amount_paid, after.status) == (2900, "active")


def test_after_the_last_phase_the_subscription_goes_on_alone(shop: Shop, sandbox: Sandbox) -> None:
    elite, pro = shop.price(5900), shop.price(2900)
    subscription = shop.subscribe(elite.id)
    schedule = planned(shop, subscription, pro.id)
    sandbox.move_to(schedule.phases[1].end_date + HOUR)

    done = shop.v1.subscription_schedules.retrieve(schedule.id)
    after = shop.subscription(subscription.id)
    assert (done.status, done.released_subscription, done.subscription) == (
        "released",
        subscription.id,
        None,
    )
    assert (after.schedule, after.status) == (None, "active")
    assert after.latest_invoice.amount_paid == 2900


def test_month_to_year_at_the_boundary_counts_the_year_from_there(
    shop: Shop, sandbox: Sandbox
) -> None:
    monthly, yearly = shop.price(2900), shop.price(29000, "year")
    subscription = shop.subscribe(monthly.id)
    planned(shop, subscription, yearly.id)
    end = subscription.items.data[0].current_period_end
    sandbox.move_to(end + HOUR)

    item = shop.subscription(subscription.id).items.data[0]
    assert item.current_period_start == end
    assert 365 * DAY <= item.current_period_end - end <= 366 * DAY


def test_quantity_and_metadata_of_a_phase_arrive_with_it(shop: Shop, sandbox: Sandbox) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    then = {"items": [{"price": price.id, "quantity": 4}], "metadata": {"plan": "team"}}
    planned(shop, subscription, price.id, then=then)
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    after = shop.subscription(subscription.id)
    assert (after.items.data[0].quantity, after.metadata.plan) == (4, "team")
    assert after.latest_invoice.amount_paid == 4 * 2900


def test_a_schedule_that_cancels_ends_the_subscription_and_is_completed(
    shop: Shop, sandbox: Sandbox
) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    schedule = planned(shop, subscription, price.id, end_behavior="cancel")
    end = schedule.phases[1].end_date
    assert shop.subscription(subscription.id).cancel_at == end
    sandbox.move_to(end)

    after = shop.subscription(subscription.id)
    assert (after.status, after.ended_at) == ("canceled", end)
    done = shop.v1.subscription_schedules.retrieve(schedule.id)
    assert (done.status, done.completed_at) == ("completed", end)
    assert "subscription_schedule.completed" in shop.event_types()


def test_release_leaves_everything_as_it_is_now(shop: Shop, sandbox: Sandbox) -> None:
    elite, pro = shop.price(5900), shop.price(2900)
    subscription = shop.subscribe(elite.id)
    schedule = planned(shop, subscription, pro.id)
    released = shop.v1.subscription_schedules.release(schedule.id)
    assert (released.status, released.released_subscription) == ("released", subscription.id)
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    after = shop.subscription(subscription.id)
    assert (after.schedule, after.latest_invoice.amount_paid) == (None, 5900)


def test_cancelling_the_schedule_ends_the_subscription_too(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    schedule = planned(shop, subscription, shop.price(900).id)
    canceled = shop.v1.subscription_schedules.cancel(schedule.id)

    assert canceled.status == "canceled"
    assert shop.subscription(subscription.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="currently in the `canceled` status"):
        shop.v1.subscription_schedules.release(schedule.id)


def test_cancelling_the_subscription_ends_its_schedule(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    schedule = planned(shop, subscription, shop.price(900).id)
    shop.v1.subscriptions.cancel(subscription.id)

    assert shop.v1.subscription_schedules.retrieve(schedule.id).status == "canceled"
    assert "subscription_schedule.canceled" in shop.event_types()


@pytest.mark.parametrize(
    "change", [{"cancel_at_period_end": True}, {"cancel_at": "min_period_end"}]
)
def test_the_end_of_a_managed_subscription_is_not_changed_directly(
    shop: Shop, change: dict[str, Any]
) -> None:
    subscription = shop.subscribe(shop.price().id)
    planned(shop, subscription, shop.price(900).id)

    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        shop.v1.subscriptions.update(subscription.id, change)  # pyright: ignore[reportArgumentType]


def test_a_second_schedule_from_the_same_subscription_is_refused(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscription_schedules.create({"from_subscription": subscription.id})

    with pytest.raises(stripe.InvalidRequestError, match="already attached to a schedule"):
        shop.v1.subscription_schedules.create({"from_subscription": subscription.id})


def test_from_a_subscription_takes_no_phases(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)

    with pytest.raises(stripe.InvalidRequestError, match="You cannot set `end_behavior`"):
        shop.v1.subscription_schedules.create(
            {"from_subscription": subscription.id, "end_behavior": "cancel"}
        )


def test_a_change_in_the_current_phase_is_made_and_prorated_at_once(
    shop: Shop, sandbox: Sandbox
) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(pro.id)
    schedule = shop.v1.subscription_schedules.create({"from_subscription": subscription.id})
    sandbox.advance("10d")
    phase = {
        "items": [{"price": elite.id}],
        "start_date": schedule.phases[0].start_date,
        "end_date": schedule.phases[0].end_date,
    }
    shop.v1.subscription_schedules.update(
        schedule.id, {"phases": [phase], "proration_behavior": "always_invoice"}
    )

    after = shop.subscription(subscription.id)
    assert after.items.data[0].price.id == elite.id
    assert 0 < after.latest_invoice.amount_paid < 3000


def test_a_trial_goes_on_only_if_its_phase_says_so(shop: Shop) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id, trial_period_days=14)
    planned(shop, subscription, shop.price(900).id)
    assert shop.subscription(subscription.id).status == "trialing"

    other = shop.subscribe(price.id, trial_period_days=14)
    schedule = shop.v1.subscription_schedules.create({"from_subscription": other.id})
    phase = {
        "items": [{"price": price.id}],
        "start_date": schedule.phases[0].start_date,
        "end_date": schedule.phases[0].end_date,
    }
    shop.v1.subscription_schedules.update(schedule.id, {"phases": [phase]})
    assert shop.subscription(other.id).status == "active"


def test_a_schedule_can_begin_a_subscription_later(shop: Shop, sandbox: Sandbox) -> None:
    price, customer = shop.price(), shop.customer("pm_card_visa")
    start = sandbox.now() + 10 * DAY
    schedule = shop.v1.subscription_schedules.create(
        {
            "customer": customer.id,
            "start_date": start,
            "phases": [
                {
                    "items": [{"price": price.id}],
                    "duration": {"interval": "month", "interval_count": 2},
                }
            ],
        }
    )
    assert (schedule.status, schedule.subscription) == ("not_started", None)
    listed = shop.v1.subscription_schedules.list({"customer": customer.id, "scheduled": True})
    assert [each.id for each in listed.data] == [schedule.id]
    sandbox.move_to(start)

    begun = shop.v1.subscription_schedules.retrieve(schedule.id)
    assert begun.status == "active"
    subscription = shop.subscription(str(begun.subscription))
    assert (subscription.status, subscription.schedule) == ("active", schedule.id)


@pytest.mark.parametrize(
    ("phases", "match"),
    [
        ([{"items": [{"price": "P"}]}], "start_date"),
        (
            [{"items": [{"price": "P"}], "start_date": 1}, {"items": [{"price": "P"}]}],
            "`end_date` or a `duration`",
        ),
        ([{"items": [{"price": "P"}], "start_date": 9, "end_date": 8}], "end after it starts"),
        ([{"items": [{"price": "P"}], "start_date": 9, "iterations": 2}], "unknown parameter"),
    ],
)
def test_phases_that_make_no_sense_are_refused(
    shop: Shop, phases: list[dict[str, Any]], match: str
) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    schedule = shop.v1.subscription_schedules.create({"from_subscription": subscription.id})
    for phase in phases:
        phase["items"] = [{"price": price.id}]

    with pytest.raises(stripe.InvalidRequestError, match=match):
        shop.v1.subscription_schedules.update(schedule.id, {"phases": phases})  # pyright: ignore[reportArgumentType]


def test_an_upgrade_under_a_schedule_holds_for_the_current_phase(shop: Shop) -> None:
    pro, elite, lite = shop.price(2900), shop.price(5900), shop.price(900)
    subscription = shop.subscribe(pro.id)
    schedule = planned(shop, subscription, lite.id)
    item = {"id": subscription.items.data[0].id, "price": elite.id}
    shop.v1.subscriptions.update(subscription.id, {"items": [item]})

    phases = shop.v1.subscription_schedules.retrieve(schedule.id).phases
    assert [phase.items[0].price for phase in phases] == [elite.id, lite.id]


def test_a_week_before_its_end_the_schedule_says_so(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    schedule = planned(shop, subscription, shop.price(900).id)
    sandbox.move_to(schedule.phases[1].end_date - 7 * DAY)

    assert shop.event_types("subscription_schedule.") == [
        "subscription_schedule.created",
        "subscription_schedule.updated",
        "subscription_schedule.updated",
        "subscription_schedule.expiring",
    ]
