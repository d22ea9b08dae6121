"""The smaller promises of the API: search, currencies, automatic tax, filters, and the clock's hours."""

from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop
from tests.support.webhook_receiver import Receiver

DAY, HOUR = 86_400, 3600


def search(shop: Shop, query: str) -> list[str]:
    return [each.email for each in shop.v1.customers.search({"query": query}).data]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email:'ada@example.com'", ["ada@example.com"]),
        ("email~'example'", ["ben@example.com", "ada@example.com"]),
        ('metadata["plan"]:"pro"', ["ada@example.com"]),
        ("metadata['plan']:null", ["ben@example.com"]),
        ("-name:'Ada'", ["ben@example.com"]),
        ("name:'ada' AND metadata['plan']:'pro'", ["ada@example.com"]),
        ("name:'Ada' OR name:'Ben'", ["ben@example.com", "ada@example.com"]),
        ("created>1", ["ben@example.com", "ada@example.com"]),
        ("created<1", []),
    ],
)
def test_search_finds_what_the_query_says(shop: Shop, query: str, found: list[str]) -> None:
    shop.v1.customers.create(
        {"email": "ada@example.com", "name": "Ada", "metadata": {"plan": "pro"}}
    )
    shop.v1.customers.create({"email": "ben@example.com", "name": "Ben"})

    assert search(shop, query) == found


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("shoe:'42'", "unsupported search field"),
        ("email", "unable to parse"),
        ("email:'a' AND name:'b' OR name:'c'", "cannot combine"),
        ("created>'soon'", "compared with a number"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(shop: Shop, query: str, match: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=match):
        search(shop, query)


def test_every_kind_is_searched_and_pages_go_on(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price(lookup_key="pro").id)
    v1 = shop.v1
    assert v1.subscriptions.search({"query": "status:'active'"}).data[0].id == subscription.id
    assert v1.invoices.search({"query": f"subscription:'{subscription.id}'"}).data
    assert v1.charges.search({"query": "amount=2900"}).data
    assert v1.payment_intents.search({"query": "status:'succeeded'"}).data
    assert v1.prices.search({"query": "lookup_key:'pro'"}).data
    assert v1.products.search({"query": "active:'true'"}).data
    for _ in range(3):
        shop.customer()
    pages = v1.customers.search({"query": "created>1", "limit": 2})

    assert pages.has_more
    assert len(list(pages.auto_paging_iter())) == 4


@pytest.mark.parametrize(
    ("currency", "amount", "words"),
    [("jpy", 2900, "¥2,900"), ("kwd", 2900, "2.900 KWD"), ("eur", 2900, "€29.00")],
)
def test_money_has_the_decimals_of_its_currency(
    shop: Shop, sandbox: Sandbox, currency: str, amount: int, words: str
) -> None:
    price = shop.price(amount, currency=currency)
    session = shop.checkout(price.id)
    page = sandbox.client.get(f"/c/pay/{session.id}").text
    sandbox.complete_checkout(session.id)

    assert words in page
    invoice = shop.v1.invoices.list().data[0]
    assert (invoice.currency, invoice.amount_paid) == (currency, amount)


@pytest.mark.parametrize(("currency", "amount"), [("kwd", 2905), ("xyz", 2900)])
def test_amounts_and_currencies_that_do_not_exist_are_refused(
    shop: Shop, currency: str, amount: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.price(amount, currency=currency)


def test_a_customer_stays_with_their_first_currency(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price(currency="eur").id)

    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies"):
        shop.subscribe(shop.price().id, customer=subscription.customer)


def test_automatic_tax_wants_to_know_where_somebody_lives(shop: Shop) -> None:
    price, tax = shop.price(), {"enabled": True}
    nowhere = shop.customer("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.subscribe(price.id, customer=nowhere.id, automatic_tax=tax)
    assert refusal.value.code == "customer_tax_location_invalid"
    shop.v1.customers.update(nowhere.id, {"address": {"country": "DE"}})
    subscription = shop.subscribe(price.id, customer=nowhere.id, automatic_tax=tax)

    invoice = shop.subscription(subscription.id).latest_invoice
    assert (invoice.automatic_tax.enabled, invoice.automatic_tax.status) == (True, "complete")
    off = shop.v1.subscriptions.update(subscription.id, {"automatic_tax": {"enabled": False}})
    assert not off.automatic_tax.enabled


def test_a_renewal_without_an_address_stays_a_draft_and_says_so(
    shop: Shop, sandbox: Sandbox
) -> None:
    customer = shop.customer("pm_card_visa", address={"country": "DE"})
    subscription = shop.subscribe(
        shop.price().id, customer=customer.id, automatic_tax={"enabled": True}
    )
    shop.v1.customers.update(customer.id, {"address": ""})
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    invoice = shop.subscription(subscription.id).latest_invoice
    assert invoice.status == "draft"
    assert invoice.last_finalization_error.code == "customer_tax_location_invalid"
    assert "invoice.finalization_failed" in shop.event_types()
    with pytest.raises(stripe.InvalidRequestError, match="location isn't recognized"):
        shop.v1.invoices.finalize_invoice(invoice.id)
    shop.v1.customers.update(customer.id, {"address": {"country": "DE"}})
    assert shop.v1.invoices.pay(invoice.id).status == "paid"


def test_events_are_filtered_by_type_group_time_and_delivery(
    shop: Shop, sandbox: Sandbox, receiver: Receiver, secret: str
) -> None:
    shop.customer()
    sandbox.fault(drop_webhooks=1)
    shop.v1.products.create({"name": "Unheard"})
    sandbox.advance("1s", settle=0.2)

    def types(**asked: Any) -> set[str]:
        return {event.type for event in shop.v1.events.list(asked).data}  # pyright: ignore[reportArgumentType]

    assert types(types=["customer.created"]) == {"customer.created"}
    assert types(type="customer.*") == {"customer.created"}
    assert types(delivery_success=True) == {"customer.created"}
    assert types(delivery_success=False) == {"product.created"}
    assert types(created={"gt": sandbox.now() + 60}) == set()


def test_a_renewal_is_a_draft_for_an_hour(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id)
    end = subscription.items.data[0].current_period_end
    sandbox.move_to(end + HOUR - 1)
    waiting = shop.subscription(subscription.id)
    assert (waiting.status, waiting.latest_invoice.status) == ("active", "draft")
    sandbox.move_to(end + HOUR)

    assert shop.subscription(subscription.id).latest_invoice.status == "paid"


def test_an_unpaid_beginning_expires_after_twenty_three_hours(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, payment_behavior="default_incomplete")
    sandbox.move_to(subscription.created + 23 * HOUR - 1)
    assert shop.subscription(subscription.id).status == "incomplete"
    sandbox.move_to(subscription.created + 23 * HOUR)

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.status) == ("incomplete_expired", "void")
