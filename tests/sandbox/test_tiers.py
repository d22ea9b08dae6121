"""Prices by tiers: volume and graduated, flat and by the unit, licensed and metered."""

from typing import Any

import pytest
import stripe

from tests.support import judging
from tests.support.listening import Listening
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

TIERS: Any = [
    {"up_to": 5, "unit_amount": 700, "flat_amount": 1000},
    {"up_to": 10, "unit_amount_decimal": "650.5"},
    {"up_to": "inf", "unit_amount": 600, "flat_amount": 50},
]


def tiered(shop: Shop, mode: str, tiers: Any = TIERS, **more: Any) -> stripe.Price:
    product = shop.v1.products.create({"name": "Seats"})
    asked: Any = {
        "product": product.id,
        "currency": "usd",
        "billing_scheme": "tiered",
        "tiers_mode": mode,
        "tiers": tiers,
        "recurring": {"interval": "month", **more},
    }
    return shop.v1.prices.create(asked)


def bill(shop: Shop, price: str, quantity: int) -> int:
    made = shop.v1.subscriptions.create(
        {
            "customer": shop.customer("pm_card_visa").id,
            "items": [{"price": price, "quantity": quantity}],
            "expand": ["latest_invoice"],
        }
    )
    assert made.latest_invoice.amount_paid == made.latest_invoice.total
    return made.latest_invoice.total


@pytest.mark.parametrize(
    ("mode", "quantity", "cents"),
    [
        ("volume", 1, 1000 + 700),
        ("volume", 5, 1000 + 5 * 700),
        ("volume", 6, 6 * 650 + 3),  # 3903: half a cent six times
        ("volume", 10, 6505),
        ("volume", 11, 50 + 11 * 600),
        ("graduated", 1, 1000 + 700),
        ("graduated", 5, 1000 + 5 * 700),
        ("graduated", 6, 4500 + 651),  # 650.5 rounded once, up
        ("graduated", 10, 4500 + 3253),  # five of 650.5: 3252.5
        ("graduated", 11, 4500 + 3252 + 50 + 600 + 1),
        ("graduated", 0, 1000),
        ("volume", 0, 1000),
    ],
)
def test_a_quantity_costs_what_its_tiers_say(
    shop: Shop, mode: str, quantity: int, cents: int
) -> None:
    assert bill(shop, tiered(shop, mode).id, quantity) == cents


def test_tiers_are_shown_to_whoever_asks(shop: Shop) -> None:
    made = tiered(shop, "graduated")
    found = shop.v1.prices.retrieve(made.id, {"expand": ["tiers"]})

    assert "tiers" not in shop.v1.prices.retrieve(made.id).to_dict()
    assert (found.billing_scheme, found.tiers_mode, found.unit_amount) == (
        "tiered",
        "graduated",
        None,
    )
    assert [each.up_to for each in found.tiers] == [5, 10, None]
    assert [each.flat_amount for each in found.tiers] == [1000, None, 50]


def test_a_change_of_quantity_is_prorated_between_the_tiers(shop: Shop, sandbox: Sandbox) -> None:
    price = tiered(shop, "volume")
    made = shop.v1.subscriptions.create(
        {
            "customer": shop.customer("pm_card_visa").id,
            "items": [{"price": price.id, "quantity": 5}],
        }
    )
    change: Any = {
        "items": [{"id": made.items.data[0].id, "quantity": 10}],
        "proration_behavior": "always_invoice",
    }
    preview = shop.v1.invoices.create_preview(
        {"subscription": made.id, "subscription_details": change}
    )
    assert preview.total == 6505 - 4500
    after = shop.v1.subscriptions.update(made.id, change)
    assert shop.v1.invoices.retrieve(str(after.latest_invoice)).total == preview.total


def test_usage_is_billed_by_tiers(shop: Shop, sandbox: Sandbox) -> None:
    meter = shop.v1.billing.meters.create(
        {
            "display_name": "Prompts",
            "event_name": "prompts",
            "default_aggregation": {"formula": "sum"},
        }
    )
    tiers: Any = [{"up_to": 100, "unit_amount": 0}, {"up_to": "inf", "unit_amount_decimal": "0.5"}]
    price = tiered(shop, "graduated", tiers, usage_type="metered", meter=meter.id)
    made = shop.subscribe(price.id)
    shop.v1.billing.meter_events.create(
        {
            "event_name": "prompts",
            "payload": {"stripe_customer_id": made.customer, "value": "301"},
        }
    )
    sandbox.advance("32d")

    assert shop.subscription(made.id).latest_invoice.total == 101  # 201 of half a cent


def test_checkout_says_and_takes_what_the_tiers_cost(shop: Shop, sandbox: Sandbox) -> None:
    price = tiered(shop, "volume")
    session = shop.checkout(price.id, line_items=[{"price": price.id, "quantity": 5}])
    assert session.amount_total == 4500
    assert "$45.00" in sandbox.client.get(f"/c/pay/{session.id}").text
    sandbox.complete_checkout(session.id)
    done = shop.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    assert done.invoice.total == 4500


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"tiers": [{"up_to": 5, "unit_amount": 1}]}, "tiers"),
        ({"tiers": [{"up_to": 5, "unit_amount": 1}, *TIERS]}, "tiers"),
        ({"tiers": [{"up_to": "inf"}]}, "tiers[0]"),
        ({"tiers": [{"up_to": "inf", "unit_amount": 1, "unit_amount_decimal": "1"}]}, "tiers[0][unit_amount]"),
        ({"tiers": [{"unit_amount": 1}]}, "tiers[0][up_to]"),
        ({"unit_amount": 5}, "unit_amount"),
        ({"tiers": ""}, "tiers"),
        ({"billing_scheme": "per_unit"}, "tiers"),
    ],
)  # fmt: skip
def test_tiers_that_make_no_sense_are_refused(
    shop: Shop, wrong: dict[str, Any], param: str
) -> None:
    asked: Any = {
        "product_data": {"name": "Seats"},
        "currency": "usd",
        "billing_scheme": "tiered",
        "tiers_mode": "volume",
        "tiers": TIERS,
        **wrong,
    }
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.prices.create(asked)
    assert refused.value.param == param


def test_all_of_it_is_as_stripe_documents_it(sandbox: Sandbox) -> None:
    listening = Listening()
    shop = Shop(sandbox, listening)
    price = tiered(shop, "graduated")
    made = shop.subscribe(price.id)
    shop.v1.prices.retrieve(price.id, {"expand": ["tiers"]})
    shop.v1.subscriptions.retrieve(made.id, {"expand": ["latest_invoice"]})
    shop.v1.invoices.create_preview({"subscription": made.id})
    shop.events()

    assert {fault for each in listening.heard for fault in judging.faults(each)} == set()
