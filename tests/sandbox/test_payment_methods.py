"""Cards of a customer: saved, confirmed with the bank, changed, expiring, taken away."""

from typing import Any

import httpx
import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def test_a_setup_intent_walks_from_empty_to_succeeded(shop: Shop) -> None:
    customer = shop.customer()
    intent = shop.v1.setup_intents.create({"customer": customer.id, "metadata": {"for": "later"}})
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    done = shop.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert (done.status, done.usage, done.metadata["for"]) == ("succeeded", "off_session", "later")
    cards = shop.v1.customers.payment_methods.list(customer.id).data
    assert [card.id for card in cards] == [done.payment_method]
    assert shop.event_types("setup_intent.", "payment_method.") == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
    ]


def test_a_given_card_waits_for_confirmation_unless_asked_at_once(shop: Shop) -> None:
    waiting = shop.v1.setup_intents.create({"payment_method": "pm_card_visa"})
    at_once = shop.v1.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})

    assert (waiting.status, at_once.status) == ("requires_confirmation", "succeeded")


def test_a_declined_card_is_not_saved_and_says_why(shop: Shop) -> None:
    customer = shop.customer()
    intent = shop.v1.setup_intents.create({"customer": customer.id})
    with pytest.raises(stripe.CardError) as refusal:
        shop.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})

    after = shop.v1.setup_intents.retrieve(intent.id)
    assert refusal.value.code == "card_declined"
    assert after.status == "requires_payment_method"
    assert after.last_setup_error.decline_code == "generic_decline"
    assert not shop.v1.customers.payment_methods.list(customer.id).data
    assert "setup_intent.setup_failed" in shop.event_types()


def test_the_bank_is_asked_on_its_page_and_the_customer_comes_back(
    shop: Shop, sandbox: Sandbox
) -> None:
    customer = shop.customer()
    intent = shop.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "confirm": True,
            "return_url": "http://localhost:8000/back",
        }
    )
    assert intent.status == "requires_action"
    url = intent.next_action.redirect_to_url.url
    with httpx.Client(trust_env=False) as browser:
        assert "Is this you?" in browser.get(url).text
        gone = browser.post(url, data={"answer": "complete"})
    assert gone.headers["location"] == "http://localhost:8000/back"

    assert shop.v1.setup_intents.retrieve(intent.id).status == "succeeded"
    assert len(shop.v1.customers.payment_methods.list(customer.id).data) == 1


def test_a_bank_that_is_not_convinced_saves_nothing(shop: Shop, sandbox: Sandbox) -> None:
    intent = shop.v1.setup_intents.create(
        {"payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    sandbox.post(f"/intents/{intent.id}/authenticate", {"fail": True})

    after = shop.v1.setup_intents.retrieve(intent.id)
    assert after.status == "requires_payment_method"
    assert after.last_setup_error.code == "setup_intent_authentication_failure"


def test_a_setup_intent_is_cancelled_once(shop: Shop) -> None:
    intent = shop.v1.setup_intents.create({})
    gone = shop.v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        shop.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})


def test_checkout_in_setup_mode_saves_the_card_for_its_customer(
    shop: Shop, sandbox: Sandbox
) -> None:
    customer = shop.customer()
    session = shop.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "customer": customer.id,
            "currency": "usd",
            "success_url": "http://localhost/ok",
            "setup_intent_data": {"metadata": {"subscription_id": "sub_1"}},
        }
    )
    done = sandbox.complete_checkout(session.id)["session"]

    assert (done["status"], done["payment_status"]) == ("complete", "no_payment_required")
    intent = shop.v1.setup_intents.retrieve(done["setup_intent"], {"expand": ["payment_method"]})
    assert intent.payment_method.customer == customer.id
    assert intent.metadata["subscription_id"] == "sub_1"


def test_checkout_in_setup_mode_makes_no_customer_of_a_guest(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "usd", "success_url": "http://localhost/ok"}
    )
    done = sandbox.complete_checkout(session.id)["session"]

    assert done["customer"] is None
    assert not shop.v1.customers.list().data


