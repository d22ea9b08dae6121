"""What follows a payment that failed, up to the end, and every way back."""

import pytest
import stripe

from sandbox.engine import dunning
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def failed_renewal(shop: Shop, sandbox: Sandbox, card: str = "pm_card_chargeCustomerFail") -> str:
    """A subscription whose first renewal has just failed."""
    subscription = shop.subscribe(shop.price().id)
    shop.give_card(subscription.customer, card)
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)
    return subscription.id


def test_a_failed_renewal_is_past_due_and_tried_again_in_three_days(
    shop: Shop, sandbox: Sandbox
) -> None:
    found = shop.subscription(failed_renewal(shop, sandbox))

    invoice = found.latest_invoice
    assert (found.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == pytest.approx(sandbox.now() + 3 * DAY, abs=3)
    assert shop.v1.customers.retrieve(found.customer).delinquent


@pytest.mark.parametrize(
    ("final", "status"), [("cancel", "canceled"), ("unpaid", "unpaid"), ("past_due", "past_due")]
)
def test_after_the_last_retry_it_ends_as_the_account_says(
    shop: Shop, sandbox: Sandbox, final: str, status: str
) -> None:
    sandbox.fault(after_last_retry=final)
    subscription = failed_renewal(shop, sandbox)
    sandbox.advance("14d")
    assert shop.subscription(subscription).status == "past_due"
    sandbox.advance("1d")

    after = shop.subscription(subscription)
    sandbox.fault(after_last_retry="cancel")
    assert after.status == status
    assert len(shop.events("invoice.payment_failed")) == 4
    assert after.latest_invoice.next_payment_attempt is None


def test_a_cancelled_debtor_is_not_charged_again(shop: Shop, sandbox: Sandbox) -> None:
    subscription = failed_renewal(shop, sandbox)
    sandbox.advance("60d")

    after = shop.subscription(subscription)
    assert after.cancellation_details.reason == "payment_failed"
    assert len(shop.events("invoice.payment_failed")) == 4


def test_cancelling_during_dunning_stops_the_retries(shop: Shop, sandbox: Sandbox) -> None:
    subscription = failed_renewal(shop, sandbox)
    shop.v1.subscriptions.cancel(subscription)
    sandbox.advance("20d")

    invoice = shop.subscription(subscription).latest_invoice
    assert (invoice.attempt_count, invoice.next_payment_attempt) == (1, None)


def test_a_new_card_pays_at_the_next_retry(shop: Shop, sandbox: Sandbox) -> None:
    subscription = failed_renewal(shop, sandbox)
    shop.give_card(shop.subscription(subscription).customer, "pm_card_visa")
    sandbox.advance("3d")

    after = shop.subscription(subscription)
    assert (after.status, after.latest_invoice.status) == ("active", "paid")
    assert not shop.v1.customers.retrieve(after.customer).delinquent


def test_paying_by_hand_makes_it_good_at_once(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscription(failed_renewal(shop, sandbox))
    method = shop.give_card(subscription.customer, "pm_card_mastercard")
    shop.v1.invoices.pay(subscription.latest_invoice.id, {"payment_method": method})

    assert shop.subscription(subscription.id).status == "active"
    sandbox.advance("16d")
    assert shop.subscription(subscription.id).status == "active"


def test_a_declined_payment_by_hand_stays_on_record(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscription(failed_renewal(shop, sandbox))
    with pytest.raises(stripe.CardError):
        shop.v1.invoices.pay(subscription.latest_invoice.id)

    assert shop.subscription(subscription.id).latest_invoice.attempt_count == 2


def test_a_renewal_that_needs_the_bank_says_so(shop: Shop, sandbox: Sandbox) -> None:
    subscription = failed_renewal(shop, sandbox, "pm_card_authenticationRequired")

    invoice = shop.v1.invoices.retrieve(
        shop.subscription(subscription).latest_invoice.id, {"expand": ["payments"]}
    )
    intent = shop.v1.payment_intents.retrieve(
        str(invoice.payments.data[0].payment.payment_intent)  # pyright: ignore[reportOptionalMemberAccess]
    )
    assert "invoice.payment_action_required" in shop.event_types()
    assert intent.status == "requires_action"
    assert shop.subscription(subscription).status == "past_due"


def test_the_switch_fails_the_next_payment_until_another_card_comes(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    sandbox.fault(fail_next_payment=1)
    sandbox.advance("20d")
    assert shop.subscription(subscription.id).status == "past_due"

    shop.give_card(subscription.customer, "pm_card_visa")
    sandbox.advance("5d")
    assert shop.subscription(subscription.id).status == "active"


def test_the_other_switch_fails_one_charge_only(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    sandbox.fault(fail_next_charge=1)
    sandbox.advance("15d")
    assert shop.subscription(subscription.id).status == "past_due"
    sandbox.advance("3d")

    assert shop.subscription(subscription.id).status == "active"


def test_the_retries_outlast_a_week_of_grace() -> None:
    at, tried = 0, []
    while (then := dunning.next_attempt(len(tried) + 1, now=at)) is not None:
        tried.append(at := then)

    assert [instant // DAY for instant in tried] == [3, 8, 15]
