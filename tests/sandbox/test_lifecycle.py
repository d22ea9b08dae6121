"""From the first payment to the last period, one state at a time."""

from datetime import UTC, datetime

import pytest
import stripe

from sandbox.engine import periods
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_a_checkout_with_a_trial_charges_nothing_today(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price().id, trial=14)
    done = sandbox.complete_checkout(session.id)

    found = shop.subscription(done["session"]["subscription"])
    assert done["session"]["payment_status"] == "no_payment_required"
    assert done["url"] == f"http://localhost:8000/ok?session={session.id}"
    assert found.status == "trialing"
    assert found.trial_end - found.trial_start == 14 * DAY
    assert (found.latest_invoice.status, found.latest_invoice.total) == ("paid", 0)


def test_a_checkout_without_a_trial_is_incomplete_then_active(shop: Shop, sandbox: Sandbox) -> None:
    done = sandbox.complete_checkout(shop.checkout(shop.price().id).id)

    found = shop.subscription(done["session"]["subscription"])
    events = shop.events("customer.subscription.")
    assert done["session"]["payment_status"] == "paid"
    assert (found.status, found.latest_invoice.amount_paid) == ("active", 2900)
    assert [e.data.object["status"] for e in events] == ["incomplete", "active"]
    assert events[1].data.previous_attributes["status"] == "incomplete"


def test_metadata_and_reference_arrive_where_the_shop_put_them(
    shop: Shop, sandbox: Sandbox
) -> None:
    session = shop.checkout(
        shop.price().id, client_reference_id="7", subscription_data={"metadata": {"workspace": "7"}}
    )
    done = sandbox.complete_checkout(session.id)["session"]

    found = shop.subscription(done["subscription"])
    assert done["client_reference_id"] == "7"
    assert found.metadata.workspace == "7"
    details = found.latest_invoice.parent.subscription_details
    assert details.metadata.workspace == "7"