def test_a_card_made_from_a_token_is_attached_once_and_never_after_it_was_taken_away(
    shop: Shop,
) -> None:
    customer, other = shop.customer(), shop.customer()
    card = shop.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    shop.v1.payment_methods.attach(card.id, {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        shop.v1.payment_methods.attach(card.id, {"customer": other.id})
    gone = shop.v1.payment_methods.detach(card.id)

    assert gone.customer is None
    assert shop.events("payment_method.detached")[0].data.object["customer"] is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.v1.payment_methods.attach(card.id, {"customer": customer.id})


def test_taking_the_default_card_away_leaves_no_default(shop: Shop) -> None:
    customer = shop.customer()
    method = shop.give_card(customer.id, "pm_card_visa")
    subscription = shop.subscribe(
        shop.price().id, customer=customer.id, default_payment_method=method
    )
    shop.v1.payment_methods.detach(method)

    assert shop.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    assert shop.subscription(subscription.id).default_payment_method is None


def test_the_subscriptions_own_card_goes_before_the_customers(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    failing = shop.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": subscription.customer}
    )
    shop.v1.subscriptions.update(subscription.id, {"default_payment_method": failing.id})
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    assert shop.subscription(subscription.id).status == "past_due"


def test_somebody_elses_card_cannot_be_the_default(shop: Shop) -> None:
    theirs = shop.give_card(shop.customer().id, "pm_card_visa")
    mine = shop.customer()

    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        shop.v1.customers.update(mine.id, {"invoice_settings": {"default_payment_method": theirs}})


def test_the_date_of_a_card_can_be_changed_but_not_to_the_past(shop: Shop) -> None:
    method = shop.give_card(shop.customer().id, "pm_card_visa")
    after = shop.v1.payment_methods.update(method, {"card": {"exp_month": 3, "exp_year": 2040}})
    assert (after.card.exp_month, after.card.exp_year) == (3, 2040)

    with pytest.raises(stripe.CardError) as refusal:
        shop.v1.payment_methods.update(method, {"card": {"exp_month": 3, "exp_year": 2020}})
    assert refusal.value.code == "invalid_expiry_year"


def test_a_card_that_ran_out_is_declined_at_the_renewal(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    cards = sandbox.post(f"/customers/{subscription.customer}/expire_cards", {"months": 0})["data"]
    assert len(cards) == 1
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    after = shop.subscription(subscription.id)
    intents = shop.v1.payment_intents.list({"customer": subscription.customer}).data
    assert after.status == "past_due"
    assert intents[0].last_payment_error.code == "expired_card"


def test_a_card_the_bank_renewed_pays_again_and_stripe_says_so(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price().id)
    sandbox.post(f"/customers/{subscription.customer}/expire_cards", {"months": -1})
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)
    sandbox.post(f"/customers/{subscription.customer}/renew_cards")
    sandbox.advance("3d")

    assert shop.subscription(subscription.id).status == "active"
    event = shop.events("payment_method.automatically_updated")[0]
    assert event.data.previous_attributes["card"]["exp_year"]


def test_a_customer_tells_who_and_where_they_are(shop: Shop) -> None:
    customer = shop.v1.customers.create(
        {
            "email": "ada@example.com",
            "name": "Ada",
            "phone": "+49 30 1",
            "address": {"city": "Berlin", "country": "DE"},
            "shipping": {"name": "Ada", "address": {"country": "DE"}},
            "tax_exempt": "reverse",
            "tax_id_data": [{"type": "eu_vat", "value": "DE123456789"}],
            "payment_method": "pm_card_visa",
            "expand": ["tax_ids"],
        }
    )
    assert customer.address.line1 is None
    assert [(t.type, t.country) for t in customer.tax_ids.data] == [("eu_vat", "DE")]
    cleared = shop.v1.customers.update(customer.id, {"address": "", "tax_exempt": "none"})

    assert (cleared.address, cleared.tax_exempt) == (None, "none")
    assert len(shop.v1.payment_methods.list({"customer": customer.id}).data) == 1


@pytest.mark.parametrize(
    ("value", "status"),
    [("DE000000000", "verified"), ("DE111111111", "unverified"), ("DE222222222", "pending")],
)
def test_a_tax_id_is_looked_up_afterwards(
    shop: Shop, sandbox: Sandbox, value: str, status: str
) -> None:
    customer = shop.customer()
    made = shop.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": value})
    assert made.verification.status == "pending"
    sandbox.advance("1s")

    found = shop.v1.customers.tax_ids.retrieve(customer.id, made.id)
    assert found.verification.status == status
    invoice = shop.subscribe(shop.price().id, None, customer=customer.id, trial_period_days=3)
    assert shop.subscription(invoice.id).latest_invoice.customer_tax_ids[0].value == value
    shop.v1.customers.tax_ids.delete(customer.id, made.id)
    assert not shop.v1.customers.tax_ids.list(customer.id).data


def test_a_tax_id_of_the_wrong_form_or_of_somebody_else_is_refused(shop: Shop) -> None:
    customer, other = shop.customer(), shop.customer()
    wrong: Any = {"type": "eu_vat", "value": "12"}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.customers.tax_ids.create(customer.id, wrong)
    assert refusal.value.code == "tax_id_invalid"
    mine = shop.v1.customers.tax_ids.create(customer.id, {"type": "us_ein", "value": "12-3456789"})

    assert mine.verification.status == "unavailable"
    with pytest.raises(stripe.InvalidRequestError, match="No such tax id"):
        shop.v1.customers.tax_ids.retrieve(other.id, mine.id)
