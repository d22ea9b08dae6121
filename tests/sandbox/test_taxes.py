"""Automatic tax: the country's rate on each line, nothing for whoever owes it themselves."""

from typing import Any

import pytest
import stripe

from tests.support import judging
from tests.support.listening import Listening
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

TAXED: Any = {"automatic_tax": {"enabled": True}}


def somebody(shop: Shop, country: str, **more: Any) -> str:
    return shop.customer("pm_card_visa", address={"country": country}, **more).id


def first_invoice(shop: Shop, customer: str, cents: int = 2900, **more: Any) -> Any:
    price = shop.price(cents, **more.pop("price", {}))
    made = shop.subscribe(price.id, customer=customer, **TAXED, **more)
    return shop.v1.invoices.retrieve(made.latest_invoice)


@pytest.mark.parametrize(
    ("country", "cents", "tax"),
    [("DE", 2900, 551), ("FI", 999, 255), ("CH", 999, 81), ("GB", 333, 67), ("AU", 2900, 290)],
)
def test_the_tax_of_the_country_comes_on_top_and_is_charged(
    shop: Shop, country: str, cents: int, tax: int
) -> None:
    invoice = first_invoice(shop, somebody(shop, country), cents)

    assert (invoice.subtotal, invoice.total_excluding_tax) == (cents, cents)
    assert (invoice.total, invoice.amount_paid) == (cents + tax, cents + tax)
    (told,) = invoice.total_taxes
    assert (told.amount, told.taxability_reason) == (tax, "standard_rated")
    assert [each.amount for each in invoice.lines.data[0].taxes] == [tax]
    rate = shop.v1.tax_rates.retrieve(told.tax_rate_details.tax_rate)
    assert (rate.country, round(cents * rate.percentage / 100)) == (country, tax)
    assert [each.id for each in shop.v1.tax_rates.list().data] == [rate.id]


def test_a_price_that_holds_its_tax_costs_no_more(shop: Shop) -> None:
    invoice = first_invoice(shop, somebody(shop, "DE"), 11_900, price={"tax_behavior": "inclusive"})

    assert (invoice.total, invoice.total_excluding_tax) == (11_900, 10_000)
    assert invoice.subtotal_excluding_tax == 10_000
    assert [(t.amount, t.tax_behavior) for t in invoice.total_taxes] == [(1900, "inclusive")]


@pytest.mark.parametrize(
    ("country", "more", "reason"),
    [
        ("DE", {"tax_id_data": [{"type": "eu_vat", "value": "DE123456789"}]}, "reverse_charge"),
        ("DE", {"tax_exempt": "reverse"}, "reverse_charge"),
        ("DE", {"tax_exempt": "exempt"}, "customer_exempt"),
        ("US", {}, "not_collecting"),
        ("BR", {}, "not_collecting"),
    ],
)
def test_who_pays_none_is_told_why(
    shop: Shop, country: str, more: dict[str, Any], reason: str
) -> None:
    invoice = first_invoice(shop, somebody(shop, country, **more))

    assert invoice.total == 2900
    assert [(t.amount, t.taxability_reason) for t in invoice.total_taxes] == [(0, reason)]


def test_an_american_number_makes_nobody_european(shop: Shop) -> None:
    number = [{"type": "us_ein", "value": "12-3456789"}]
    assert first_invoice(shop, somebody(shop, "DE", tax_id_data=number)).total == 3451


def test_tax_is_taken_of_what_a_discount_leaves(shop: Shop) -> None:
    coupon = shop.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    invoice = first_invoice(shop, somebody(shop, "DE"), 2000, discounts=[{"coupon": coupon.id}])

    assert (invoice.subtotal, invoice.total_excluding_tax, invoice.total) == (2000, 1000, 1190)
    assert invoice.total_taxes[0].taxable_amount == 1000


def test_without_automatic_tax_there_is_none(shop: Shop) -> None:
    made = shop.subscribe(shop.price().id, customer=somebody(shop, "DE"))
    invoice = shop.v1.invoices.retrieve(made.latest_invoice)

    assert (invoice.total, list(invoice.total_taxes)) == (2900, [])


