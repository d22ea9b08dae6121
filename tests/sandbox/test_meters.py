"""Usage: counted once, in its window, for customers that exist; added up and billed in arrears."""

from typing import Any

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def meter(shop: Shop, formula: str = "sum", name: str = "prompts") -> Any:
    aggregation: Any = {"formula": formula}
    return shop.v1.billing.meters.create(
        {"display_name": "Prompts", "event_name": name, "default_aggregation": aggregation}
    )


def use(shop: Shop, customer: str, value: int, **more: Any) -> Any:
    payload = {"stripe_customer_id": customer, "value": str(value)}
    return shop.v1.billing.meter_events.create(
        {"event_name": "prompts", "payload": payload, **more}
    )


def total(shop: Shop, meter_id: str, customer: str, now: int, **more: Any) -> list[float]:
    start = (now - 40 * DAY) // DAY * DAY
    end = (now + 2 * DAY) // DAY * DAY
    found = shop.v1.billing.meters.event_summaries.list(
        meter_id, {"customer": customer, "start_time": start, "end_time": end, **more}
    )
    return [each.aggregated_value for each in found.data]


@pytest.mark.parametrize(("formula", "value"), [("sum", 12), ("count", 3), ("last", 2)])
def test_usage_is_put_together_as_the_meter_says(
    shop: Shop, sandbox: Sandbox, formula: str, value: int
) -> None:
    made, customer, now = meter(shop, formula), shop.customer(), sandbox.now()
    for place, amount in enumerate((3, 7, 2)):
        use(shop, customer.id, amount, timestamp=now - 100 + place)

    assert total(shop, made.id, customer.id, now) == [value]


def test_the_same_identifier_counts_once_and_is_refused_the_second_time(
    shop: Shop, sandbox: Sandbox
) -> None:
    made, customer = meter(shop), shop.customer()
    use(shop, customer.id, 5, identifier="row-1")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        use(shop, customer.id, 5, identifier="row-1")

    assert refusal.value.code == "duplicate_meter_event"
    assert total(shop, made.id, customer.id, sandbox.now()) == [5]


@pytest.mark.parametrize(
    ("age", "code"),
    [
        (35 * DAY + 60, "timestamp_too_far_in_past"),
        (34 * DAY, None),
        (-200, None),
        (-400, "timestamp_in_future"),
    ],
)
def test_usage_is_taken_for_thirty_five_days_back(
    shop: Shop, sandbox: Sandbox, age: int, code: str | None
) -> None:
    made, customer, now = meter(shop), shop.customer(), sandbox.now()
    if code is None:
        use(shop, customer.id, 1, timestamp=now - age)
        assert total(shop, made.id, customer.id, now) == [1]
        return
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        use(shop, customer.id, 1, timestamp=now - age)
    assert refusal.value.code == code


def test_an_unknown_customer_is_not_counted_but_reported(shop: Shop, sandbox: Sandbox) -> None:
    made = meter(shop)
    use(shop, "cus_nobody", 5, identifier="lost")

    report = sandbox.get("/meter_errors")["data"]
    assert report == [
        {"code": "meter_event_customer_not_found", "identifier": "lost", "meter": made.id}
    ]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"value": "1"}, "meter_event_no_customer_defined"),
        ({"stripe_customer_id": "c"}, "meter_event_value_not_found"),
        ({"stripe_customer_id": "c", "value": "many"}, "meter_event_invalid_value"),
    ],
)
def test_a_payload_that_says_too_little_is_refused(
    shop: Shop, payload: dict[str, str], code: str
) -> None:
    meter(shop)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.billing.meter_events.create({"event_name": "prompts", "payload": payload})

    assert refusal.value.code == code


def test_an_event_can_be_taken_back_by_its_identifier(shop: Shop, sandbox: Sandbox) -> None:
    made, customer = meter(shop), shop.customer()
    use(shop, customer.id, 5, identifier="wrong")
    use(shop, customer.id, 2)
    done = shop.v1.billing.meter_event_adjustments.create(
        {"event_name": "prompts", "type": "cancel", "cancel": {"identifier": "wrong"}}
    )

    assert done.status == "complete"
    assert total(shop, made.id, customer.id, sandbox.now()) == [2]


