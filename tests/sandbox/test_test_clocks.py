"""Test clocks: a few customers with a time of their own, advanced step by step."""

import time
from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600
START = 1_767_225_600  # 1 January 2026


def clock(shop: Shop, at: int = START) -> Any:
    return shop.v1.test_helpers.test_clocks.create({"frozen_time": at, "name": "Ada"})


def advance(shop: Shop, clock_id: str, to: int) -> Any:
    shop.v1.test_helpers.test_clocks.advance(clock_id, {"frozen_time": to})
    return ready(shop, clock_id)


def ready(shop: Shop, clock_id: str) -> Any:
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        found = shop.v1.test_helpers.test_clocks.retrieve(clock_id)
        if found.status == "ready":
            return found
        time.sleep(0.01)
    raise AssertionError("the clock did not arrive")


def test_a_customer_on_a_clock_lives_in_its_time(shop: Shop) -> None:
    made = clock(shop)
    customer = shop.customer("pm_card_visa", test_clock=made.id)
    subscription = shop.subscribe(shop.price().id, customer=customer.id)

    assert (customer.created, customer.test_clock) == (START, made.id)
    item = subscription.items.data[0]
    assert (item.current_period_start, item.current_period_end) == (START, START + 31 * DAY)
    assert (subscription.created, subscription.test_clock) == (START, made.id)
    invoice = shop.subscription(subscription.id).latest_invoice
    assert (invoice.created, invoice.test_clock) == (START, made.id)


def test_advancing_lives_through_trial_and_renewal_and_says_when_it_arrived(shop: Shop) -> None:
    made = clock(shop)
    customer = shop.customer("pm_card_visa", test_clock=made.id)
    subscription = shop.subscribe(shop.price().id, customer=customer.id, trial_period_days=14)
    begun = shop.v1.test_helpers.test_clocks.advance(made.id, {"frozen_time": START + 15 * DAY})
    assert begun.status == "advancing"
    assert begun.status_details.advancing.target_frozen_time == START + 15 * DAY
    arrived = ready(shop, made.id)

    after = shop.subscription(subscription.id)
    assert arrived.frozen_time == START + 15 * DAY
    assert (after.status, after.latest_invoice.status) == ("active", "paid")
    assert after.latest_invoice.status_transitions.paid_at == START + 14 * DAY + HOUR
    assert shop.event_types("test_helpers.") == [
        "test_helpers.test_clock.created",
        "test_helpers.test_clock.advancing",
        "test_helpers.test_clock.ready",
    ]


def test_nobody_elses_time_moves(shop: Shop, sandbox: Sandbox) -> None:
    made, price, before = clock(shop), shop.price(), sandbox.now()
    mine = shop.subscribe(price.id, customer=shop.customer("pm_card_visa", test_clock=made.id).id)
    other = shop.subscribe(price.id)
    advance(shop, made.id, START + 40 * DAY)
    assert len(shop.v1.invoices.list({"subscription": mine.id}).data) == 2
    assert len(shop.v1.invoices.list({"subscription": other.id}).data) == 1
    assert sandbox.now() - before < 60
    sandbox.advance("40d")

    assert len(shop.v1.invoices.list({"subscription": mine.id}).data) == 2
    assert len(shop.v1.invoices.list({"subscription": other.id}).data) == 2


def test_a_checkout_can_be_paid_on_a_clock(shop: Shop, sandbox: Sandbox) -> None:
    made = clock(shop)
    customer = shop.customer(test_clock=made.id)
    session = shop.checkout(shop.price().id, customer=customer.id, trial=14)
    done = sandbox.complete_checkout(session.id)["session"]

    assert shop.subscription(done["subscription"]).trial_end == START + 14 * DAY


def test_a_clock_only_goes_forward_and_not_too_far(shop: Shop) -> None:
    made = clock(shop)
    with pytest.raises(stripe.InvalidRequestError, match="later than"):
        shop.v1.test_helpers.test_clocks.advance(made.id, {"frozen_time": START})
    shop.subscribe(shop.price().id, customer=shop.customer("pm_card_visa", test_clock=made.id).id)

    with pytest.raises(stripe.InvalidRequestError, match="two intervals"):
        shop.v1.test_helpers.test_clocks.advance(made.id, {"frozen_time": START + 63 * DAY})
    assert advance(shop, made.id, START + 62 * DAY).status == "ready"


def test_a_clock_carries_three_customers_with_three_subscriptions(shop: Shop) -> None:
    made, price = clock(shop), shop.price()
    customers = [shop.customer("pm_card_visa", test_clock=made.id) for _ in range(3)]
    with pytest.raises(stripe.InvalidRequestError, match="at most 3 customers"):
        shop.customer(test_clock=made.id)
    for _ in range(3):
        shop.subscribe(price.id, customer=customers[0].id)

    with pytest.raises(stripe.InvalidRequestError, match="at most 3 subscriptions"):
        shop.subscribe(price.id, customer=customers[0].id)


def test_lists_leave_clocked_customers_out_unless_asked(shop: Shop) -> None:
    made, plain = clock(shop), shop.customer()
    own = shop.customer(test_clock=made.id)

    assert [c.id for c in shop.v1.customers.list().data] == [plain.id]
    assert [c.id for c in shop.v1.customers.list({"test_clock": made.id}).data] == [own.id]


def test_deleting_a_clock_deletes_its_customers(shop: Shop) -> None:
    made = clock(shop)
    customer = shop.customer("pm_card_visa", test_clock=made.id)
    subscription = shop.subscribe(shop.price().id, customer=customer.id)
    assert shop.v1.test_helpers.test_clocks.delete(made.id).deleted

    assert shop.v1.customers.retrieve(customer.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        shop.v1.subscriptions.retrieve(subscription.id)
    assert not shop.v1.test_helpers.test_clocks.list().data


def test_a_clock_is_deleted_after_thirty_days(shop: Shop, sandbox: Sandbox) -> None:
    clock(shop)
    sandbox.advance("30d")

    assert not shop.v1.test_helpers.test_clocks.list().data
