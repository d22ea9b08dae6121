"""Cancelling in both forms, upgrading in the middle of a period, and taking either back."""

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY = 86_400


def test_the_flag_ends_it_with_the_period(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    end = subscription.items.data[0].current_period_end
    scheduled = shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (scheduled.status, scheduled.cancel_at) == ("active", end)
    sandbox.move_to(end)

    after = shop.subscription(subscription.id)
    assert (after.status, after.ended_at) == ("canceled", end)
    assert len(shop.v1.invoices.list().data) == 1


def test_the_date_ends_it_without_the_flag(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    end = subscription.items.data[0].current_period_end
    params = {"cancel_at": "min_period_end"}
    scheduled = shop.v1.subscriptions.update(subscription.id, params)
    assert (scheduled.cancel_at, scheduled.cancel_at_period_end) == (end, False)
    sandbox.move_to(end)

    assert shop.subscription(subscription.id).status == "canceled"


def test_a_date_in_the_middle_is_kept_to_the_second(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    when = sandbox.now() + 10 * DAY
    shop.v1.subscriptions.update(subscription.id, {"cancel_at": when})
    sandbox.advance("11d")

    assert shop.subscription(subscription.id).ended_at == when


@pytest.mark.parametrize(
    ("asked", "undone"),
    [
        ({"cancel_at_period_end": True}, {"cancel_at_period_end": False}),
        ({"cancel_at": "max_period_end"}, {"cancel_at": ""}),
    ],
)
def test_either_form_can_be_taken_back(
    shop: Shop, sandbox: Sandbox, asked: dict[str, object], undone: dict[str, object]
) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscriptions.update(subscription.id, asked)  # pyright: ignore[reportArgumentType]
    after = shop.v1.subscriptions.update(subscription.id, undone)  # pyright: ignore[reportArgumentType]
    assert (after.cancel_at, after.cancel_at_period_end, after.canceled_at) == (None, False, None)
    sandbox.advance("32d")

    assert shop.subscription(subscription.id).status == "active"


def test_lowering_the_flag_does_not_clear_the_other_form(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscriptions.update(subscription.id, {"cancel_at": "min_period_end"})
    after = shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})

    assert after.cancel_at is not None


def test_a_trial_cancelled_for_its_end_is_never_charged(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    sandbox.advance("20d")

    assert shop.subscription(subscription.id).status == "canceled"
    assert not shop.events("charge.")


def test_ending_at_once_ends_at_once(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    gone = shop.v1.subscriptions.cancel(subscription.id)

    assert gone.status == "canceled"
    assert not shop.v1.subscriptions.list().data
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        shop.v1.subscriptions.cancel(subscription.id)


def test_what_has_ended_only_takes_notes(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)
    shop.v1.subscriptions.cancel(subscription.id)

    with pytest.raises(stripe.InvalidRequestError, match="can only update its"):
        shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    noted = shop.v1.subscriptions.update(subscription.id, {"metadata": {"why": "moved"}})
    assert (noted.status, noted.metadata.why) == ("canceled", "moved")


def test_an_upgrade_is_previewed_and_billed_to_the_same_cent(shop: Shop, sandbox: Sandbox) -> None:
    pro, elite = shop.price(2900), shop.price(5900, name="Elite")
    subscription = shop.subscribe(pro.id)
    sandbox.advance("10d")
    when = sandbox.now()
    change = {
        "items": [{"id": subscription.items.data[0].id, "price": elite.id}],
        "proration_behavior": "always_invoice",
        "proration_date": when,
    }
    preview = shop.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": change}
    )
    shop.v1.subscriptions.update(subscription.id, change)

    after = shop.subscription(subscription.id)
    invoice = after.latest_invoice
    credit, debit = sorted(line.amount for line in invoice.lines.data)
    assert invoice.total == preview.total == credit + debit
    assert credit < 0 < debit
    assert invoice.status == "paid"
    assert after.items.data[0].price.id == elite.id
    assert all(each.parent.subscription_item_details.proration for each in invoice.lines.data)


def test_month_to_year_starts_a_new_period_now(shop: Shop, sandbox: Sandbox) -> None:
    monthly, yearly = shop.price(2900), shop.price(29000, "year")
    subscription = shop.subscribe(monthly.id)
    sandbox.advance("10d")
    item = {"id": subscription.items.data[0].id, "price": yearly.id}
    after = shop.v1.subscriptions.update(subscription.id, {"items": [item]})

    period = after.items.data[0]
    assert period.current_period_end - period.current_period_start == 365 * DAY
    invoice = shop.subscription(subscription.id).latest_invoice
    assert 29000 - 2900 < invoice.amount_paid < 29000


def test_a_failed_upgrade_waits_for_its_payment_and_then_lapses(
    shop: Shop, sandbox: Sandbox
) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(pro.id)
    shop.give_card(subscription.customer, "pm_card_chargeCustomerFail")
    sandbox.advance("5d")
    change = {
        "items": [{"id": subscription.items.data[0].id, "price": elite.id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "pending_if_incomplete",
    }
    waiting = shop.v1.subscriptions.update(subscription.id, change)
    assert waiting.items.data[0].price.id == pro.id
    assert waiting.pending_update is not None
    assert waiting.status == "active"
    sandbox.advance("23h")

    assert shop.subscription(subscription.id).pending_update is None
    assert "customer.subscription.pending_update_expired" in shop.event_types()


def test_a_paid_upgrade_stops_waiting(shop: Shop, sandbox: Sandbox) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(pro.id)
    shop.give_card(subscription.customer, "pm_card_chargeCustomerFail")
    sandbox.advance("5d")
    change = {
        "items": [{"id": subscription.items.data[0].id, "price": elite.id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "pending_if_incomplete",
    }
    waiting = shop.v1.subscriptions.update(subscription.id, change)
    method = shop.give_card(subscription.customer, "pm_card_visa")
    shop.v1.invoices.pay(str(waiting.latest_invoice), {"payment_method": method})

    after = shop.subscription(subscription.id)
    assert after.items.data[0].price.id == elite.id
    assert "customer.subscription.pending_update_applied" in shop.event_types()


def test_a_downgrade_leaves_a_credit_for_the_next_invoice(shop: Shop, sandbox: Sandbox) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(elite.id)
    sandbox.advance("10d")
    item = {"id": subscription.items.data[0].id, "price": pro.id}
    change = {"items": [item], "proration_behavior": "always_invoice"}
    shop.v1.subscriptions.update(subscription.id, change)
    credit = -shop.v1.customers.retrieve(subscription.customer).balance
    assert credit > 0
    sandbox.advance("22d")

    invoice = shop.subscription(subscription.id).latest_invoice
    assert invoice.amount_due == 2900 - credit
    assert shop.v1.customers.retrieve(subscription.customer).balance == 0


def test_seats_changed_without_invoicing_are_billed_with_the_next_one(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price(1000).id)
    sandbox.advance("10d")
    item = subscription.items.data[0].id
    shop.v1.subscription_items.update(item, {"quantity": 3})
    assert len(shop.v1.invoices.list().data) == 1
    sandbox.advance("22d")

    invoice = shop.subscription(subscription.id).latest_invoice
    assert invoice.total > 3000
    assert len(invoice.lines.data) == 3