def test_the_preview_of_a_change_is_its_invoice_with_the_tax(shop: Shop, sandbox: Sandbox) -> None:
    made = shop.subscribe(shop.price(1000).id, customer=somebody(shop, "DE"), **TAXED)
    bigger = shop.price(5000)
    sandbox.advance("10d")
    change: Any = {
        "items": [{"id": made.items.data[0].id, "price": bigger.id}],
        "proration_behavior": "always_invoice",
        "proration_date": sandbox.now(),
    }
    preview = shop.v1.invoices.create_preview(
        {"subscription": made.id, "subscription_details": change}
    )
    after = shop.v1.subscriptions.update(made.id, change)
    invoice = shop.v1.invoices.retrieve(str(after.latest_invoice))

    assert preview.total == invoice.total == invoice.amount_paid
    assert [t.amount for t in preview.total_taxes] == [t.amount for t in invoice.total_taxes]
    lines = [line.amount for line in invoice.lines.data]
    taxes = [line.taxes[0].amount for line in invoice.lines.data]
    assert len(lines) == 2
    assert min(lines) < 0
    assert min(taxes) < 0
    assert invoice.total == sum(lines) + sum(taxes)


def test_a_renewal_is_taxed_where_the_customer_lives_by_then(shop: Shop, sandbox: Sandbox) -> None:
    customer = somebody(shop, "DE")
    made = shop.subscribe(shop.price(1000).id, customer=customer, **TAXED)
    assert shop.v1.invoices.create_preview({"subscription": made.id}).total == 1190
    sandbox.move_to(made.items.data[0].current_period_end)
    shop.v1.customers.update(customer, {"address": {"country": "FR"}})
    sandbox.advance("2h")
    newest = shop.v1.invoices.list({"customer": customer}).data[0]

    assert (newest.status, newest.total) == ("paid", 1200)


def test_a_new_subscription_can_be_previewed_with_tax(shop: Shop) -> None:
    customer = somebody(shop, "DE")
    asked: Any = {
        "customer": customer,
        "subscription_details": {"items": [{"price": shop.price(1000).id}]},
    }
    assert shop.v1.invoices.create_preview(asked).total == 1000
    assert shop.v1.invoices.create_preview({**asked, **TAXED}).total == 1190


def test_checkout_adds_the_tax_once_it_knows_where_from(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price(1000).id, **TAXED)
    assert session.automatic_tax.status == "requires_location_inputs"
    assert session.amount_total == 1000
    assert "by your address" in sandbox.client.get(f"/c/pay/{session.id}").text
    sandbox.complete_checkout(session.id, details={"country": "DE"})
    done = shop.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "invoice"]})

    assert done.automatic_tax.status == "complete"
    assert (done.amount_subtotal, done.amount_total) == (1000, 1190)
    assert done.total_details.amount_tax == done.line_items.data[0].amount_tax == 190
    assert done.invoice.total == 1190


def test_checkout_knows_a_customer_who_has_an_address(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price(1000).id, customer=somebody(shop, "DE"), **TAXED)

    assert (session.amount_total, session.total_details.amount_tax) == (1190, 190)
    assert "$1.90" in sandbox.client.get(f"/c/pay/{session.id}").text


def test_a_payment_of_its_own_holds_the_tax(shop: Shop, sandbox: Sandbox) -> None:
    product = shop.v1.products.create({"name": "Book"})
    price = shop.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 1000})
    session = shop.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price": price.id, "quantity": 2}],
            "success_url": "http://localhost/",
            **TAXED,
        }
    )
    sandbox.complete_checkout(session.id, details={"country": "FR"})
    done = shop.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})

    assert done.amount_total == done.payment_intent.amount == 2400


def test_invoice_and_customer_say_so_too(shop: Shop, sandbox: Sandbox) -> None:
    customer = somebody(shop, "DE")
    invoice = first_invoice(shop, customer, 1000)
    page = sandbox.client.get(f"/i/{invoice.id}").text
    assert "$1.90" in page
    assert "$11.90" in page
    tax = shop.v1.customers.retrieve(customer, {"expand": ["tax"]}).tax
    assert (tax.automatic_tax, tax.location.country) == ("supported", "DE")


def test_all_of_it_is_as_stripe_documents_it(sandbox: Sandbox) -> None:
    listening = Listening()
    shop = Shop(sandbox, listening)
    for country in ("DE", "US"):
        customer = somebody(shop, country)
        first_invoice(shop, customer)
        session = shop.checkout(shop.price(1000).id, customer=customer, **TAXED)
        sandbox.complete_checkout(session.id)
        expand = ["line_items", "invoice"]
        shop.v1.checkout.sessions.retrieve(session.id, {"expand": expand})
        shop.v1.customers.retrieve(customer, {"expand": ["tax"]})
    shop.v1.tax_rates.list({"active": False})
    shop.events()

    assert {fault for each in listening.heard for fault in judging.faults(each)} == set()


def test_without_a_place_there_is_no_tax_and_no_subscription(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.subscribe(shop.price().id, **TAXED)

    assert refused.value.code == "customer_tax_location_invalid"