def test_the_trial_reminder_comes_three_days_before(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    sandbox.advance("15d")

    reminder = shop.events("customer.subscription.trial_will_end")[0]
    assert reminder.created == subscription.trial_end - 3 * DAY
    assert reminder.data.object["status"] == "trialing"


def test_a_trial_shorter_than_the_notice_is_announced_at_once(shop: Shop, sandbox: Sandbox) -> None:
    shop.subscribe(shop.price().id, trial_period_days=2)
    sandbox.advance("1s")

    assert len(shop.events("customer.subscription.trial_will_end")) == 1


def test_a_trial_becomes_active_and_is_charged_an_hour_later(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    sandbox.move_to(subscription.trial_end)

    between = shop.subscription(subscription.id)
    assert (between.status, between.latest_invoice.status) == ("active", "draft")
    sandbox.advance("1h")
    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("active", "paid")
    assert after.latest_invoice.billing_reason == "subscription_cycle"


@pytest.mark.parametrize(
    ("behavior", "status", "event"),
    [
        ("cancel", "canceled", "customer.subscription.deleted"),
        ("pause", "paused", "customer.subscription.paused"),
        ("create_invoice", "past_due", "invoice.payment_failed"),
    ],
)
def test_a_trial_without_a_card_ends_in_one_of_three_ways(
    shop: Shop, sandbox: Sandbox, behavior: str, status: str, event: str
) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = shop.subscribe(
        shop.price().id, None, trial_period_days=14, trial_settings=settings
    )
    sandbox.advance("15d")

    assert shop.subscription(subscription.id).status == status
    assert event in shop.event_types()


def test_a_card_given_during_the_trial_is_charged_at_its_end(shop: Shop, sandbox: Sandbox) -> None:
    settings = {"end_behavior": {"missing_payment_method": "cancel"}}
    subscription = shop.subscribe(
        shop.price().id, None, trial_period_days=14, trial_settings=settings
    )
    shop.give_card(subscription.customer, "pm_card_visa")
    sandbox.advance("15d")

    assert shop.subscription(subscription.id).status == "active"


def test_a_paused_subscription_resumes_when_it_can_be_paid(shop: Shop, sandbox: Sandbox) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = shop.subscribe(
        shop.price().id, None, trial_period_days=14, trial_settings=settings
    )
    sandbox.advance("15d")
    assert shop.v1.subscriptions.resume(subscription.id).status == "paused"

    shop.give_card(subscription.customer, "pm_card_visa")
    resumed = shop.v1.subscriptions.resume(subscription.id)

    assert resumed.status == "active"
    assert resumed.items.data[0].current_period_start == pytest.approx(sandbox.now(), abs=3)
    assert "customer.subscription.resumed" in shop.event_types()


def test_what_is_not_paused_cannot_be_resumed(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id)

    with pytest.raises(stripe.InvalidRequestError, match="nothing to resume"):
        shop.v1.subscriptions.resume(subscription.id)


def test_a_trial_can_be_ended_at_once(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    after = shop.v1.subscriptions.update(subscription.id, {"trial_end": "now"})

    assert after.status == "active"
    assert shop.subscription(subscription.id).latest_invoice.amount_paid == 2900


def test_a_renewal_walks_through_draft_and_payment_in_order(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    end = subscription.items.data[0].current_period_end
    sandbox.move_to(end + 2 * HOUR)

    told = [(e.created, e.type) for e in shop.events("invoice.") if e.created > end - 8 * DAY]
    assert told == [
        (end - 7 * DAY, "invoice.upcoming"),
        (end, "invoice.created"),
        (end + HOUR, "invoice.finalized"),
        (end + HOUR, "invoice.updated"),
        (end + HOUR, "invoice.paid"),
        (end + HOUR, "invoice.payment_succeeded"),
    ]
    assert shop.subscription(subscription.id).items.data[0].current_period_start == end


def test_two_years_at_once_are_lived_month_by_month(shop: Shop, sandbox: Sandbox) -> None:
    shop.subscribe(shop.price().id)
    sandbox.advance("730d")

    invoices = list(shop.v1.invoices.list({"limit": 100}).auto_paging_iter())
    created = [event.created for event in shop.events()]
    assert len(invoices) == 24
    assert {invoice.status for invoice in invoices} == {"paid"}
    assert created == sorted(created)


def test_an_unpaid_first_invoice_expires_after_a_day(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, payment_behavior="default_incomplete")
    assert subscription.status == "incomplete"
    sandbox.advance("23h")

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("incomplete_expired", "void")


def test_an_incomplete_subscription_begins_when_its_invoice_is_paid(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id, payment_behavior="default_incomplete")
    invoice = subscription.latest_invoice

    secret = shop.v1.invoices.retrieve(invoice, {"expand": ["confirmation_secret"]})
    assert secret.confirmation_secret.client_secret.startswith("pi_")
    shop.v1.invoices.pay(invoice)
    assert shop.subscription(subscription.id).status == "active"


def test_a_failing_first_charge_can_undo_everything(shop: Shop) -> None:
    customer, price = shop.customer("pm_card_chargeCustomerFail"), shop.price()

    with pytest.raises(stripe.CardError):
        shop.subscribe(price.id, customer=customer.id, payment_behavior="error_if_incomplete")

    assert not shop.v1.subscriptions.list({"status": "all"}).data
    assert not shop.events("customer.subscription.")


@pytest.mark.parametrize(
    ("anchor", "start", "span", "end"),
    [
        ("2027-01-31", "2027-01-31", ("month", 1), "2027-02-28"),
        ("2027-01-31", "2027-02-28", ("month", 1), "2027-03-31"),
        ("2028-02-29", "2028-02-29", ("year", 1), "2029-02-28"),
        ("2027-11-30", "2027-11-30", ("month", 3), "2028-02-29"),
        ("2027-01-01", "2027-01-01", ("week", 2), "2027-01-15"),
        ("2027-01-01", "2027-01-02", ("day", 1), "2027-01-03"),
    ],
)
def test_months_are_counted_from_the_day_it_began(
    anchor: str, start: str, span: tuple[str, int], end: str
) -> None:
    assert periods.next_end(at(anchor), at(start), *span) == at(end)
