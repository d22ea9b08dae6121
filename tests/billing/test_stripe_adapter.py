"""What only the adapter knows: shapes, errors, addresses."""

import inspect
import sys

import pytest
import stripe
from stripe.params import WebhookEndpointCreateParams

from saas_app.billing import events
from saas_app.billing.errors import NotConfigured, StripeUnavailable
from saas_app.billing.stripe import client, mapping
from saas_app.billing.stripe.errors import Gone, told


def test_every_event_we_listen_to_exists():
    params = inspect.getsource(sys.modules[WebhookEndpointCreateParams.__module__])
    assert [name for name in events.LISTENED if f'"{name}"' not in params] == []


def test_no_call_of_any_kind_leaves_for_stripe_while_the_sandbox_is_used():
    options = client.made()._requestor._options
    assert {
        options.base_addresses[kind] for kind in ("api", "files", "connect", "meter_events")
    } == {"http://127.0.0.1:8420"}
    assert options.max_network_retries == 2


def test_a_key_alone_points_at_stripe(configured):
    configured.stripe_secret_key = type(configured.stripe_secret_key)("sk_test_real")
    assert client.made()._requestor._options.base_addresses["api"] == "https://api.stripe.com"


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (stripe.APIConnectionError("away"), StripeUnavailable),
        (stripe.RateLimitError("slow", http_status=429), StripeUnavailable),
        (stripe.APIError("boom", http_status=500), StripeUnavailable),
        (stripe.APIError("locked", http_status=409), StripeUnavailable),
        (stripe.AuthenticationError("who", http_status=401), NotConfigured),
        (stripe.PermissionError("no", http_status=403), NotConfigured),
        (
            stripe.InvalidRequestError("none", "id", code="resource_missing", http_status=404),
            Gone,
        ),
        (stripe.InvalidRequestError("bad", "x", http_status=400), stripe.InvalidRequestError),
        (stripe.IdempotencyError("other", http_status=400), stripe.IdempotencyError),
        (stripe.CardError("no", "card", "card_declined"), stripe.CardError),
    ],
)
def test_each_failure_is_passing_ours_or_a_bug(error, becomes):
    with pytest.raises(becomes), told():
        raise error


def test_what_is_left_of_a_deleted_customer_is_nobody():
    assert mapping.customer({"id": "cus_1", "object": "customer", "deleted": True}) is None


def item(start: int, end: int, lookup_key: str | None = "k", **price) -> dict:
    return {
        "quantity": 3,
        "current_period_start": start,
        "current_period_end": end,
        "price": {"lookup_key": lookup_key, "unit_amount": 5, "recurring": None, **price},
    }


def subscription(*items: dict, **values) -> dict:
    return {
        "id": "sub_1",
        "customer": {"id": "cus_1", "object": "customer"},
        "status": "active",
        "created": 100,
        "items": {"data": list(items)},
        **values,
    }


def test_periods_come_from_the_items_and_the_soonest_end_counts():
    read = mapping.subscription(subscription(item(20, 90), item(10, 80)))
    assert (read.period_start_at.timestamp(), read.period_end_at.timestamp()) == (10, 80)
    assert (read.customer, read.seats, read.price) == ("cus_1", 3, "k")


def test_a_subscription_without_items_or_periods_is_still_read():
    read = mapping.subscription(subscription(items={"data": []}))
    assert (read.period_end_at, read.price, read.seats) == (None, None, 1)


def test_our_mark_outlives_the_lookup_key():
    read = mapping.subscription(
        subscription(item(1, 2, None, metadata={"lookup_key": "pro_month_v1"}))
    )
    assert read.price == "pro_month_v1"


@pytest.mark.parametrize(
    ("data", "whom"),
    [
        ({"object": {"object": "invoice", "customer": "cus_1"}}, "cus_1"),
        ({"object": {"object": "invoice", "customer": {"id": "cus_1"}}}, "cus_1"),
        ({"object": {"object": "customer", "id": "cus_1"}}, "cus_1"),
        (
            {
                "object": {"object": "payment_method", "customer": None},
                "previous_attributes": {"customer": "cus_1"},
            },
            "cus_1",
        ),
        ({"object": {"object": "product"}}, None),
        ({}, None),
    ],
)
def test_an_event_says_whom_it_concerns(data, whom):
    assert mapping.concerned({"data": data}) == whom