def test_summaries_come_by_the_day_and_want_aligned_windows(shop: Shop, sandbox: Sandbox) -> None:
    made, customer = meter(shop), shop.customer()
    use(shop, customer.id, 1)
    sandbox.advance("1d")
    use(shop, customer.id, 4)
    by_day = total(shop, made.id, customer.id, sandbox.now(), value_grouping_window="day")
    assert by_day == [4, 1]

    with pytest.raises(stripe.InvalidRequestError, match="align"):
        shop.v1.billing.meters.event_summaries.list(
            made.id, {"customer": customer.id, "start_time": 61, "end_time": 120}
        )


def test_a_switched_off_meter_counts_nothing(shop: Shop) -> None:
    made, customer = meter(shop), shop.customer()
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        meter(shop)
    assert shop.v1.billing.meters.deactivate(made.id).status == "inactive"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        use(shop, customer.id, 1)
    assert refusal.value.code == "no_meter"
    shop.v1.billing.meters.reactivate(made.id)

    assert use(shop, customer.id, 1).identifier


def metered(shop: Shop, made: Any, **more: Any) -> Any:
    recurring = {"interval": "month", "usage_type": "metered", "meter": made.id}
    return shop.price(10, recurring=recurring, name="Prompts", **more)


def test_what_was_used_is_billed_when_the_period_is_over(shop: Shop, sandbox: Sandbox) -> None:
    made, base = meter(shop), shop.price(2900)
    usage = metered(shop, made)
    subscription = shop.v1.subscriptions.create(
        {
            "customer": shop.customer("pm_card_visa").id,
            "items": [{"price": base.id}, {"price": usage.id}],
        }
    )
    assert shop.subscription(subscription.id).latest_invoice.total == 2900
    assert "quantity" not in subscription.items.data[1]
    end = subscription.items.data[0].current_period_end
    use(shop, str(subscription.customer), 30)
    sandbox.move_to(end - 60)
    use(shop, str(subscription.customer), 12)
    preview = shop.v1.invoices.create_preview({"subscription": subscription.id})
    sandbox.move_to(end + HOUR)

    invoice = shop.subscription(subscription.id).latest_invoice
    assert invoice.total == preview.total == 2900 + 42 * 10
    line = next(each for each in invoice.lines.data if each.quantity == 42)
    assert (line.amount, line.period.end) == (420, end)


def test_the_last_usage_is_billed_when_it_ends_with_its_period(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(metered(shop, meter(shop)).id)
    use(shop, subscription.customer, 100)
    shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    sandbox.advance("32d")

    after = shop.subscription(subscription.id)
    assert (after.status, after.latest_invoice.amount_paid) == ("canceled", 1000)


def test_a_fraction_of_a_cent_is_rounded_once_per_line(shop: Shop, sandbox: Sandbox) -> None:
    made = meter(shop)
    product = shop.v1.products.create({"name": "Tokens"})
    price = shop.v1.prices.create(
        {
            "product": product.id,
            "currency": "usd",
            "unit_amount_decimal": "0.5",  # pyright: ignore[reportArgumentType]
            "recurring": {"interval": "month", "usage_type": "metered", "meter": made.id},
        }
    )
    assert price.unit_amount is None
    subscription = shop.subscribe(price.id)
    use(shop, subscription.customer, 301)
    sandbox.advance("32d")

    assert shop.subscription(subscription.id).latest_invoice.total == 151


def test_a_metered_price_names_its_meter_and_takes_no_quantity(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="must name its meter"):
        shop.price(10, recurring={"interval": "month", "usage_type": "metered"})
    price = metered(shop, meter(shop))
    with pytest.raises(stripe.InvalidRequestError, match="quantity for metered"):
        shop.v1.subscriptions.create(
            {
                "customer": shop.customer("pm_card_visa").id,
                "items": [{"price": price.id, "quantity": 2}],
            }
        )
