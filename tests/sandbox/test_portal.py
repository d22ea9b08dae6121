"""The customer portal does what its configuration allows, and leads where a deep link says."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

HOUR = 3600


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
        yield client


def configure(shop: Shop, *prices: Any, **more: Any) -> str:
    """A portal that allows everything."""
    update = {
        "enabled": True,
        "default_allowed_updates": ["price", "quantity"],
        "proration_behavior": "always_invoice",
        "products": [
            {
                "product": price.product,
                "prices": [price.id],
                "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 9},
            }
            for price in prices
        ],
        "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
    }
    cancel = {
        "enabled": True,
        "mode": "at_period_end",
        "cancellation_reason": {"enabled": True, "options": ["too_expensive", "other"]},
    }
    details = {"enabled": True, "allowed_updates": ["name", "email", "address", "tax_id"]}
    features = {
        "customer_update": details,
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": cancel,
        "subscription_update": update,
    }
    made: Any = {"features": {**features, **more}}
    return shop.v1.billing_portal.configurations.create(made).id


def portal(shop: Shop, customer: str, configuration: str, **more: Any) -> Any:
    return shop.v1.billing_portal.sessions.create(
        {"customer": customer, "configuration": configuration, **more}
    )


def test_an_upgrade_is_shown_with_its_cost_and_made(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    pro, elite = shop.price(2900), shop.price(5900, name="Elite")
    subscription = shop.subscribe(pro.id)
    page = portal(shop, subscription.customer, configure(shop, pro, elite)).url
    assert "Elite" in browser.get(page).text
    wanted = {"change": subscription.id, "price": elite.id, "quantity": 1}
    shown = browser.get(page, params=wanted).text
    assert "Confirm the change" in shown
    browser.post(page, data={"do": "change", "subject": subscription.id, **wanted})

    after = shop.subscription(subscription.id)
    assert after.items.data[0].price.id == elite.id
    assert after.latest_invoice.status == "paid"
    assert f"${after.latest_invoice.total / 100:.2f}" in shown


def test_a_declined_upgrade_changes_nothing_and_says_so(shop: Shop, browser: httpx.Client) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(pro.id)
    shop.give_card(subscription.customer, "pm_card_chargeCustomerFail")
    page = portal(shop, subscription.customer, configure(shop, pro, elite)).url
    answer = browser.post(
        page, data={"do": "change", "subject": subscription.id, "price": elite.id}
    )

    assert (answer.status_code, "Nothing was changed" in answer.text) == (400, True)
    assert shop.subscription(subscription.id).items.data[0].price.id == pro.id


def test_a_downgrade_waits_for_the_period_and_can_be_taken_back(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    pro, elite = shop.price(2900), shop.price(5900)
    subscription = shop.subscribe(elite.id)
    page = portal(shop, subscription.customer, configure(shop, pro, elite)).url
    wanted = {"do": "change", "subject": subscription.id, "price": pro.id}
    assert "It begins on" in browser.get(page, params={"change": subscription.id, **wanted}).text
    browser.post(page, data=wanted)
    assert shop.subscription(subscription.id).schedule
    browser.post(page, data={"do": "unplan", "subject": subscription.id})
    assert shop.subscription(subscription.id).schedule is None
    browser.post(page, data=wanted)
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    after = shop.subscription(subscription.id)
    assert (after.items.data[0].price.id, after.latest_invoice.amount_paid) == (pro.id, 2900)


@pytest.mark.parametrize(("quantity", "accepted"), [(1, False), (2, True), (9, True), (10, False)])
def test_the_quantity_keeps_to_its_bounds(
    shop: Shop, browser: httpx.Client, quantity: int, accepted: bool
) -> None:
    price = shop.price(1000)
    subscription = shop.subscribe(price.id)
    page = portal(shop, subscription.customer, configure(shop, price)).url
    browser.post(page, data={"do": "change", "subject": subscription.id, "quantity": quantity})

    assert shop.subscription(subscription.id).items.data[0].quantity == (
        quantity if accepted else 1
    )


def test_a_plan_that_is_not_offered_cannot_be_had(shop: Shop, browser: httpx.Client) -> None:
    pro, hidden = shop.price(2900), shop.price(1)
    subscription = shop.subscribe(pro.id)
    page = portal(shop, subscription.customer, configure(shop, pro)).url
    browser.post(page, data={"do": "change", "subject": subscription.id, "price": hidden.id})

    assert shop.subscription(subscription.id).items.data[0].price.id == pro.id


def test_a_reason_for_leaving_is_kept(shop: Shop, browser: httpx.Client) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    page = portal(shop, subscription.customer, configure(shop, price)).url
    form = {"feedback": "too_expensive", "comment": "Sorry"}
    browser.post(page, data={"do": "cancel", "subject": subscription.id, **form})

    after = shop.subscription(subscription.id)
    assert (after.cancel_at is not None, after.cancel_at_period_end) == (True, False)
    details = after.cancellation_details
    assert (details.feedback, details.comment, details.reason) == (
        "too_expensive",
        "Sorry",
        "cancellation_requested",
    )


def test_what_is_switched_off_is_neither_shown_nor_done(shop: Shop, browser: httpx.Client) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    nothing = {"subscription_cancel": {"enabled": False}, "customer_update": {"enabled": False}}
    page = portal(shop, subscription.customer, configure(shop, price, **nothing)).url
    shown = browser.get(page).text
    assert "Cancel on" not in shown
    assert "Billing details" not in shown
    browser.post(page, data={"do": "cancel", "subject": subscription.id})
    browser.post(page, data={"do": "details", "name": "Eve"})

    assert shop.subscription(subscription.id).cancel_at is None
    assert shop.v1.customers.retrieve(subscription.customer).name is None


def test_cards_are_added_chosen_and_removed(shop: Shop, browser: httpx.Client) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    customer = subscription.customer
    first = shop.v1.customers.payment_methods.list(customer).data[0].id
    page = portal(shop, customer, configure(shop, price)).url
    browser.post(page, data={"do": "card", "subject": "5555555555554444"})
    added = shop.v1.customers.payment_methods.list(customer).data[0].id
    assert shop.subscription(subscription.id).default_payment_method == added
    refused = browser.post(page, data={"do": "remove-card", "subject": added})
    assert "pays a subscription" in refused.text
    browser.post(page, data={"do": "default-card", "subject": first})
    browser.post(page, data={"do": "remove-card", "subject": added})

    left = [each.id for each in shop.v1.customers.payment_methods.list(customer).data]
    settings = shop.v1.customers.retrieve(customer).invoice_settings
    assert (left, settings.default_payment_method) == ([first], first)


def test_billing_details_and_a_tax_id_are_changed_where_allowed(
    shop: Shop, browser: httpx.Client
) -> None:
    price = shop.price()
    customer = shop.customer("pm_card_visa", phone="1")
    page = portal(shop, customer.id, configure(shop, price)).url
    form = {"name": "Ada", "phone": "2", "country": "DE", "city": "Berlin"}
    tax = {"tax_type": "eu_vat", "tax_value": "DE123456789"}
    browser.post(page, data={"do": "details", **form, **tax})

    after = shop.v1.customers.retrieve(customer.id, {"expand": ["tax_ids"]})
    assert (after.name, after.address.city, after.phone) == ("Ada", "Berlin", "1")
    tax_id = after.tax_ids.data[0].id
    mallory = portal(shop, shop.customer().id, configure(shop, price)).url
    browser.post(mallory, data={"do": "remove-tax-id", "subject": tax_id})
    assert shop.v1.customers.tax_ids.list(customer.id).data
    browser.post(page, data={"do": "remove-tax-id", "subject": tax_id})
    assert not shop.v1.customers.tax_ids.list(customer.id).data


def test_a_deep_link_shows_one_thing_and_leads_back(shop: Shop, browser: httpx.Client) -> None:
    price = shop.price()
    subscription = shop.subscribe(price.id)
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription.id},
        "after_completion": {
            "type": "redirect",
            "redirect": {"return_url": "http://localhost:8000/gone"},
        },
    }
    configuration = configure(shop, price)
    session = portal(shop, subscription.customer, configuration, flow_data=flow)
    assert session.flow.subscription_cancel.subscription == subscription.id
    shown = browser.get(session.url).text
    assert "Cancel on" in shown
    assert "Billing details" not in shown
    done = browser.post(session.url, data={"do": "cancel", "subject": subscription.id})

    assert done.headers["location"] == "http://localhost:8000/gone"
    with pytest.raises(stripe.InvalidRequestError, match="already set to be canceled"):
        portal(shop, subscription.customer, configuration, flow_data=flow)


def test_a_deep_link_can_ask_to_confirm_one_change(shop: Shop, browser: httpx.Client) -> None:
    pro, elite = shop.price(2900), shop.price(5900, name="Elite")
    subscription = shop.subscribe(pro.id)
    item = {"id": subscription.items.data[0].id, "price": elite.id, "quantity": 2}
    flow = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {"subscription": subscription.id, "items": [item]},
        "after_completion": {
            "type": "hosted_confirmation",
            "hosted_confirmation": {"custom_message": "Welcome to Elite"},
        },
    }
    configuration = configure(shop, pro, elite)
    session = portal(shop, subscription.customer, configuration, flow_data=flow)
    assert "Confirm the change" in browser.get(session.url).text
    form = {"price": elite.id, "quantity": 2}
    done = browser.post(session.url, data={"do": "change", "subject": subscription.id, **form})

    assert "Welcome to Elite" in browser.get(done.headers["location"]).text
    changed = shop.subscription(subscription.id).items.data[0]
    assert (changed.price.id, changed.quantity) == (elite.id, 2)


@pytest.mark.parametrize("kind", ["subscription_update", "customer_update"])
def test_a_deep_link_to_what_is_switched_off_is_refused(shop: Shop, kind: str) -> None:
    subscription = shop.subscribe(shop.price().id)
    flow: Any = {"type": kind, kind: {"subscription": subscription.id}}
    flow = flow if kind == "subscription_update" else {"type": kind}

    with pytest.raises(stripe.InvalidRequestError, match="is disabled"):
        shop.v1.billing_portal.sessions.create(
            {"customer": subscription.customer, "flow_data": flow}
        )


def test_a_deep_link_to_somebody_elses_subscription_is_refused(shop: Shop) -> None:
    theirs = shop.subscribe(shop.price().id)
    flow: Any = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": theirs.id},
    }

    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        shop.v1.billing_portal.sessions.create({"customer": shop.customer().id, "flow_data": flow})
